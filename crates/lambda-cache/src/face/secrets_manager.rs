//! Secrets Manager: one secret, as it is stored.

/// Gives an `async fn` a secret as an argument.
///
/// The argument is the one that bears the entry name: the text after the last `/` of the secret's name, of an ARN without
/// its six random characters. Its type is one that does not show the secret ([`FromSecret`](crate::FromSecret)):
/// `Secret<String>`, `Secret<Vec<u8>>` for a binary secret, or `Json<T>`. For the rest it is as
/// `ssm::cache` says, which has the rules for functions and arguments.
///
/// # Options
/// - `version_stage`, such as `"AWSPREVIOUS"`, and `version_id`: another version than the current one.
/// - `rotation_aware = true`: the entry ends at the date by which the secret is to be rotated next; see
///   [`GetEntry::rotation_aware`], which says what permission that needs.
/// - `max_age_in_seconds`: a number or a `Duration`; left out, 60, or what `LAMBDA_CACHE_MAX_AGE_IN_SECONDS` says. An entry is served while it is younger than that;
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
/// `name` may be an array of names, which are then one entry and need an `entry_name`: the argument is a
/// [`Group<T>`](crate::Group) or `Secret<T>` of a map or struct by last segments.
///
/// AWS calls: none where the entry is fresh, else one [GetSecretValue]; for several secrets one for each, at the same time.
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
/// #[secrets_manager::cache(name = "/prod/app/token", version_stage = "AWSPREVIOUS", entry_name = "old_token")]
/// async fn handler(login: Json<DbLogin>, token: Secret<String>, old_token: Secret<String>) -> Result<usize, Error> {
///     Ok(login.user.len() + token.expose().len() + old_token.expose().len())
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Error> {
/// # let fake = lambda_cache::testing::values();
/// # fake.secrets_manager("/prod/db/login", r#"{"user": "shop"}"#);
/// # fake.secrets_manager("/prod/app/token", "t0k3n");
/// # fake.secrets_manager("/prod/app/token:AWSPREVIOUS", "0ld");
/// assert_eq!(handler().await?, 12);
/// # Ok(()) }
/// ```
///
/// [GetSecretValue]: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
pub use lambda_cache_macros::secrets_manager_cache as cache;

use std::borrow::Cow;

use super::{
    current::current,
    get_entry::{Ask, GetEntry},
};
use crate::{
    Cache, Error, kind,
    source::{
        Request,
        secrets_manager::{Secret, Version},
    },
};

/// The value of a secret, or of several as one entry, from the cache or from AWS.
///
/// `name` is a name or an ARN, or an array or `Vec` of them. Awaited, it gives a [`Secret<String>`](crate::Secret), a
/// `Secret<Vec<u8>>` for a binary secret, or a [`Json<T>`](crate::Json): types that do not show it. Several give a
/// [`Group<T>`](crate::Group) or a `Secret<T>` of a map or struct by last segments. A value is served while it is younger
/// than 60 seconds, unless [`max_age`](GetEntry::max_age) says otherwise.
///
/// AWS calls: none, or one [GetSecretValue]; for several secrets one for each, at the same time.
///
/// IAM: `secretsmanager:GetSecretValue`; `kms:Decrypt` where the secret is under a key of your own.
///
/// # Errors
/// Those of [`GetEntry`].
///
/// ```
/// use std::collections::HashMap;
///
/// use lambda_cache::{Secret, secrets_manager};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), lambda_cache::Error> {
/// # let fake = lambda_cache::testing::values();
/// # fake.secrets_manager("/prod/db/conn_string", "postgres://db");
/// # fake.secrets_manager("/prod/db/conn_string:AWSPREVIOUS", "postgres://old");
/// # fake.secrets_manager("/prod/token", "t0k3n");
/// let conn_string: Secret<String> = secrets_manager::get_entry("/prod/db/conn_string").await?;
/// assert_eq!(conn_string.expose(), "postgres://db");
/// let before: Secret<String> = secrets_manager::get_entry("/prod/db/conn_string").version_stage("AWSPREVIOUS").await?;
/// assert_eq!(before.expose(), "postgres://old");
/// let both: Secret<HashMap<String, String>> =
///     secrets_manager::get_entry(["/prod/db/conn_string", "/prod/token"]).await?;
/// assert_eq!(both.expose()["token"], "t0k3n");
/// # Ok(()) }
/// ```
///
/// [GetSecretValue]: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
pub fn get_entry<T, N: IntoSecrets>(name: N) -> GetEntry<'static, T, Asked<N>> {
    GetEntry::new(None, Asked::new(name))
}

/// Forgets the entries of a secret, in all of its versions, or the entry of several: the next call asks AWS. Calls nothing.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for an empty name.
pub fn invalidate(name: impl IntoSecrets) -> Result<(), Error> {
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
    pub fn get_entry<T, N: IntoSecrets>(self, name: N) -> GetEntry<'c, T, Asked<N>> {
        GetEntry::new(Some(self.0), Asked::new(name))
    }

    /// As [`secrets_manager::invalidate`](invalidate), in this cache.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for an empty name.
    pub fn invalidate(self, name: impl IntoSecrets) -> Result<(), Error> {
        self.0.invalidate_alike(&Request::Secret(name.into_secrets(Version::default())?));
        Ok(())
    }
}

