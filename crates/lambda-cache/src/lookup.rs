//! All entries of one handler, as one lookup.

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
    ages::Ages,
    engine::{Clock, Entry, MaxAge, Policy, Served, Together},
    source::{Request, one_name_for_two},
    value::Cached,
};

/// Of the time that an invocation has left, what is kept for the handler to deal with an error: a tenth, at most this.
const LONGEST_MARGIN: Duration = Duration::from_millis(500);

/// One entry that a handler wants: what, how fresh, and under which name.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// What to fetch.
    pub request: Request,
    /// The ages that are accepted.
    pub ages: Ages,
    /// The name under which the handler gets it.
    pub entry_name: Cow<'static, str>,
}

impl Wanted {
    /// `request` under `entry_name`, or under the name that it gives itself.
    ///
    /// # Errors
    /// [`NoEntryName`](crate::ErrorKind::NoEntryName) for a list without a name, [`InvalidArgument`](crate::ErrorKind::InvalidArgument) where no name can be had.
    pub fn new(request: Request, ages: Ages, entry_name: Option<Cow<'static, str>>) -> Result<Self, Error> {
        let entry_name = request.entry_name(entry_name)?;
        Ok(Self { request, ages, entry_name })
    }
}

/// The entries of an outer and an inner decorator, together. What both want under one name is one entry, fresh enough
/// for both.
#[must_use]
pub fn stack(outer: &[Wanted], inner: &[Wanted]) -> Vec<Wanted> {
    let mut all = outer.to_vec();
    for one in inner {
        let same = |other: &&mut Wanted| other.entry_name == one.entry_name && other.request.key() == one.request.key();
        match all.iter_mut().find(same) {
            Some(other) => other.ages = other.ages.and(one.ages),
            None => all.push(one.clone()),
        }
    }
    all
}

/// Refuses entry names that a handler's context cannot take: Lambda's own attributes, and one name for two things.
///
/// # Errors
/// [`InvalidArgument`](crate::ErrorKind::InvalidArgument).
pub fn check_for_context(wanted: &[Wanted]) -> Result<(), Error> {
    for (index, one) in wanted.iter().enumerate() {
        entry_name::check(&one.entry_name)?;
        let other = wanted.iter().take(index).find(|other| other.entry_name == one.entry_name);
        if let Some(other) = other
            && other.request.key() != one.request.key()
        {
            return Err(one_name_for_two(&one.entry_name, &other.request.key(), &one.request.key()));
        }
    }
    Ok(())
}

/// The entries that a handler wants, looked up together. It remembers where they lie in the cache that was asked first, which
/// nearly always is the only one, and in the one that was last asked: so a hit needs neither a lock nor a look by name.
pub struct Lookup {
    wanted: Vec<Wanted>,
    first: OnceLock<Bound>,
    last: ArcSwapOption<Bound>,
}

/// The places of a lookup's entries in one cache, and how fresh each is to be.
struct Bound {
    cache_id: u64,
    clock: Clock,
    slots: Arc<Together<Cached>>,
    max_ages: Vec<MaxAge>,
}

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lookup").field("wanted", &self.wanted).finish_non_exhaustive()
    }
}

impl Lookup {
    /// A lookup of these entries.
    #[must_use]
    pub fn new(wanted: Vec<Wanted>) -> Self {
        Self { wanted, first: OnceLock::new(), last: ArcSwapOption::empty() }
    }

    /// What is looked up.
    #[must_use]
    pub fn wanted(&self) -> &[Wanted] {
        &self.wanted
    }

    /// Whether it remembers where they lie in some cache.
    pub fn is_bound(&self) -> bool {
        self.first.get().is_some()
    }

    /// What `read` makes of all entries, if all are fresh in the cache of this id. No lock, no allocation unless the cache
    /// changed.
    ///
    /// # Errors
    /// [`NotBound`] if it was asked neither first nor last.
    #[inline]
    pub fn read<R>(&self, cache_id: u64, read: impl FnOnce(&[Arc<Entry<Cached>>]) -> R) -> Result<Option<R>, NotBound> {
        match self.first.get() {
            Some(first) if first.cache_id == cache_id => Ok(first.read(read)),
            Some(_) => self.last(cache_id).map(|last| last.read(read)).ok_or(NotBound),
            None => Err(NotBound),
        }
    }

    fn last(&self, cache_id: u64) -> Option<Arc<Bound>> {
        self.last.load_full().filter(|bound| bound.cache_id == cache_id)
    }

    /// The entries in their order, those that are missing or stale fetched at the same time, in what the invocation has
    /// left of its time.
    ///
    /// What was fetched is kept even where another entry failed.
    ///
    /// # Errors
    /// The first error in the order of the entries; [`Unavailable`](crate::ErrorKind::Unavailable) where the time ran out.
    pub fn fetch(
        &self,
        cache: &Cache,
        remaining: Option<Duration>,
    ) -> BoxFuture<'_, Result<Vec<Served<Cached>>, Error>> {
        self.fetch_by(cache, remaining, |one| one.ages)
    }

    /// The same, all of them fetched now, whatever their ages: what is there is known to be of no use.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch).
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
        ages: impl Fn(&Wanted) -> Ages + Send + 'static,
    ) -> BoxFuture<'_, Result<Vec<Served<Cached>>, Error>> {
        let (cache, slots) = (cache.clone(), self.bind(cache));
        let time_left = remaining.filter(|left| !left.is_zero()).map(time_for_fetch);
        async move {
            let fetches = self.wanted.iter().zip(slots.slots());
            let fetches = fetches.map(|(one, slot)| cache.get_slot(slot, &one.request, ages(one), time_left));
            let served = join_all(fetches).await.into_iter().collect::<Result<Vec<_>, _>>()?;
            self.all_there(&served)?;
            Ok(served)
        }
        .boxed()
    }

    /// Refuses a file that had to make room for another: the handler would open what is gone.
    fn all_there(&self, served: &[Served<Cached>]) -> Result<(), Error> {
        match self.wanted.iter().zip(served).find(|(_, served)| !served.entry.value.is_there()) {
            None => Ok(()),
            Some((one, _)) => Err(Error::new(
                ErrorKind::Storage,
                format!(
                    "{} was removed while the handler's entries were fetched, to make room or by somebody else: where \
                     LAMBDA_CACHE_DIR_MAX_BYTES is set, it must be enough for all files that are used at once",
                    one.request.key()
                ),
            )),
        }
    }

    /// The slots of the entries in `cache`, remembered.
    fn bind(&self, cache: &Cache) -> Arc<Together<Cached>> {
        let bind = || Bound {
            cache_id: cache.id(),
            clock: cache.clock().clone(),
            slots: cache.together(self.wanted.iter().map(|one| &one.request)),
            max_ages: self.wanted.iter().map(|one| cache.max_age(one.ages)).collect(),
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

/// The cache that was asked is none whose places a lookup remembers.
#[derive(Debug)]
pub struct NotBound;

impl Bound {
    #[inline]
    fn read<R>(&self, read: impl FnOnce(&[Arc<Entry<Cached>>]) -> R) -> Option<R> {
        let now = self.clock.now();
        if let ([slot], [max_age]) = (self.slots.slots(), self.max_ages.as_slice()) {
            // One alone is borrowed as quickly from its slot, and found with two steps less.
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

/// What of an invocation's remaining time a fetch may take.
fn time_for_fetch(remaining: Duration) -> Duration {
    remaining.saturating_sub(LONGEST_MARGIN.min(remaining / 10))
}
