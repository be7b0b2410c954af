//! The engine of lambda-cache, compiled from its very sources on the primitives of a model checker
//! ([shuttle](https://docs.rs/shuttle)): a run is repeated under thousands of schedules, each of which says at every lock,
//! every atomic and every swapped pointer which thread goes next. The tests say what must hold under all of them.
//!
//! Not seen by the checker: `tokio::sync::watch` and `Arc`, whose operations happen whole, between two such places.

#[path = "../../lambda-cache/src/engine/mod.rs"]
pub mod engine;
mod error;
mod sync;

pub use error::Error;
pub use sync::let_time_pass;
