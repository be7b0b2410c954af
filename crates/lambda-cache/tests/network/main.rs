//! Answers with broken headers and fields that are not used, and connections that fail.
#![cfg(all(feature = "ssm", feature = "secrets-manager", feature = "s3"))]

mod answers;
mod errors;
mod server;
