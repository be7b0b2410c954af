//! A lookup of all entries of one handler.

use std::{
    borrow::Cow,
    fmt, slice,
    sync::{Arc, OnceLock},
    time::Duration,
};

use arc_swap::ArcSwapOption;
use futures_util::{
    FutureExt,
    future::{BoxFuture, join_all},
};
use lambda_cache_names::entry_name;

use crate::{
    Cache, Error, ErrorKind,
    cache::freshness::FreshnessOptions,
    engine::{Clock, Entry, MaxAge, Policy, Served, SlotGroup},
    source::{Request, one_name_for_two},
    value::Cached,
};

/// The maximum time kept for the handler to deal with an error. It is a tenth of the time that the invocation has
/// left, up to this.
const LONGEST_MARGIN: Duration = Duration::from_millis(500);

/// The specification of one entry of a handler: the request, the accepted ages and the entry name.
#[derive(Clone, Debug, PartialEq)]
pub struct EntrySpec {
    /// The request.
    pub request: Request,
    /// The accepted ages.
    pub ages: FreshnessOptions,
    /// The name under which the handler gets the value.
    pub entry_name: Cow<'static, str>,
}

impl EntrySpec {
    /// Creates a specification for `request`, with `entry_name` or a name derived from the request. Several values have no
    /// derived name, which [`check_for_context`] rejects.
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::ErrorKind::InvalidArgument) if no name can be derived for a single value.
    pub fn new(request: Request, ages: FreshnessOptions, entry_name: Option<Cow<'static, str>>) -> Result<Self, Error> {
        let entry_name = match request.entry_name(entry_name) {
            Err(_) if request.is_group() => Cow::Borrowed(""),
            given => given?,
        };
        Ok(Self { request, ages, entry_name })
    }
}

/// Merges the entries of an outer and an inner decorator. A request that both have under one name becomes one entry
/// with the stricter ages.
#[must_use]
pub fn merge(outer: &[EntrySpec], inner: &[EntrySpec]) -> Vec<EntrySpec> {
    let mut all = outer.to_vec();
    for one in inner {
        let same =
            |other: &&mut EntrySpec| other.entry_name == one.entry_name && other.request.key() == one.request.key();
        match all.iter_mut().find(same) {
            Some(other) => other.ages = other.ages.and(one.ages),
            None => all.push(one.clone()),
        }
    }
    all
}

/// Rejects entry names that the handler's context cannot hold: none, Lambda's attributes, and one name for two requests.
///
/// # Errors
/// [`NoEntryName`](crate::ErrorKind::NoEntryName), [`InvalidArgument`](crate::ErrorKind::InvalidArgument).
pub fn check_for_context(specs: &[EntrySpec]) -> Result<(), Error> {
    for (index, one) in specs.iter().enumerate() {
        if one.entry_name.is_empty() {
            one.request.entry_name(None)?;
        }
        entry_name::check(&one.entry_name).map_err(Error::invalid_name)?;
        let other = specs.iter().take(index).find(|other| other.entry_name == one.entry_name);
        if let Some(other) = other
            && other.request.key() != one.request.key()
        {
            return Err(one_name_for_two(&one.entry_name, &other.request.key(), &one.request.key()));
        }
    }
    Ok(())
}

/// A lookup of a handler's entries. It remembers their slots in the first cache it was used with, usually the only
/// one, and in the latest. A hit therefore takes no lock and no search by name.
pub struct Lookup {
    specs: Vec<EntrySpec>,
    first: OnceLock<ResolvedSlots>,
    last: ArcSwapOption<ResolvedSlots>,
}

/// The slots of a lookup's entries in one cache, and the max age of each.
struct ResolvedSlots {
    cache_id: u64,
    clock: Clock,
    slots: Arc<SlotGroup<Cached>>,
    max_ages: Vec<MaxAge>,
}

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lookup").field("specs", &self.specs).finish_non_exhaustive()
    }
}

impl Lookup {
    /// Creates a lookup of these entries.
    #[must_use]
    pub fn new(specs: Vec<EntrySpec>) -> Self {
        Self { specs, first: OnceLock::new(), last: ArcSwapOption::empty() }
    }

    /// Returns the specifications of the entries.
    #[must_use]
    pub fn specs(&self) -> &[EntrySpec] {
        &self.specs
    }

    /// Returns `true` if it remembers the slots of a cache.
    pub fn is_bound(&self) -> bool {
        self.first.get().is_some()
    }

    /// Calls `read` with all entries, if all are fresh in the cache with this id. Takes no lock, and allocates only
    /// if the cache has changed.
    ///
    /// # Errors
    /// [`UnknownCache`] if this cache is neither the first nor the latest one.
    #[inline]
    pub fn read<R>(
        &self,
        cache_id: u64,
        read: impl FnOnce(&[Arc<Entry<Cached>>]) -> R,
    ) -> Result<Option<R>, UnknownCache> {
        match self.first.get() {
            Some(first) if first.cache_id == cache_id => Ok(first.read(read)),
            Some(_) => self.last(cache_id).map(|last| last.read(read)).ok_or(UnknownCache),
            None => Err(UnknownCache),
        }
    }

