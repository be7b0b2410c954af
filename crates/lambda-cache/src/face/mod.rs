//! The Rust face: what a function's code calls, and what its attributes become.

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
pub mod site;
#[cfg(feature = "snapstart")]
pub(crate) mod snapstart;
#[cfg(feature = "ssm")]
pub mod ssm;
mod take;

pub use get_entry::{Ask, GetEntry, Getting};
