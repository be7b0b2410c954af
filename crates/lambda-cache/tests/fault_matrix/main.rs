//! What `docs/faults.md` promises, row by row: every fault, to every source, at a first fetch and at a refresh, over HTTP
//! and TLS, with the time-outs that users have.
//!
//! `FAULT_MATRIX='stalled-body, Object' cargo test -p lambda-cache --test fault_matrix` runs the cases that begin so.
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

/// In a process of its own: the certificate to trust is read from the environment, which nobody else may have set.
#[test]
fn every_fault_has_the_outcome_that_the_page_says() {
    match child::bundle() {
        None => child::run("every_fault_has_the_outcome_that_the_page_says"),
        Some(bundle) => {
            let failures = run::run(&Page::read(), &bundle);
            assert!(failures.is_empty(), "{} cases went wrong:\n{}", failures.len(), failures.join("\n"));
        }
    }
}
