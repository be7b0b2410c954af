//! The simplest way to cache AWS API calls in a Lambda function.
//!
//! A value is fetched at invocation, kept in the execution environment, and fetched again only when it is older than
//! the age that the handler accepts.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

// The parts that the faces are made of. The Python binding and the macros use them; they are no part of the API.
#[cfg(feature = "_source")]
#[doc(hidden)]
pub mod aws;
#[cfg(feature = "_source")]
mod cache;
#[cfg(feature = "s3")]
mod digest;
#[doc(hidden)]
pub mod engine;
mod error;
#[cfg(feature = "_source")]
#[doc(hidden)]
pub mod face;
#[cfg(feature = "s3")]
mod file;
#[cfg(feature = "_source")]
#[doc(hidden)]
pub mod lookup;
#[cfg(feature = "_source")]
#[doc(hidden)]
pub mod source;
#[cfg(feature = "_source")]
pub mod testing;
mod typed;
mod value;

#[cfg(feature = "_source")]
pub use cache::{Cache, CacheBuilder};
pub use error::{AwsFailure, Error, ErrorKind};
#[cfg(feature = "s3")]
pub use face::s3;
#[cfg(feature = "secrets-manager")]
pub use face::secrets_manager;
#[cfg(feature = "ssm")]
pub use face::ssm;
#[cfg(feature = "_source")]
pub use face::{Ask, GetEntry, Getting, current::clear};
#[cfg(feature = "s3")]
pub use file::File;
pub use typed::{FromEntry, Group, Json, Misfit, Secret, kind};
pub use value::{Cached, Value};

/// The README's Rust examples, run with the others.
#[cfg(all(doctest, feature = "ssm", feature = "secrets-manager", feature = "s3"))]
#[doc = include_str!("../../../README.md")]
struct Readme;
