//! The Rust API: the functions that user code calls, and the code that the attributes generate calls to.

pub(crate) mod callsite;
pub mod custom;
#[cfg(feature = "diagnostic")]
mod diagnostic;
mod get_entry;
pub(crate) mod global;
mod kind;
#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
mod names;
mod options;
mod query;
pub(crate) mod refresh_on_error;
#[cfg(feature = "s3")]
pub mod s3;
mod sealed;
#[cfg(feature = "secrets-manager")]
pub mod secrets_manager;
#[cfg(feature = "snapstart")]
pub(crate) mod snapstart;
#[cfg(feature = "ssm")]
pub mod ssm;

pub use get_entry::{GetEntry, GetEntryFuture};
#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
pub use names::IntoQuery;
pub use query::{Entries, Query};
