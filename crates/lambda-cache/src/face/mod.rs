//! The Rust API: the functions that user code calls, and the code that the attributes generate calls to.

pub mod again;
pub(crate) mod current;
pub mod custom;
#[cfg(feature = "diagnostic")]
mod diagnostic;
mod get_entry;
mod options;
#[cfg(feature = "s3")]
pub mod s3;
#[cfg(feature = "secrets-manager")]
pub mod secrets_manager;
#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
mod several;
pub mod site;
#[cfg(feature = "snapstart")]
pub(crate) mod snapstart;
#[cfg(feature = "ssm")]
pub mod ssm;
mod take;

pub use get_entry::{Ask, GetEntry, Getting};
