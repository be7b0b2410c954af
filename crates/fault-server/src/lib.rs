//! The AWS calls that lambda-cache makes, with the faults of AWS, networks and sandboxes.
//!
//! It provides SSM, Secrets Manager and S3 on this machine, over HTTP and TLS. It is written directly on sockets,
//! because server frameworks prevent the faults that it is for: half a body, a reset, more bytes than announced. The
//! README in this folder describes the faults and the program's control protocol.

mod account;
mod answer;
mod armed;
mod call;
mod certificate;
mod checksum;
mod clock;
mod command;
mod connection;
mod content;
mod control;
mod deliver;
mod fault;
mod given;
mod http;
mod json_services;
mod link;
mod record;
mod refusal;
mod respond;
mod s3;
mod server;
mod shared;
mod signature;
mod stream;

pub use checksum::ChecksumKind;
pub use fault::{Fault, Times};
pub use given::Given;
pub use link::Link;
pub use record::{Counts, Seen};
pub use server::FaultServer;
