//! Any call that the library does not know.

use std::{any::type_name, error, fmt, future::Future, sync::Arc};

use futures_util::FutureExt;

use super::{
    current::current,
    get_entry::{Ask, GetEntry},
};
use crate::{
    Cache, Cached, Error, ErrorKind, FromEntry, Misfit, Opaque, Value, kind,
    source::{self, Request, custom::Custom},
};

/// Gives an `async fn` what a [`Fetch`] of yours fetches, as an argument: any API call, under every rule of the cache.
///
/// The argument is the one that bears the entry name, and its type is the one that is fetched. For the rest it is as
/// `ssm::cache` says, which has the rules for functions and arguments.
///
/// # Options
/// - `fetch`: an expression that is a [`Fetch`], such as the name of an `async fn` without arguments.
/// - `entry_name`: what the entry is called, and with it the argument. It tells entries apart that the same function fetches.
/// - `max_age_in_seconds`, `stale_if_error_in_seconds`, `argument`, `cache`: as those of `ssm::cache`.
///
/// # Errors
/// [`ErrorKind::Custom`](crate::ErrorKind::Custom), whose source is what `fetch` failed with; an [`Error`] of this crate as it
/// is. Returned before the body begins.
///
/// # Examples
/// ```
/// use lambda_cache::{Error, custom};
///
/// async fn fetch_rates() -> Result<Vec<f64>, std::io::Error> {
///     Ok(vec![1.08, 0.85]) // an HTTP API, a table of DynamoDB, ...
/// }
///
/// #[custom::cache(fetch = fetch_rates, entry_name = "rates", max_age_in_seconds = 300)]
/// async fn handler(event: (), rates: Vec<f64>) -> Result<f64, Error> {
///     Ok(rates[0])
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Error> {
/// # let _fake = lambda_cache::testing::values();
/// assert_eq!(handler(()).await?, 1.08);
/// # Ok(()) }
/// ```
pub use lambda_cache_macros::custom_cache as cache;

/// Something that can be fetched: a closure or function without arguments that gives a future of a `Result`, or a type of your
/// own.
///
/// It runs only when the cache has nothing that is fresh enough, and once for all who ask at the same time. A failure is
/// never kept.
///
/// ```
/// use lambda_cache::custom::Fetch;
///
/// struct Rates {
///     url: String,
/// }
///
/// impl Fetch for Rates {
///     type Value = f64;
///     type Error = std::io::Error;
///
///     async fn fetch(&self) -> Result<f64, std::io::Error> {
///         Ok(self.url.len() as f64) // ask it
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that can be fetched",
    note = "write an `async fn` without arguments that returns a `Result`, a closure like it, or a type that is `custom::Fetch`"
)]
pub trait Fetch: Send + Sync + 'static {
    /// What is fetched. It is cloned for each call, so an `Arc` of what is dear to clone.
    type Value: Clone + Send + Sync + 'static;
    /// What it fails with. Its words go into the [`Error`]'s message: they must hold nothing that is secret.
    type Error: Into<Box<dyn error::Error + Send + Sync>>;

    /// Fetches it now.
    fn fetch(&self) -> impl Future<Output = Result<Self::Value, Self::Error>> + Send;
}

impl<F, Fetching, T, E> Fetch for F
where
    F: Fn() -> Fetching + Send + Sync + 'static,
    Fetching: Future<Output = Result<T, E>> + Send,
    T: Clone + Send + Sync + 'static,
    E: Into<Box<dyn error::Error + Send + Sync>>,
{
    type Value = T;
    type Error = E;

    fn fetch(&self) -> impl Future<Output = Result<T, E>> + Send {
        self()
    }
}

