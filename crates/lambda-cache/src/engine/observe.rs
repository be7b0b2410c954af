//! Notifies the Python binding of each fetch, which it passes to tracers as a span.

use std::{sync::OnceLock, time::Duration};

use super::{clock::Stopwatch, key::Key};
use crate::Error;

/// A completed fetch, reported in the thread that ran it.
#[derive(Clone, Copy, Debug)]
pub struct Fetched<'a> {
    /// The entry's key.
    pub key: &'a Key,
    /// Its duration.
    pub took: Duration,
    /// The time since its end.
    pub ended: Stopwatch,
    /// The error, if it failed.
    pub error: Option<&'a Error>,
}

static OBSERVER: OnceLock<fn(&Fetched<'_>)> = OnceLock::new();

/// Sets the observer of all later fetches of this process. The first observer stays.
pub fn fetches(observer: fn(&Fetched<'_>)) {
    let _ = OBSERVER.set(observer);
}

pub(super) fn notify(key: &Key, took: Duration, error: Option<&Error>) {
    if let Some(observer) = OBSERVER.get() {
        observer(&Fetched { key, took, ended: Stopwatch::start(), error });
    }
}
