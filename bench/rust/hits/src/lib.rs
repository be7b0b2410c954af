//! The cost of a hit, in lambda-cache and in comparable libraries: the contenders for the program `hits` and for
//! `cargo bench`.

pub mod contenders;
pub mod measure;
pub mod server;
