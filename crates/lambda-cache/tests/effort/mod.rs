//! How much a test that tries things at random tries, and that it says so: `make fuzz` has them try more, and counts.

#![allow(dead_code, reason = "each test uses its own part")]

use std::{env, io::Write};

/// So many, or a multiple of it, as `LAMBDA_CACHE_TIMES` says.
pub(crate) fn times(number: usize) -> usize {
    let factor = env::var("LAMBDA_CACHE_TIMES").map_or(1, |factor| {
        factor.parse().unwrap_or_else(|_| panic!("LAMBDA_CACHE_TIMES must be a number, is {factor:?}"))
    });
    number * factor
}

/// One line of what was tried, where `LAMBDA_CACHE_REPORT` names a file for it.
pub(crate) fn report(test: &str, tried: usize, what: &str) {
    if let Some(path) = env::var_os("LAMBDA_CACHE_REPORT") {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
        writeln!(file, "{test}\t{tried}\t{what}").unwrap();
    }
}

/// What failed, where the test's own message cannot say it.
pub(crate) fn say(what: &str) {
    let _ = writeln!(std::io::stderr(), "{what}");
}
