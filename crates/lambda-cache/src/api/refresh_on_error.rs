//! Functions that are called a second time if their error indicates outdated entries.

/// Fetches the function's entries again and runs its body a second time if the body fails, for example because a
/// password was rotated before its entry was refreshed.
///
/// The attribute stands above, below or between the attributes of the entries ([`ssm::cache`](crate::ssm::cache) and
/// the others), of which there must be at least one. The first lookup is not affected. If the body returns an error
/// for which `when` returns `true`, all entries are fetched regardless of their ages, the body runs again, and its
/// second result is returned. With any other error, and with an error of the first lookup, the function returns at
/// once.
///
/// # Options
/// - `when`: a function or closure from a reference to the function's error type to `bool`. It may use the function's
///   arguments. Without it, every error of the body counts.
///
/// # The function
/// The attributes of the entries must be applicable to it, and it must return a named `Result<..., ...>` type without
/// `impl`. The arguments that its body uses are cloned for each call, so their types must be `Clone`. References are
/// copied instead, and mutable references are reborrowed. A method takes `&self` or `&mut self`. Side effects of the
/// first call are not undone.
///
/// An attribute of this crate that stands below another one must be written with its own name. It is not recognised
/// through a renamed import, such as `use lambda_cache::ssm as parameters`.
///
/// AWS calls: those of the lookup, and one fetch of each entry before the body runs again. That fetch ends before the
/// invocation does, if the function has a `LambdaEvent`.
///
/// # Errors
/// The errors of the lookup and of the body. If the entries cannot be fetched again, the reason is logged as a
/// warning (`tracing`) and the body's error is returned.
///
/// # Examples
/// ```
/// use lambda_cache::{Secret, refresh_on_error, secrets_manager};
///
/// #[derive(Debug)]
/// enum Error {
///     WrongPassword,
///     Cache(lambda_cache::Error),
/// }
/// # impl From<lambda_cache::Error> for Error {
/// #     fn from(error: lambda_cache::Error) -> Self {
/// #         Self::Cache(error)
/// #     }
/// # }
/// # fn connect(password: &str) -> Result<&'static str, Error> {
/// #     if password == "new" { Ok("connected") } else { Err(Error::WrongPassword) }
/// # }
///
/// #[refresh_on_error(when = |error: &Error| matches!(error, Error::WrongPassword))]
/// #[secrets_manager::cache(name = "/prod/db/password", max_age_in_seconds = 3600)]
/// async fn handler(password: Secret<String>) -> Result<&'static str, Error> {
///     connect(password.expose())
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Error> {
/// # let fake = lambda_cache::testing::values();
/// # fake.secrets_manager("/prod/db/password", "old");
/// # assert!(handler().await.is_err());
/// fake.secrets_manager("/prod/db/password", "new"); // it is rotated
/// assert_eq!(handler().await?, "connected");
/// # assert_eq!(fake.calls().len(), 3);
/// # Ok(()) }
/// ```
pub use lambda_cache_macros::refresh_on_error;

use std::mem;

use crate::Error;

/// The progress of a function that may be called twice.
#[derive(Debug)]
pub struct Attempts<E>(Attempt<E>);

#[derive(Debug)]
enum Attempt<E> {
    First,
    /// The first call failed with this error, and its entries are being refreshed.
    Between(E),
    Second,
}

impl<E> Attempts<E> {
    /// Creates the state before the first call.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "made by the macros alone")]
    pub const fn new() -> Self {
        Self(Attempt::First)
    }

    /// Returns `true` during the first call, which may use old entries and may fail.
    pub const fn is_first(&self) -> bool {
        matches!(self.0, Attempt::First)
    }

    /// Remembers the error of the first call while its entries are refreshed.
    pub fn failed(&mut self, error: E) {
        self.0 = Attempt::Between(error);
    }

    /// Passes on the entries that were looked up for a call.
    ///
    /// # Errors
    /// The error of the lookup, or the first call's error if its entries could not be refreshed.
    pub fn entries<R>(&mut self, entries: Result<R, Error>) -> Result<R, E>
    where
        E: From<Error>,
    {
        let first_error = match mem::replace(&mut self.0, Attempt::Second) {
            Attempt::Between(error) => Some(error),
            attempt => {
                self.0 = attempt;
                None
            }
        };
        entries.map_err(|error| match first_error {
            None => error.into(),
            Some(first_error) => {
                tracing::warn!(%error, "the entries could not be refreshed, so the function's error stands");
                first_error
            }
        })
    }
}

/// Returns `true` if `when` accepts the error.
pub fn should_retry<E>(error: &E, when: impl Fn(&E) -> bool) -> bool {
    when(error)
}

/// Clones the argument for another call.
pub fn clone_for_retry<T: CloneForRetry>(argument: &T) -> T {
    argument.clone_for_retry()
}

/// A type that can be an argument of a function that may be called twice.
#[diagnostic::on_unimplemented(
    message = "the function may be called twice, so its arguments must be `Clone`, which `{Self}` is not",
    label = "an argument that is not `Clone`",
    note = "with `refresh_on_error`, each call gets a clone of every argument that the body uses: derive `Clone`, or take a \
            reference"
)]
pub trait CloneForRetry {
    /// Clones the argument.
    #[must_use]
    fn clone_for_retry(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> CloneForRetry for T {
    fn clone_for_retry(&self) -> Self {
        self.clone()
    }
}
