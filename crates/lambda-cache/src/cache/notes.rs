//! Messages about the entries of a lookup, for a caller whose log is not `tracing`.

use std::{fmt, sync::Arc, time::Duration};

use super::lookup::{EntrySpec, Lookup};
use crate::{
    Cache, Error,
    engine::{Entry, Key, Served, Stopwatch},
    value::Cached,
};

/// Entries, and messages about them.
pub type EntriesWithNotes = (Vec<Arc<Entry<Cached>>>, Vec<Note>);

/// A message about a lookup.
#[derive(Debug)]
pub enum Note {
    /// The entry was read or fetched, in this time.
    LookedUp(Key, Duration),
    /// The caller should know of this: a stale value is served, or the agent is not used.
    Warning(String),
}

impl Note {
    /// Returns `true` if the caller should know of it.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        matches!(self, Self::Warning(..))
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LookedUp(key, took) => write!(f, "looked {key} up in {:.1} ms", took.as_secs_f64() * 1_000.0),
            Self::Warning(warning) => f.write_str(warning),
        }
    }
}

impl Lookup {
    /// Returns the entries, as [`fetch`](Self::fetch) or [`refresh`](Self::refresh) does, and messages about them.
    ///
    /// # Errors
    /// The errors of [`fetch`](Self::fetch).
    pub async fn fetch_with_notes(
        &self,
        cache: &Cache,
        remaining: Option<Duration>,
        is_refresh: bool,
    ) -> Result<EntriesWithNotes, Error> {
        let began = Stopwatch::start();
        let fetching = if is_refresh { self.refresh(cache, remaining) } else { self.fetch(cache, remaining) };
        let served = fetching.await?;
        let took = began.elapsed();
        let note = |(one, served): (&EntrySpec, &Served<Cached>)| {
            let key = one.request.key();
            let warning = served.stale_warning(&key, cache.clock()).map(|warning| warning.to_string());
            warning.map_or(Note::LookedUp(key, took), Note::Warning)
        };
        let notes = self.specs().iter().zip(&served).map(note);
        let notes = notes.chain(cache.take_warning().map(Note::Warning)).collect();
        Ok((served.into_iter().map(|served| served.entry).collect(), notes))
    }
}
