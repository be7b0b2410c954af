//! What an attribute expands to: a look at the entries, where they were left at the last call of the same place.

use std::{array, sync::Arc, time::Duration};

use arc_swap::ArcSwapOption;

pub use super::take::Kind;
use super::{current::current, get_entry::unfit};
use crate::{
    Cache, Error, ErrorKind,
    engine::{Clock, MaxAge, Policy},
    lookup::{Lookup, Wanted},
    source::Request,
    typed::Misfit,
    value::Cached,
};

/// A decorated function's place in the program, with the lookup of its last call.
#[derive(Debug)]
pub struct Site(ArcSwapOption<Lookup>);

/// A value that does not fit: which of the entries, and why.
pub type Unfit = (usize, Misfit);

/// How a call of the function looks.
#[derive(Debug)]
pub struct Call<'a> {
    /// A cache of the function's own.
    pub cache: Option<&'a Cache>,
    /// When the invocation ends, in milliseconds since the Unix epoch, where that can be seen.
    pub deadline_ms: Option<u64>,
}

impl Site {
    /// A place that was not called yet.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "a static, made by the macros alone")]
    pub const fn new() -> Self {
        Self(ArcSwapOption::const_empty())
    }

    /// The entries that are the same at every call, because literals alone say what they are; `wanted` says it once.
    ///
    /// # Errors
    /// A name that cannot be meant, what the fetch failed with, a value of another type.
    pub async fn fixed<const N: usize, R>(
        &self,
        call: Call<'_>,
        wanted: impl FnOnce() -> Result<[Wanted; N], Error>,
        take: impl Fn([&Cached; N]) -> Result<R, Unfit>,
    ) -> Result<R, Error> {
        if let Some(lookup) = &*self.0.load() {
            if let Some(taken) = hit(lookup, &call, &take) {
                return taken;
            }
        } else {
            self.0.store(Some(Arc::new(Lookup::new(wanted()?.into()))));
        }
        let Some(lookup) = self.0.load_full() else { return Err(unbound()) };
        fetch(&lookup, &call, &take).await
    }

    /// The entries that expressions say anew at each call.
    ///
    /// # Errors
    /// What the fetch failed with, a value of another type.
    pub async fn dynamic<const N: usize, R>(
        &self,
        call: Call<'_>,
        wanted: [Wanted; N],
        take: impl Fn([&Cached; N]) -> Result<R, Unfit>,
    ) -> Result<R, Error> {
        if let Some(lookup) = &*self.0.load() {
            let is_same = lookup.wanted() == wanted;
            let taken = if is_same { hit(lookup, &call, &take) } else { hit_by_key(&wanted, &call, &take) };
            if let Some(taken) = taken {
                return taken;
            }
        }
        let last = self.0.load_full().filter(|lookup| lookup.wanted() == wanted);
        let lookup = last.unwrap_or_else(|| {
            let lookup = Arc::new(Lookup::new(wanted.into()));
            self.0.store(Some(Arc::clone(&lookup)));
            lookup
        });
        fetch(&lookup, &call, &take).await
    }
}

fn unbound() -> Error {
    Error::new(ErrorKind::InvalidArgument, "the entries of this function are not known")
}

fn with_cache<R>(call: &Call<'_>, act: impl FnOnce(&Cache) -> R) -> R {
    match call.cache {
        Some(cache) => act(cache),
        None => act(&current()),
    }
}

/// What is taken of the entries, if all are fresh.
fn hit<const N: usize, R>(
    lookup: &Lookup,
    call: &Call<'_>,
    take: impl Fn([&Cached; N]) -> Result<R, Unfit>,
) -> Option<Result<R, Error>> {
    let Some(look) = lookup.look(with_cache(call, Cache::id)) else {
        // A place that asks several caches in turn would be bound anew at each call.
        return lookup.is_bound().then(|| hit_by_key(lookup.wanted(), call, take)).flatten();
    };
    take_all(lookup.wanted(), &array::from_fn(|index| look.hit(index)), |hit| &hit.value, take)
}

/// The same, with each entry looked up by its key.
fn hit_by_key<const N: usize, R>(
    wanted: &[Wanted],
    call: &Call<'_>,
    take: impl Fn([&Cached; N]) -> Result<R, Unfit>,
) -> Option<Result<R, Error>> {
    let entries = with_cache(call, |cache| {
        array::from_fn(|index| wanted.get(index).and_then(|one| cache.hit(&one.request, one.policy.max_age)))
    });
    take_all(wanted, &entries, |entry| &entry.value, take)
}

