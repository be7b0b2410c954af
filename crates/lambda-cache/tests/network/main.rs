//! What comes over the wire, and what does not: answers with headers and fields that nobody needs, connections that fail.
#![cfg(all(feature = "ssm", feature = "secrets-manager", feature = "s3"))]

mod answers;
mod errors;
mod server;
