//! Per-call-site state used by the generated code, which keeps the lookup between calls of the same function.

use std::{
    array,
    sync::{Arc, OnceLock},
    time::Duration,
};

use arc_swap::ArcSwapOption;

use super::{get_entry::conversion_error, global::current};
pub use super::{kind::Kind, options::*};
use crate::{
    Cache, ConversionError, Error,
    cache::lookup::{EntrySpec, Lookup, UnknownCache},
    engine::{Clock, Entry},
    value::Cached,
};

/// The call-site state of a decorated function whose entries are given by literals only, and are therefore the same
/// at every call.
#[derive(Debug)]
pub struct StaticSite(OnceLock<Lookup>);

/// The call-site state of a decorated function whose entries depend on expressions, with the lookup of its last call.
#[derive(Debug)]
pub struct DynamicSite(ArcSwapOption<Lookup>);

/// One name of a list that an attribute names by literals.
#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
pub fn listed(name: impl super::names::IntoListed) -> lambda_cache_names::Listed {
    name.into_listed()
}

/// A value that cannot be converted: the index of the entry, and the reason.
pub type FailedConversion = (usize, ConversionError);

/// The context of one call of the function.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The cache that the attribute names, if any.
    pub cache: Option<&'a Cache>,
    /// The end of the invocation in milliseconds since the Unix epoch, if it is known.
    pub deadline_ms: Option<u64>,
}

impl StaticSite {
    /// Creates the state of a function that was not called yet.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "a static, made by the macros alone")]
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Returns the entries, converted by `convert`. `specs` is called once and returns their specifications.
    ///
    /// # Errors
    /// An invalid name, the error of a fetch or a value of another type.
    pub async fn get<const N: usize, R>(
        &self,
        call: Call<'_>,
        specs: impl FnOnce() -> Result<[EntrySpec; N], Error>,
        convert: impl Fn([&Cached; N]) -> Result<R, FailedConversion>,
    ) -> Result<R, Error> {
        if let Some(lookup) = self.0.get()
            && let Some(converted) = hit(lookup, &call, &convert)
        {
            return converted;
        }
        fetch(self.lookup(specs)?, &call, &convert).await
    }

    /// Returns the entries, converted by `convert`. Unless this is the first call, all of them are fetched now.
    ///
    /// # Errors
    /// The errors of [`get`](Self::get).
    pub async fn get_or_refresh<const N: usize, R>(
        &self,
        is_first: bool,
        call: Call<'_>,
        specs: impl FnOnce() -> Result<[EntrySpec; N], Error>,
        convert: impl Fn([&Cached; N]) -> Result<R, FailedConversion>,
    ) -> Result<R, Error> {
        if is_first { self.get(call, specs, convert).await } else { refresh(self.lookup(specs)?, &call, convert).await }
    }

    fn lookup<const N: usize>(&self, specs: impl FnOnce() -> Result<[EntrySpec; N], Error>) -> Result<&Lookup, Error> {
        if let Some(lookup) = self.0.get() {
            return Ok(lookup);
        }
        let specs = specs()?;
        Ok(self.0.get_or_init(|| Lookup::new(specs.into())))
    }
}

impl DynamicSite {
    /// Creates the state of a function that was not called yet.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "a static, made by the macros alone")]
    pub const fn new() -> Self {
        Self(ArcSwapOption::const_empty())
    }

    /// Returns the entries, converted by `convert`.
    ///
    /// # Errors
    /// The error of a fetch or a value of another type.
    pub async fn get<const N: usize, R>(
        &self,
        call: Call<'_>,
        specs: [EntrySpec; N],
        convert: impl Fn([&Cached; N]) -> Result<R, FailedConversion>,
    ) -> Result<R, Error> {
        if let Some(lookup) = &*self.0.load() {
            let is_same = lookup.specs() == specs;
            let converted = if is_same { hit(lookup, &call, &convert) } else { hit_by_key(&specs, &call, &convert) };
            if let Some(converted) = converted {
                return converted;
            }
        }
        fetch(&self.lookup(specs), &call, &convert).await
    }

