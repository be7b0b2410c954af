//! The engine of lambda-cache, compiled from its sources with the primitives of a model checker
//! ([shuttle](https://docs.rs/shuttle)). A run is repeated under thousands of schedules, which decide at every lock,
//! every atomic and every swapped pointer which thread runs next. The tests check invariants under all of them.
//!
//! `tokio::sync::watch` and `Arc` are invisible to the checker. Their operations are atomic for it.

#[path = "../../lambda-cache/src/engine/mod.rs"]
pub mod engine;
mod error;
mod sync;
#[path = "../../lambda-cache/src/runtime/system/mod.rs"]
mod system;

pub use error::Error;
pub use sync::let_time_pass;

mod runtime {
    pub(crate) use super::sync;
    pub(crate) use super::system;
}
