//! A fleet of execution environments, each with a cache of its own, against an account's limit of SSM requests.
//!
//! The caches are the real ones. Everything around them is made up, in virtual time: SSM with its limit
//! ([`limit`]), the SDK's retries ([`retry`]), and environments that are invoked once a second ([`environment`]).
//! `docs/fleets.md` has what came out, and what it does not show.

pub mod account;
pub mod client;
pub mod environment;
pub mod limit;
pub mod outcome;
pub mod random;
pub mod retry;
pub mod run;
pub mod scenario;
pub mod tally;
pub mod timeline;

/// The invocation that a request or a wait belongs to: one of an environment that has no value yet, or a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The environment lacks at least one value: there is nothing that could be served instead.
    First,
    /// It has had all values once.
    Later,
}