    /// Returns the entries, converted by `convert`. Unless this is the first call, all of them are fetched now.
    ///
    /// # Errors
    /// The errors of [`get`](Self::get).
    pub async fn get_or_refresh<const N: usize, R>(
        &self,
        is_first: bool,
        call: Call<'_>,
        specs: [EntrySpec; N],
        convert: impl Fn([&Cached; N]) -> Result<R, FailedConversion>,
    ) -> Result<R, Error> {
        if is_first { self.get(call, specs, convert).await } else { refresh(&self.lookup(specs), &call, convert).await }
    }

    fn lookup<const N: usize>(&self, specs: [EntrySpec; N]) -> Arc<Lookup> {
        let last = self.0.load_full().filter(|lookup| lookup.specs() == specs);
        last.unwrap_or_else(|| self.remember(specs.into()))
    }

    fn remember(&self, specs: Vec<EntrySpec>) -> Arc<Lookup> {
        let lookup = Arc::new(Lookup::new(specs));
        self.0.store(Some(Arc::clone(&lookup)));
        lookup
    }
}

fn with_cache<R>(call: &Call<'_>, act: impl FnOnce(&Cache) -> R) -> R {
    match call.cache {
        Some(cache) => act(cache),
        None => act(&current()),
    }
}

/// Returns the converted entries, if all are fresh.
#[inline]
fn hit<const N: usize, R>(
    lookup: &Lookup,
    call: &Call<'_>,
    convert: impl Fn([&Cached; N]) -> Result<R, FailedConversion>,
) -> Option<Result<R, Error>> {
    let convert_all = |entries: &[Arc<Entry<Cached>>]| {
        let entries: &[_; N] = entries.try_into().expect("as many as specs");
        convert(entries.each_ref().map(|entry| &entry.value))
    };
    match lookup.read(with_cache(call, Cache::id), convert_all) {
        Ok(hit) => hit.map(|hit| converted(lookup.specs(), call, hit)),
        // If calls alternate between several caches, binding the lookup again at each call would cost more than this.
        Err(UnknownCache) => lookup.is_bound().then(|| hit_by_key(lookup.specs(), call, convert)).flatten(),
    }
}

/// Returns the converted entries, if all are fresh. Finds each entry by its key.
fn hit_by_key<const N: usize, R>(
    specs: &[EntrySpec],
    call: &Call<'_>,
    convert: impl Fn([&Cached; N]) -> Result<R, FailedConversion>,
) -> Option<Result<R, Error>> {
    let entries: [Option<Arc<Entry<Cached>>>; N] = with_cache(call, |cache| {
        array::from_fn(|index| specs.get(index).and_then(|one| cache.hit(&one.request, one.ages)))
    });
    if entries.iter().any(Option::is_none) {
        return None;
    }
    let values = entries.each_ref().map(|entry| &entry.as_ref().expect("all are hits").value);
    Some(converted(specs, call, convert(values)))
}

async fn fetch<const N: usize, R>(
    lookup: &Lookup,
    call: &Call<'_>,
    convert: impl Fn([&Cached; N]) -> Result<R, FailedConversion>,
) -> Result<R, Error> {
    let fetching = with_cache(call, |cache| lookup.fetch(cache, remaining(cache.clock(), call.deadline_ms)));
    let entries = fetching.await?;
    converted(lookup.specs(), call, convert(array::from_fn(|index| &entries[index].entry.value)))
}

async fn refresh<const N: usize, R>(
    lookup: &Lookup,
    call: &Call<'_>,
    convert: impl Fn([&Cached; N]) -> Result<R, FailedConversion>,
) -> Result<R, Error> {
    let fetching = with_cache(call, |cache| lookup.refresh(cache, remaining(cache.clock(), call.deadline_ms)));
    let entries = fetching.await?;
    converted(lookup.specs(), call, convert(array::from_fn(|index| &entries[index].entry.value)))
}

fn converted<R>(specs: &[EntrySpec], call: &Call<'_>, converted: Result<R, FailedConversion>) -> Result<R, Error> {
    converted.map_err(|(index, error)| with_cache(call, |cache| conversion_error(cache, &specs[index].request, &error)))
}

/// Returns the time that the invocation has left, or `None` if its deadline is unknown or has passed.
fn remaining(clock: &Clock, deadline_ms: Option<u64>) -> Option<Duration> {
    let now_ms = clock.now().wall_ns / 1_000_000;
    deadline_ms.map(|deadline_ms| Duration::from_millis(deadline_ms.saturating_sub(now_ms)))
}
