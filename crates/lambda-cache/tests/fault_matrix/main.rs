//! The guarantees of `docs/faults.md`, row by row: every fault, for every source, at a first fetch and at a refresh,
//! over HTTP and TLS, with the default timeouts.
//!
//! `FAULT_MATRIX='stalled-body, Object' cargo test -p lambda-cache --test fault_matrix` runs the cases with that
//! prefix.
#![cfg(all(feature = "ssm", feature = "secrets-manager", feature = "s3"))]

mod caller;
mod case;
mod child;
mod machine;
mod page;
mod report;
mod run;
mod watch;

use std::collections::BTreeSet;

use fault_server::Fault;

use self::page::Page;

#[test]
fn the_page_has_a_row_for_every_fault() {
    let rows: BTreeSet<_> = Page::read().rows.iter().map(|row| row.fault).collect();
    assert_eq!(rows, BTreeSet::from(Fault::NAMES));
}

/// Runs in a separate process, because the trusted certificate is read from the environment.
#[test]
fn every_fault_has_the_documented_outcome() {
    match child::bundle() {
        None => child::run("every_fault_has_the_documented_outcome"),
        Some(bundle) => {
            let failures = run::run(&Page::read(), &bundle);
            assert!(failures.is_empty(), "{} cases failed:\n{}", failures.len(), failures.join("\n"));
        }
    }
}
