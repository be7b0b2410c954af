//! Each function takes any bytes, makes of them what a stranger might send or leave behind, and panics where the library
//! does with it what it must not. The bytes come from a seeded generator (`cargo test`) or a fuzzer (`make fuzz`).

mod answer;
mod bucket;
mod file_record;
mod input;
mod names;
mod outcome;

pub use answer::answer;
pub use file_record::record;
pub use names::names;