/// Secrets that are asked for.
#[derive(Debug)]
pub struct Asked<N> {
    name: N,
    version: Version,
    is_rotation_aware: bool,
}

impl<N> Asked<N> {
    fn new(name: N) -> Self {
        Self { name, version: Version::default(), is_rotation_aware: false }
    }
}

impl<N: IntoSecrets> Ask for Asked<N> {
    type Kind = N::Kind;

    fn request(self) -> Result<Request, Error> {
        let secret = self.name.into_secrets(self.version)?;
        Ok(Request::Secret(if self.is_rotation_aware { secret.rotation_aware() } else { secret }))
    }
}

impl<T, N> GetEntry<'_, T, Asked<N>> {
    /// The version that bears this label, such as `AWSPREVIOUS`, instead of the current one. It is an entry of its own.
    pub fn version_stage(mut self, stage: impl Into<String>) -> Self {
        self.ask.version.stage = Some(stage.into());
        self
    }

    /// The version with this id, instead of the current one. It is an entry of its own.
    pub fn version_id(mut self, id: impl Into<String>) -> Self {
        self.ask.version.id = Some(id.into());
        self
    }

    /// Keeps the entry no longer than to the date by which the secret is to be rotated next, whatever its max age. It is
    /// an entry of its own.
    ///
    /// Secrets Manager rotates at any time in the window that ends at that date, so a max age below what a function can do
    /// with an outdated password remains useful. A date that is over says nothing, nor does a secret without rotation.
    ///
    /// AWS calls: one [DescribeSecret] more, before each [GetSecretValue]. IAM: `secretsmanager:DescribeSecret` too.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use lambda_cache::{Secret, secrets_manager};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), lambda_cache::Error> {
    /// # let fake = lambda_cache::testing::values();
    /// # fake.secrets_manager("/prod/db", "old");
    /// # fake.rotation_in("/prod/db", Duration::from_secs(600));
    /// let day = Duration::from_secs(86_400);
    /// let password: Secret<String> = secrets_manager::get_entry("/prod/db").max_age(day).rotation_aware().await?;
    /// # fake.secrets_manager("/prod/db", "new");
    /// # fake.advance(Duration::from_secs(600));
    /// # let password: Secret<String> = secrets_manager::get_entry("/prod/db").max_age(day).rotation_aware().await?;
    /// # assert_eq!(password.expose(), "new");
    /// # Ok(()) }
    /// ```
    ///
    /// [DescribeSecret]: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html
    /// [GetSecretValue]: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
    pub fn rotation_aware(mut self) -> Self {
        self.ask.is_rotation_aware = true;
        self
    }
}

/// A secret's name, or several names: `&str` and `String`, or arrays, slices and `Vec`s of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no secret's name, and no list of names",
    note = "write a `&str` or `String`, or an array or `Vec` of them"
)]
pub trait IntoSecrets {
    /// The kind of entry that it gives: [`kind::Secret`] for one, [`kind::Secrets`] for several.
    type Kind;

    #[doc(hidden)]
    fn into_secrets(self, version: Version) -> Result<Secret, Error>;
}

macro_rules! one {
    ($($name:ty),*) => {$(
        impl IntoSecrets for $name {
            type Kind = kind::Secret;

            fn into_secrets(self, version: Version) -> Result<Secret, Error> {
                Secret::new(self, version)
            }
        }
    )*};
}

one!(&str, String, Cow<'_, str>, &String);

impl<S: Into<String>> IntoSecrets for Vec<S> {
    type Kind = kind::Secrets;

    fn into_secrets(self, version: Version) -> Result<Secret, Error> {
        Secret::list(self.into_iter().map(Into::into).collect(), &version)
    }
}

impl<S: Into<String>, const N: usize> IntoSecrets for [S; N] {
    type Kind = kind::Secrets;

    fn into_secrets(self, version: Version) -> Result<Secret, Error> {
        Vec::from(self).into_secrets(version)
    }
}

impl<S: AsRef<str>> IntoSecrets for &[S] {
    type Kind = kind::Secrets;

    fn into_secrets(self, version: Version) -> Result<Secret, Error> {
        Secret::list(self.iter().map(|name| name.as_ref().to_owned()).collect(), &version)
    }
}

impl<S: AsRef<str>> IntoSecrets for &Vec<S> {
    type Kind = kind::Secrets;

    fn into_secrets(self, version: Version) -> Result<Secret, Error> {
        self.as_slice().into_secrets(version)
    }
}

impl<S: AsRef<str>, const N: usize> IntoSecrets for &[S; N] {
    type Kind = kind::Secrets;

    fn into_secrets(self, version: Version) -> Result<Secret, Error> {
        self.as_slice().into_secrets(version)
    }
}
