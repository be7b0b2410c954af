//! What a hit costs, of lambda-cache and of its peers: the contenders, for the program `hits` and for `cargo bench`.

pub mod contenders;
pub mod measure;
pub mod server;
