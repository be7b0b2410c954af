//! Secrets Manager: one secret, as it is stored.

/// Gives an `async fn` a secret as an argument.
///
/// The argument is the one that bears the entry name: the text after the last `/` of the secret's name, of an ARN without
/// its six random characters. Its type is one that does not show the secret ([`FromSecret`](crate::FromSecret)):
/// `Secret<String>`, `Secret<Vec<u8>>` for a binary secret, or `Json<T>`. For the rest it is as
/// `ssm::cache` says, which has the rules for functions and arguments.
///
/// # Options
/// - `max_age_in_seconds`: a number or a `Duration`, 60 if left out. An entry is served while it is younger than that;
///   `0` asks AWS at every call, `f64::INFINITY` once in the life of the execution environment.
/// - `stale_if_error_in_seconds`: how much older it may be where it cannot be refreshed for the moment, 0 if left out; see
///   [`GetEntry::stale_if_error`].
/// - `entry_name`: what the entry is called, and with it the argument.
/// - `argument`: the name of the argument, where it is to be another.
/// - `cache`: a `&`[`Cache`](crate::Cache) to look into, such as `&self.cache`, instead of the one that is shared.
///
/// All but `entry_name` and `argument` may be expressions, which are evaluated at each call and may use the function's other
/// arguments; an expression for the first option needs an `entry_name`.
///
/// AWS calls: none where the entry is fresh, else one [GetSecretValue].
///
/// IAM: `secretsmanager:GetSecretValue`; `kms:Decrypt` where the secret is under a key of your own.
///
/// # Errors
/// Those of [`GetEntry`], returned before the body begins.
///
/// # Examples
/// ```
/// use lambda_cache::{Error, Json, Secret, secrets_manager};
///
/// #[derive(serde::Deserialize)]
/// struct DbLogin {
///     user: String,
/// }
///
/// #[secrets_manager::cache(name = "/prod/db/login")]
/// #[secrets_manager::cache(name = "/prod/app/token", max_age_in_seconds = 300)]
/// async fn handler(login: Json<DbLogin>, token: Secret<String>) -> Result<usize, Error> {
///     Ok(login.user.len() + token.expose().len())
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Error> {
/// # let fake = lambda_cache::testing::values();
/// # fake.secrets_manager("/prod/db/login", r#"{"user": "shop"}"#);
/// # fake.secrets_manager("/prod/app/token", "t0k3n");
/// assert_eq!(handler().await?, 9);
/// # Ok(()) }
/// ```
///
/// [GetSecretValue]: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
pub use lambda_cache_macros::secrets_manager_cache as cache;

use super::{
    current::current,
    get_entry::{Ask, GetEntry},
};
use crate::{
    Cache, Error, kind,
    source::{Request, secrets_manager::Secret},
};

/// The value of a secret, from the cache or from AWS.
///
/// `name` is a name or an ARN. Awaited, it gives a [`Secret<String>`](crate::Secret), a `Secret<Vec<u8>>` for a binary
/// secret, or a [`Json<T>`](crate::Json): types that do not show it. A value is served while it is younger than 60
/// seconds, unless [`max_age`](GetEntry::max_age) says otherwise.
///
/// AWS calls: none, or one [GetSecretValue].
///
/// IAM: `secretsmanager:GetSecretValue`; `kms:Decrypt` where the secret is under a key of your own.
///
/// # Errors
/// Those of [`GetEntry`].
///
/// ```
/// use lambda_cache::{Secret, secrets_manager};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), lambda_cache::Error> {
/// # let fake = lambda_cache::testing::values();
/// # fake.secrets_manager("/prod/db/conn_string", "postgres://db");
/// let conn_string: Secret<String> = secrets_manager::get_entry("/prod/db/conn_string").await?;
/// assert_eq!(conn_string.expose(), "postgres://db");
/// # Ok(()) }
/// ```
///
/// [GetSecretValue]: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
pub fn get_entry<T>(name: impl Into<String>) -> GetEntry<'static, T, Asked> {
    GetEntry::new(None, Asked { name: name.into() })
}

/// Forgets the entry of a secret: the next call for it asks AWS. Calls nothing.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for an empty name.
pub fn invalidate(name: impl Into<String>) -> Result<(), Error> {
    current().secrets_manager().invalidate(name)
}

/// The secrets of a [`Cache`] of one's own, as [`Cache::secrets_manager`] gives it.
#[derive(Clone, Copy, Debug)]
pub struct SecretsManager<'c>(&'c Cache);

impl Cache {
    /// Secrets through this cache.
    #[must_use]
    pub fn secrets_manager(&self) -> SecretsManager<'_> {
        SecretsManager(self)
    }
}

impl<'c> SecretsManager<'c> {
    /// As [`secrets_manager::get_entry`](get_entry), from this cache.
    pub fn get_entry<T>(self, name: impl Into<String>) -> GetEntry<'c, T, Asked> {
        GetEntry::new(Some(self.0), Asked { name: name.into() })
    }

    /// As [`secrets_manager::invalidate`](invalidate), in this cache.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for an empty name.
    pub fn invalidate(self, name: impl Into<String>) -> Result<(), Error> {
        let key = Asked { name: name.into() }.request()?.key();
        self.0.invalidate(|other| *other == key);
        Ok(())
    }
}

/// A secret that is asked for.
#[derive(Debug)]
pub struct Asked {
    name: String,
}

impl Ask for Asked {
    type Kind = kind::Secret;

    fn request(self) -> Result<Request, Error> {
        Secret::new(self.name).map(Request::Secret)
    }
}
