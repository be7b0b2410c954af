//! The agent's program, with a real HTTP client and a server of AWS's calls.

mod access;
mod extension_door;
mod support;
