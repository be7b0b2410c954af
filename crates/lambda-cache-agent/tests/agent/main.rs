//! The agent's program, with a real HTTP client and a server of AWS's calls.

mod access;
mod aws_door;
mod aws_signatures;
mod extension_door;
mod hostile;
mod lambda_extension;
mod own_door;
mod provider_door;
mod serve;
mod settings;
mod support;
mod upstream;
