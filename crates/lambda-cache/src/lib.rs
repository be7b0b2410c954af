//! The simplest way to cache AWS API calls in a Lambda function.
//!
//! A value is fetched at invocation, kept in the execution environment, and fetched again only when it is older than
//! the age that the handler accepts.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod aws;
mod cache;
mod digest;
pub mod engine;
mod error;
mod lookup;
pub mod source;
pub mod testing;
mod value;

pub use cache::{Cache, DEFAULT_CAPACITY};
pub use error::{AwsFailure, Error, ErrorKind};
pub use lookup::{Wanted, check_for_context, stack};
pub use source::Request;
pub use value::{Cached, File, Value};
