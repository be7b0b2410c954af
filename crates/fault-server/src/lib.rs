//! The AWS calls that lambda-cache makes, with the faults of AWS, networks and sandboxes.
//!
//! SSM, Secrets Manager and S3 on this machine, over HTTP and TLS, written by hand down to the socket: what a framework
//! for servers prevents (half a body, a reset, more bytes than were announced) is what this one is for. The folder's
//! README has the faults and the control protocol of the program.

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
