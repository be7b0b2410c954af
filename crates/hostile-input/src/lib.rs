//! Fuzz entry points. Each function turns arbitrary bytes into untrusted input and panics if the library violates an
//! invariant. The bytes come from a seeded generator (`cargo test`) or a fuzzer (`make fuzz`).

mod answer;
mod bucket;
mod file_record;
mod input;
mod names;
mod outcome;
mod settings;

pub use answer::answer;
pub use file_record::record;
pub use names::names;
pub use settings::settings;
