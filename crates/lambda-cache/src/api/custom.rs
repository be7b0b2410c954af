//! Entries of custom sources.

use std::{any::type_name, error, future::Future, sync::Arc};

use futures_util::FutureExt;

use super::{
    get_entry::GetEntry,
    query::{Entries, Query},
    sealed::Sealed,
};
use crate::{
    Cache, Cached, ConversionError, Error, ErrorKind, FromEntry, Opaque, Value, kind,
    source::{self, Request, custom::Custom},
};

/// Passes the value of a [`Fetch`] to an `async fn` as an argument, cached like every other entry. It can be the
/// result of any API call.
///
/// The argument has the name of the entry and the type of the fetched value. The rules for functions and arguments
/// are those of `ssm::cache`.
///
/// # Options
/// - `fetch`: an expression that is a [`Fetch`], such as the name of an `async fn` without arguments.
/// - `entry_name`: the name of the entry and of the argument. It distinguishes entries with one fetch function.
/// - `max_age_in_seconds`, `stale_if_error_in_seconds`, `argument`, `cache`: the options of `ssm::cache`.
///
/// # Errors
/// [`ErrorKind::Custom`](crate::ErrorKind::Custom) with the error of `fetch` as its source, or an [`Error`] of this
/// crate unchanged. Errors are returned before the body begins.
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

/// A custom source: a closure or function without arguments that returns a future of a `Result`, or a type that
/// implements this trait.
///
/// It runs only if the cache has no fresh value, and once for all concurrent callers. Failures are never cached.
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
    /// The type of the value. It is cloned for each call, so use an `Arc` if cloning it is expensive.
    type Value: Clone + Send + Sync + 'static;
    /// The type of the error. Its message becomes part of the message of [`Error`], so it must not contain secrets.
    type Error: Into<Box<dyn error::Error + Send + Sync>>;

    /// Fetches the value.
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

/// Returns the value of `fetch`, cached.
///
/// `name` distinguishes entries with one fetch function or type. Awaiting the call returns the fetched value. A value
/// is fresh while it is younger than 60 seconds, or than [`max_age`](GetEntry::max_age).
///
/// # Errors
/// [`ErrorKind::Custom`](crate::ErrorKind::Custom), whose [`source`](std::error::Error::source) is the error of
/// `fetch`. An [`Error`] of this crate is returned unchanged. For [`stale_if_error`](GetEntry::stale_if_error), every
/// other error counts as transient.
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
pub fn get_entry<F: Fetch>(name: impl Into<String>, fetch: F) -> CustomEntry<'static, F> {
    Entries::<CustomQuery>::SHARED.get_entry(name, fetch)
}

/// A call for the value of an `F`.
type CustomEntry<'c, F> = GetEntry<'c, <F as Fetch>::Value, CustomQuery, kind::Custom<<F as Fetch>::Value>>;

/// Starts fetching the value of `fetch` and returns at once, like [`GetEntry::prefetch`].
pub fn prefetch<F: Fetch>(name: impl Into<String>, fetch: F) {
    Entries::<CustomQuery>::SHARED.prefetch(name, fetch);
}

/// Removes the entry with this name and fetch function, so the next call fetches it. `fetch` itself is not called.
pub fn invalidate<F: Fetch>(name: impl Into<String>, fetch: F) {
    Entries::<CustomQuery>::SHARED.invalidate(name, fetch);
}

impl Cache {
    /// Returns a handle to the custom entries of this cache.
    #[must_use]
    pub fn custom(&self) -> Entries<'_, CustomQuery> {
        Entries::of(self)
    }
}

impl<'c> Entries<'c, CustomQuery> {
    /// Returns the value of `fetch` from this cache, like [`custom::get_entry`](get_entry).
    pub fn get_entry<F: Fetch>(self, name: impl Into<String>, fetch: F) -> CustomEntry<'c, F> {
        self.get(CustomQuery::new(name, fetch))
    }

    /// Starts fetching the value of `fetch` into this cache, like [`custom::prefetch`](prefetch).
    pub fn prefetch<F: Fetch>(self, name: impl Into<String>, fetch: F) {
        self.get_entry(name, fetch).prefetch();
    }

    /// Removes an entry from this cache, like [`custom::invalidate`](invalidate).
    pub fn invalidate<F: Fetch>(self, name: impl Into<String>, fetch: F) {
        let _ = self.remove(CustomQuery::new(name, fetch)); // every name is valid
    }
}

/// A query for a custom entry.
#[derive(Clone, Debug)]
pub struct CustomQuery(Custom);

impl Sealed for CustomQuery {}

impl Query for CustomQuery {
    fn request(self) -> Result<Request, Error> {
        Ok(Request::Custom(self.0))
    }
}

impl CustomQuery {
    pub(super) fn new<F: Fetch>(name: impl Into<String>, fetch: F) -> Self {
        let (fetch, name) = (Arc::new(fetch), name.into());
        let own_name = name.clone();
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
        Self(Custom::new(name, type_name::<F>(), fetch))
    }
}

/// Passes on an error of this crate unchanged, because its message is more helpful than a wrapped one.
fn failure(name: &str, error: Box<dyn error::Error + Send + Sync>) -> Error {
    match error.downcast::<Error>() {
        Ok(own) => *own,
        Err(other) => Error::custom(ErrorKind::Custom, name, other),
    }
}

impl<T: Clone + 'static> FromEntry<kind::Custom<T>> for T {
    fn from_entry(entry: &Cached) -> Result<Self, ConversionError> {
        match entry.value() {
            Value::Custom(value) => value.get::<T>().cloned().ok_or_else(|| {
                ConversionError::new(format!("it is of another type than {}: give it another name", type_name::<T>()))
            }),
            value => {
                Err(ConversionError::new(format!("it is {}, and {} is asked for", value.kind(), type_name::<T>())))
            }
        }
    }
}
