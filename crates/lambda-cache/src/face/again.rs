//! A function that is called once more where its error says that its entries are outdated.

/// Where the function's body fails, fetches the function's entries anew and runs the body once more: for a password that
/// was rotated before its entry was old enough to be fetched again.
///
/// It goes above, below or between the attributes of the entries ([`ssm::cache`](crate::ssm::cache) and its like), of
/// which there must be one. They are looked up as without it. Where the body returns an error that `when` says yes to,
/// all of them are fetched whatever their ages, and the body runs a second time; what comes of that is returned, an error
/// too. With an error that `when` says no to, and with any error of the lookup before the body, the function ends at once.
///
/// # Options
/// - `when`: which errors count: a function or closure from a reference to the function's error type to `bool`. It may
///   use the function's arguments. Left out, all do.
///
/// # The function
/// It is one that the attributes of the entries go onto, and returns a `Result<..., ...>` that is named, without `impl`.
/// The arguments that its body uses are cloned for each call, so their types must be `Clone`; references are only copied,
/// and mutable ones lent. A method takes `&self` or `&mut self`. What the first call did before its error is not undone.
///
/// The attributes are recognised by their own names: under another, as in `use lambda_cache::ssm as parameters`, one that
/// stands below another attribute of this crate is not.
///
/// AWS calls: as without it, and one fetch of each entry where the body is to run again, which ends before the invocation
/// does if there is a `LambdaEvent`.
///
/// # Errors
/// Those of the lookup and of the body. Where the entries cannot be fetched anew, a warning (`tracing`) says why, and the
/// body's error is returned.
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

/// The calls of such a function.
#[derive(Debug)]
pub struct Turns<E>(Turn<E>);

#[derive(Debug)]
enum Turn<E> {
    First,
    /// The first call failed, with this; its entries are being refreshed.
    Between(E),
    Second,
}

impl<E> Turns<E> {
    /// Before the first call.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "made by the macros alone")]
    pub const fn new() -> Self {
        Self(Turn::First)
    }

    /// Whether it is the first call: its entries may be old, and it may fail.
    pub const fn is_first(&self) -> bool {
        matches!(self.0, Turn::First)
    }

    /// Remembers the error of the first call, until its entries are refreshed.
    pub fn failed(&mut self, error: E) {
        self.0 = Turn::Between(error);
    }

    /// What was looked up for this call.
    ///
    /// # Errors
    /// That of the lookup; that of the first call, where it could not be refreshed.
    pub fn looked<R>(&mut self, looked: Result<R, Error>) -> Result<R, E>
    where
        E: From<Error>,
    {
        let first_error = match mem::replace(&mut self.0, Turn::Second) {
            Turn::Between(error) => Some(error),
            turn => {
                self.0 = turn;
                None
            }
        };
        looked.map_err(|error| match first_error {
            None => error.into(),
            Some(first_error) => {
                tracing::warn!(%error, "the entries could not be refreshed, so the function's error stands");
                first_error
            }
        })
    }
}

/// Whether the error is one that `when` says yes to.
pub fn counts<E>(error: &E, when: impl Fn(&E) -> bool) -> bool {
    when(error)
}

/// The argument, for one more call.
pub fn again<T: Again>(argument: &T) -> T {
    argument.again()
}

/// What can be an argument of a function that may be called twice.
#[diagnostic::on_unimplemented(
    message = "the function may be called twice, so its arguments must be `Clone`, which `{Self}` is not",
    label = "an argument that is not `Clone`",
    note = "with `refresh_on_error`, each call gets a clone of every argument that the body uses: derive `Clone`, or take a \
            reference"
)]
pub trait Again {
    /// The same once more.
    #[must_use]
    fn again(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> Again for T {
    fn again(&self) -> Self {
        self.clone()
    }
}
