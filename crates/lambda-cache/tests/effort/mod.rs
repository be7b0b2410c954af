//! The number of cases of randomised tests, and reports about them. `make fuzz` increases the number and counts.

#![allow(dead_code, reason = "each test uses its own part")]

use std::{env, io::Write};

/// Returns the number of cases, multiplied by `LAMBDA_CACHE_TIMES` if it is set.
pub(crate) fn times(number: usize) -> usize {
    let factor = env::var("LAMBDA_CACHE_TIMES").map_or(1, |factor| {
        factor.parse().unwrap_or_else(|_| panic!("LAMBDA_CACHE_TIMES must be a number, is {factor:?}"))
    });
    number * factor
}

/// Writes one line about the cases to the file in `LAMBDA_CACHE_REPORT`, if it is set.
pub(crate) fn report(test: &str, tried: usize, what: &str) {
    if let Some(path) = env::var_os("LAMBDA_CACHE_REPORT") {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
        writeln!(file, "{test}\t{tried}\t{what}").unwrap();
    }
}

/// Prints the failure if the test's own message cannot contain it.
pub(crate) fn say(what: &str) {
    let _ = writeln!(std::io::stderr(), "{what}");
}
