//! Answers with broken unused headers and fields, and connections that fail.
#![cfg(all(feature = "ssm", feature = "secrets-manager", feature = "s3"))]

mod answers;
mod errors;
mod server;