    fn last(&self, cache_id: u64) -> Option<Arc<ResolvedSlots>> {
        self.last.load_full().filter(|bound| bound.cache_id == cache_id)
    }

    /// Returns the entries in their order. Missing and stale ones are fetched at the same time, within the time that
    /// the invocation has left. Fetched entries are kept even if another entry fails.
    ///
    /// # Errors
    /// The first error in the order of the entries, or [`Unavailable`](crate::ErrorKind::Unavailable) if the time ran
    /// out.
    pub fn fetch(
        &self,
        cache: &Cache,
        remaining: Option<Duration>,
    ) -> BoxFuture<'_, Result<Vec<Served<Cached>>, Error>> {
        self.fetch_by(cache, remaining, |one| one.ages)
    }

    /// Fetches all entries, whatever their ages, because the present ones are known to be outdated.
    ///
    /// # Errors
    /// The errors of [`fetch`](Self::fetch).
    pub fn refresh(
        &self,
        cache: &Cache,
        remaining: Option<Duration>,
    ) -> BoxFuture<'_, Result<Vec<Served<Cached>>, Error>> {
        self.fetch_by(cache, remaining, |_| Policy::fresh(MaxAge::ZERO).into())
    }

    fn fetch_by(
        &self,
        cache: &Cache,
        remaining: Option<Duration>,
        ages: impl Fn(&EntrySpec) -> FreshnessOptions + Send + 'static,
    ) -> BoxFuture<'_, Result<Vec<Served<Cached>>, Error>> {
        let (cache, slots) = (cache.clone(), self.bind(cache));
        let time_left = remaining.filter(|left| !left.is_zero()).map(time_for_fetch);
        async move {
            let fetches = self.specs.iter().zip(slots.slots());
            let fetches = fetches.map(|(one, slot)| cache.get_slot(slot, &one.request, ages(one), time_left));
            let served = join_all(fetches).await.into_iter().collect::<Result<Vec<_>, _>>()?;
            self.all_there(&served)?;
            Ok(served)
        }
        .boxed()
    }

    /// Rejects a file that was removed to make room for another, because the handler could not open it.
    fn all_there(&self, served: &[Served<Cached>]) -> Result<(), Error> {
        match self.specs.iter().zip(served).find(|(_, served)| !served.entry.value.is_there()) {
            None => Ok(()),
            Some((one, _)) => Err(Error::new(
                ErrorKind::Storage,
                format!(
                    "{} was removed while the handler's other entries were fetched, to make room or by another process; if \
                     LAMBDA_CACHE_DIR_MAX_BYTES is set, raise it so that all files of a handler fit at the same time",
                    one.request.key()
                ),
            )),
        }
    }

    /// Finds the slots of the entries in `cache` for the next [`read`](Self::read).
    pub fn remember(&self, cache: &Cache) {
        self.bind(cache);
    }

    /// Finds the slots of the entries in `cache` and remembers them.
    fn bind(&self, cache: &Cache) -> Arc<SlotGroup<Cached>> {
        let bind = || ResolvedSlots {
            cache_id: cache.id(),
            clock: cache.clock().clone(),
            slots: cache.slot_group(self.specs.iter().map(|one| &one.request)),
            max_ages: self.specs.iter().map(|one| cache.max_age(one.ages)).collect(),
        };
        let first = self.first.get_or_init(bind);
        if first.cache_id == cache.id() {
            return Arc::clone(&first.slots);
        }
        if let Some(last) = self.last(cache.id()) {
            return Arc::clone(&last.slots);
        }
        let bound = Arc::new(bind());
        self.last.store(Some(Arc::clone(&bound)));
        Arc::clone(&bound.slots)
    }
}

/// The error when a lookup is not bound to this cache.
#[derive(Debug)]
pub struct UnknownCache;

impl ResolvedSlots {
    #[inline]
    fn read<R>(&self, read: impl FnOnce(&[Arc<Entry<Cached>>]) -> R) -> Option<R> {
        let now = self.clock.now();
        if let ([slot], [max_age]) = (self.slots.slots(), self.max_ages.as_slice()) {
            // Borrowing a single entry from its slot is as quick as from a group, and saves two steps.
            let entry = slot.load();
            let entry = entry.as_ref()?;
            return slot.is_fresh(entry, &self.clock, *max_age, now).then(|| read(slice::from_ref(entry)));
        }
        let read = |entries: &[Arc<Entry<Cached>>]| {
            let mut places = self.slots.slots().iter().zip(&self.max_ages).zip(entries);
            places
                .all(|((slot, max_age), entry)| slot.is_fresh(entry, &self.clock, *max_age, now))
                .then(|| read(entries))
        };
        self.slots.read(read)?
    }
}

/// Returns the part of an invocation's remaining time that a fetch may take.
fn time_for_fetch(remaining: Duration) -> Duration {
    remaining.saturating_sub(LONGEST_MARGIN.min(remaining / 10))
}