/// What `fetch` fetches, from the cache or now.
///
/// `name` tells the entry from others that the same function or type fetches. Awaited, it gives what was fetched; an entry is
/// served while it is younger than 60 seconds, unless [`max_age`](GetEntry::max_age) says otherwise.
///
/// # Errors
/// [`ErrorKind::Custom`](crate::ErrorKind::Custom), whose [`source`](std::error::Error::source) is what `fetch` failed with. An
/// [`Error`] of this crate is handed through as it is. Every error but such a one counts as trouble that may pass, for
/// [`stale_if_error`](GetEntry::stale_if_error).
///
/// ```
/// use std::time::Duration;
///
/// use lambda_cache::custom;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), lambda_cache::Error> {
/// # let _fake = lambda_cache::testing::values();
/// let fetch = async || Ok::<_, std::io::Error>("1.08".to_owned());
/// let rate = custom::get_entry("rate", fetch).max_age(Duration::from_secs(300)).await?;
/// assert_eq!(rate, "1.08");
/// # Ok(()) }
/// ```
pub fn get_entry<F: Fetch>(name: impl Into<String>, fetch: F) -> GetEntry<'static, F::Value, Asked<F>> {
    GetEntry::new(None, Asked::new(name, fetch))
}

/// Forgets the entry of this name that an `F` fetches, which is not called: the next call fetches it.
pub fn invalidate<F: Fetch>(name: impl Into<String>, fetch: F) {
    current().custom().invalidate(name, fetch);
}

/// The custom entries of a [`Cache`] of one's own, as [`Cache::custom`] gives it.
#[derive(Clone, Copy, Debug)]
pub struct Customs<'c>(&'c Cache);

impl Cache {
    /// Custom entries in this cache.
    #[must_use]
    pub fn custom(&self) -> Customs<'_> {
        Customs(self)
    }
}

impl<'c> Customs<'c> {
    /// As [`custom::get_entry`](get_entry), from this cache.
    pub fn get_entry<F: Fetch>(self, name: impl Into<String>, fetch: F) -> GetEntry<'c, F::Value, Asked<F>> {
        GetEntry::new(Some(self.0), Asked::new(name, fetch))
    }

    /// As [`custom::invalidate`](invalidate), in this cache.
    pub fn invalidate<F: Fetch>(self, name: impl Into<String>, fetch: F) {
        self.0.invalidate_alike(&request(name.into(), fetch));
    }
}

/// A custom entry that is asked for.
pub struct Asked<F> {
    name: String,
    fetch: F,
}

impl<F> fmt::Debug for Asked<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<F: Fetch> Asked<F> {
    fn new(name: impl Into<String>, fetch: F) -> Self {
        Self { name: name.into(), fetch }
    }
}

impl<F: Fetch> Ask for Asked<F> {
    type Kind = kind::Custom<F::Value>;

    fn request(self) -> Result<Request, Error> {
        Ok(request(self.name, self.fetch))
    }
}

pub(super) fn request<F: Fetch>(name: String, fetch: F) -> Request {
    let (fetch, own_name) = (Arc::new(fetch), name.clone());
    let fetch: source::custom::Fetch = Arc::new(move || {
        let (fetch, name) = (Arc::clone(&fetch), own_name.clone());
        async move {
            match fetch.fetch().await {
                Ok(value) => Ok(Value::Custom(Opaque::new(value))),
                Err(error) => Err(failure(&name, error.into())),
            }
        }
        .boxed()
    });
    Request::Custom(Custom::new(name, type_name::<F>(), fetch))
}

/// An error of ours says more than one around it would.
fn failure(name: &str, error: Box<dyn error::Error + Send + Sync>) -> Error {
    match error.downcast::<Error>() {
        Ok(own) => *own,
        Err(other) => Error::custom(ErrorKind::Custom, name, other),
    }
}

impl<T: Clone + 'static> FromEntry<kind::Custom<T>> for T {
    fn from_entry(entry: &Cached) -> Result<Self, Misfit> {
        match entry.value() {
            Value::Custom(value) => value.get::<T>().cloned().ok_or_else(|| {
                Misfit::new(format!("it is of another type than {}: give it another name", type_name::<T>()))
            }),
            value => Err(Misfit::new(format!("it is {}, and {} is asked for", value.kind(), type_name::<T>()))),
        }
    }
}
