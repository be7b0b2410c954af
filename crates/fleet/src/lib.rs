//! A simulation of many execution environments, each with a separate cache, against an account's limit of SSM
//! requests.
//!
//! The caches are real, and everything else is simulated in virtual time: SSM with its limit ([`limit`]), the SDK's
//! retries ([`retry`]), and environments that are invoked once a second ([`environment`]). `docs/fleets.md` has the
//! results and their limitations.

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

/// The stage of an environment to which a request or a wait belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The environment lacks at least one value, so it has nothing to serve instead.
    First,
    /// The environment has had all values before.
    Later,
}