fn take_all<const N: usize, H, R>(
    wanted: &[Wanted],
    hits: &[Option<H>; N],
    value: impl Fn(&H) -> &Cached,
    take: impl Fn([&Cached; N]) -> Result<R, Unfit>,
) -> Option<Result<R, Error>> {
    if hits.iter().any(Option::is_none) {
        return None;
    }
    let values = hits.each_ref().map(|hit| value(hit.as_ref().expect("all are hits")));
    Some(taken(wanted, take(values)))
}

async fn fetch<const N: usize, R>(
    lookup: &Lookup,
    call: &Call<'_>,
    take: impl Fn([&Cached; N]) -> Result<R, Unfit>,
) -> Result<R, Error> {
    let fetching = with_cache(call, |cache| lookup.fetch(cache, remaining(cache.clock(), call.deadline_ms)));
    let entries = fetching.await?;
    taken(lookup.wanted(), take(array::from_fn(|index| &entries[index].entry.value)))
}

fn taken<R>(wanted: &[Wanted], taken: Result<R, Unfit>) -> Result<R, Error> {
    taken.map_err(|(index, misfit)| unfit(&wanted[index].request, &misfit))
}

/// What the invocation has left; `None` where its deadline is not known, or over.
fn remaining(clock: &Clock, deadline_ms: Option<u64>) -> Option<Duration> {
    let now_ms = clock.now().wall_ns / 1_000_000;
    deadline_ms.map(|deadline_ms| Duration::from_millis(deadline_ms.saturating_sub(now_ms)))
}

/// The options that all attributes have.
#[derive(Debug)]
pub struct Options {
    /// The oldest age that is fresh.
    pub max_age: Option<Result<MaxAge, Error>>,
    /// How much older it may be where it cannot be refreshed.
    pub stale_if_error: Option<Result<MaxAge, Error>>,
    /// The name under which the handler gets the entry.
    pub entry_name: Option<String>,
}

impl Options {
    fn wanted(self, request: Request) -> Result<Wanted, Error> {
        let policy = Policy {
            max_age: self.max_age.unwrap_or(Ok(MaxAge::DEFAULT))?,
            stale_if_error: self.stale_if_error.unwrap_or(Ok(MaxAge::ZERO))?,
        };
        Wanted::new(request, policy, self.entry_name)
    }
}

/// `#[ssm::cache]`.
///
/// # Errors
/// A name or an age that cannot be meant.
#[cfg(feature = "ssm")]
pub fn ssm<P: super::ssm::IntoParameters>(parameter: P, options: Options) -> Result<(Wanted, Kind<P::Kind>), Error> {
    let request = Request::Parameters(parameter.into_parameters()?);
    Ok((options.wanted(request)?, Kind::new()))
}

/// `#[secrets_manager::cache]`.
///
/// # Errors
/// A name or an age that cannot be meant.
#[cfg(feature = "secrets-manager")]
pub fn secrets_manager(
    name: impl Into<String>,
    options: Options,
) -> Result<(Wanted, Kind<crate::kind::Secret>), Error> {
    let request = Request::Secret(crate::source::secrets_manager::Secret::new(name)?);
    Ok((options.wanted(request)?, Kind::new()))
}

/// `#[s3::cache]`.
///
/// # Errors
/// A URI, a name or an age that cannot be meant.
#[cfg(feature = "s3")]
pub fn s3(
    uri: impl AsRef<str>,
    check_before_download: bool,
    options: Options,
) -> Result<(Wanted, Kind<crate::kind::Object>), Error> {
    let object = crate::source::s3::Object::new(uri.as_ref(), options.entry_name.as_deref(), check_before_download)?;
    Ok((options.wanted(Request::Object(object))?, Kind::new()))
}

/// A number of seconds, or a `Duration`, as the options that end in `_in_seconds` take it.
#[diagnostic::on_unimplemented(message = "`{Self}` is no number of seconds", note = "write a number, or a `Duration`")]
pub trait Seconds {
    /// The age that the option of this name gives.
    ///
    /// # Errors
    /// A negative number, or NaN.
    fn age(self, option: &'static str) -> Result<MaxAge, Error>;
}

impl Seconds for Duration {
    fn age(self, _: &'static str) -> Result<MaxAge, Error> {
        Ok(self.into())
    }
}

impl Seconds for f64 {
    fn age(self, option: &'static str) -> Result<MaxAge, Error> {
        Ok(MaxAge::from_option(option, self)?)
    }
}

macro_rules! seconds {
    ($($type:ty)*) => {$(
        impl Seconds for $type {
            #[allow(clippy::cast_precision_loss, clippy::cast_lossless, reason = "2^53 seconds are infinity")]
            fn age(self, option: &'static str) -> Result<MaxAge, Error> {
                (self as f64).age(option)
            }
        }
    )*};
}

seconds!(f32 i8 i16 i32 i64 isize u8 u16 u32 u64 usize);
