//! Tells the Python binding of each fetch, which its tracers see as spans.

use std::{sync::OnceLock, time::Duration};

use crate::{Error, engine::Key};

/// A fetch that ended, in the thread that drove it.
#[derive(Clone, Copy, Debug)]
pub struct Fetched<'a> {
    /// The entry's key.
    pub key: &'a Key,
    /// How long it took.
    pub took: Duration,
    /// The error that it ended with.
    pub error: Option<&'a Error>,
}

static OBSERVER: OnceLock<fn(&Fetched<'_>)> = OnceLock::new();

/// Has `observer` told of every fetch of this process from now on. The first observer stays.
pub fn fetches(observer: fn(&Fetched<'_>)) {
    let _ = OBSERVER.set(observer);
}

pub(crate) fn tell(key: impl FnOnce() -> Key, took: Duration, error: Option<&Error>) {
    if let Some(observer) = OBSERVER.get() {
        observer(&Fetched { key: &key(), took, error });
    }
}
