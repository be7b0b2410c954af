//! The queries of all sources, and the handle to one source's entries in a cache.

use std::{fmt, marker::PhantomData};

use super::{get_entry::GetEntry, global::current, sealed::Sealed};
use crate::{Cache, Error, source::Request};

/// The arguments and options of a call for one entry of a source.
///
/// This trait is sealed: only the sources of this crate implement it.
pub trait Query: Sealed + Sized {
    /// Returns the validated request.
    #[doc(hidden)]
    fn request(self) -> Result<Request, Error>;

    /// Removes the entries of the resource that the query names.
    #[doc(hidden)]
    fn invalidate(self, cache: &Cache) -> Result<(), Error> {
        cache.invalidate_alike(&self.request()?);
        Ok(())
    }
}

/// The entries of one source in one cache, returned by [`Cache::ssm`] and the methods for the other sources.
pub struct Entries<'c, Q> {
    cache: Option<&'c Cache>,
    query: PhantomData<fn() -> Q>,
}

impl<Q> Clone for Entries<'_, Q> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Q> Copy for Entries<'_, Q> {}

impl<Q> fmt::Debug for Entries<'_, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entries").field("cache", &self.cache).finish_non_exhaustive()
    }
}

impl<'c, Q: Query> Entries<'c, Q> {
    /// The entries in the shared cache.
    pub(super) const SHARED: Self = Self { cache: None, query: PhantomData };

    pub(super) fn of(cache: &'c Cache) -> Self {
        Self { cache: Some(cache), query: PhantomData }
    }

    pub(super) fn get<T, K>(self, query: Q) -> GetEntry<'c, T, Q, K> {
        GetEntry::new(self.cache, query)
    }

    pub(super) fn remove(self, query: Q) -> Result<(), Error> {
        match self.cache {
            Some(cache) => query.invalidate(cache),
            None => query.invalidate(&current()),
        }
    }
}
