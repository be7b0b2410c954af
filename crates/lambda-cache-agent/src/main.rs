//! The agent: the cache of lambda-cache over HTTP on the loopback interface, for every runtime and every process.
//!
//! Without arguments in Lambda it is an extension. With `serve` it is a sidecar or a daemon.

mod access;
mod agent;
mod answer;
mod command;
mod doors;
mod encoded;
mod error;
mod extension;
mod log;
mod prefetch;
mod query;
mod request;
mod roles;
mod server;
mod settings;
mod signature;
mod upstream;

use std::process::ExitCode;

fn main() -> ExitCode {
    match command::run(std::env::args_os().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error.say();
            ExitCode::FAILURE
        }
    }
}
