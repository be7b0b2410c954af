//! The agent's program, with a real HTTP client and a server of AWS's calls.

mod access;
mod aws_door;
mod aws_signatures;
mod door;
mod extension_door;
mod faults;
mod freeze;
mod hostile;
mod lambda_extension;
mod library;
mod library_without_agent;
mod own_door;
mod provider_door;
mod serve;
mod settings;
mod soak;
mod support;
mod upstream;
