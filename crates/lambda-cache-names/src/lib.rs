//! Parsing of names, ARNs and S3 URIs for lambda-cache.
//!
//! The library checks names at run time, and its attribute macros check literals at compile time. Both must agree,
//! and the macros cannot depend on the library. The rules are therefore in this crate, which has no dependencies.
//!
//! ```
//! use lambda_cache_names::{parameter, s3::S3Uri, secret};
//!
//! assert_eq!(parameter::entry_name("/production/app/var:3").unwrap(), "var");
//! assert_eq!(secret::entry_name("arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-a1B2c3").unwrap(), "db");
//! assert_eq!(S3Uri::parse("s3://bucket/path/to/object.json").unwrap().entry_name().unwrap(), "object.json");
//! ```

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod age;
pub mod arn;
pub mod bucket;
pub mod entry_name;
mod error;
mod listed;
pub mod parameter;
pub mod s3;
pub mod secret;

pub use error::NameError;
pub use listed::Listed;
