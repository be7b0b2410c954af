//! Secrets Manager secrets, one or several as one entry.

/// Passes a secret to an `async fn` as an argument.
///
/// The argument has the name of the entry: the text after the last `/` of the secret's name, or of its ARN without
/// the six random characters. Its type is one that does not show the secret ([`FromSecret`](crate::FromSecret)):
/// `Secret<String>`, `Secret<Vec<u8>>` for a binary secret, or `Json<T>`. The rules for functions and arguments are
/// those of `ssm::cache`.
///
/// # Options
/// - `version_stage`, such as `"AWSPREVIOUS"`, and `version_id`: a version other than the current one.
/// - `rotation_aware = true`: the entry expires at the date by which the secret will be rotated next. It needs a
///   permission; see [`GetEntry::rotation_aware`].
#[doc = include_str!("attribute_options.md")]
///
/// `name` may be an array of names. They are then one entry and need an `entry_name`, and the argument is a
/// [`Group<T>`](crate::Group), or a `Secret<T>` of a map or struct, whose keys are the last segments.
///
/// AWS calls: none if the entry is fresh, otherwise one [GetSecretValue] for each secret, all at the same time.
///
/// IAM: `secretsmanager:GetSecretValue`; `kms:Decrypt` if the secret is encrypted with a customer managed key.
///
/// # Errors
/// The errors of [`GetEntry`], returned before the body begins.
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

use super::{
    get_entry::GetEntry,
    names::{ByName, IntoQuery},
    query::{Entries, Query},
    sealed::Sealed,
};
use crate::{
    Cache, Error, kind,
    source::{
        Names, Request,
        secrets_manager::{Secret, Version},
    },
};

/// Returns the value of a secret, or of several as one entry, from the cache or from AWS.
///
/// `name` is a name or an ARN, or an array or `Vec` of them or of pairs of a key and a name. Awaiting the call
/// returns a [`Secret<String>`](crate::Secret), a `Secret<Vec<u8>>` for a binary secret, or a
/// [`Json<T>`](crate::Json). These types do not show the secret. For several secrets the type is a
/// [`Group<T>`](crate::Group), or a `Secret<T>` of a map or struct, whose keys are the given ones or the last
/// segments. A value is fresh while it is younger than 60 seconds, or than [`max_age`](GetEntry::max_age).
///
/// AWS calls: none, or one [GetSecretValue] for each secret, all at the same time.
///
/// IAM: `secretsmanager:GetSecretValue`; `kms:Decrypt` if the secret is encrypted with a customer managed key.
///
/// # Errors
/// The errors of [`GetEntry`].
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
pub fn get_entry<T, N: IntoQuery<SecretQuery>>(name: N) -> GetEntry<'static, T, SecretQuery, N::Kind> {
    Entries::<SecretQuery>::SHARED.get_entry(name)
}

/// Starts fetching a secret, or several as one entry, and returns at once, like [`GetEntry::prefetch`].
pub fn prefetch(name: impl IntoQuery<SecretQuery>) {
    Entries::<SecretQuery>::SHARED.prefetch(name);
}

/// Removes the entries of a secret in all versions, or the entry of several secrets, so the next call asks AWS. Makes
/// no AWS call.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for an empty name.
pub fn invalidate(name: impl IntoQuery<SecretQuery>) -> Result<(), Error> {
    Entries::<SecretQuery>::SHARED.invalidate(name)
}

impl Cache {
    /// Returns a handle to the secrets of this cache.
    #[must_use]
    pub fn secrets_manager(&self) -> Entries<'_, SecretQuery> {
        Entries::of(self)
    }
}

/// A query for one secret or several.
#[derive(Clone, Debug)]
pub struct SecretQuery {
    pub(super) names: Names,
    pub(super) version: Version,
    pub(super) is_rotation_aware: bool,
}

impl Sealed for SecretQuery {}

impl Query for SecretQuery {
    fn request(self) -> Result<Request, Error> {
        let secret = Secret::new(self.names, self.version)?;
        Ok(Request::Secret(if self.is_rotation_aware { secret.rotation_aware() } else { secret }))
    }

    fn invalidate(self, cache: &Cache) -> Result<(), Error> {
        cache.invalidate_alike(&Self { version: Version::default(), ..self }.request()?);
        Ok(())
    }
}

impl ByName for SecretQuery {
    type One = kind::Secret;
    type Several = kind::Secrets;

    fn by_name(names: Names) -> Self {
        Self { names, version: Version::default(), is_rotation_aware: false }
    }
}

impl<T, K> GetEntry<'_, T, SecretQuery, K> {
    /// Reads the version with this label, such as `AWSPREVIOUS`, instead of the current one, of each of several secrets
    /// too. It is a separate entry.
    pub fn version_stage(mut self, stage: impl Into<String>) -> Self {
        self.query.version.stage = Some(stage.into());
        self
    }

    /// Reads the version with this id instead of the current one. It is a separate entry.
    pub fn version_id(mut self, id: impl Into<String>) -> Self {
        self.query.version.id = Some(id.into());
        self
    }

    /// Expires the entry at the date by which the secret will be rotated next, whatever its max age. It is a separate
    /// entry.
    ///
    /// Secrets Manager rotates at any time in the window that ends at that date. A max age is therefore still useful:
    /// it limits how long a function uses an outdated password. A date in the past is ignored, and a secret without
    /// rotation has no date.
    ///
    /// AWS calls: one [DescribeSecret] before each [GetSecretValue]. IAM: `secretsmanager:DescribeSecret` in
    /// addition.
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
        self.query.is_rotation_aware = true;
        self
    }
}
