//! SSM parameters, one or several as one entry.

/// Passes the value of a parameter, or of several, to an `async fn` as an argument.
///
/// The argument has the name of the entry: the text after the last `/` of the parameter's name or ARN, without a
/// selector. It is removed from the signature, so callers do not pass it. A name that is not an identifier is
/// converted to `snake_case`: `/app/api-key` becomes the argument `api_key`, and `/app/type` becomes `r#type`.
///
/// Its type is any type that implements [`FromParameter`](crate::FromParameter). For several parameters it is a map,
/// or any type that `serde` can deserialize from one ([`FromEntry`](crate::FromEntry)).
///
/// # Options
/// - `path`, instead of `parameter`: all parameters below a path as one entry, named after its last segment. With
///   `recursive = false` only the first level is read. The keys are the names relative to the path; see [`path`].
/// - `optional = true`: a missing parameter is not an error. The argument is an `Option`. Of several parameters, the
///   missing ones are left out of the map, and a path without parameters is an empty map; see [`GetEntry::optional`].
#[doc = include_str!("attribute_options.md")]
///
/// # The function
/// The function must be an `async fn` that returns a `Result` whose error implements `From<lambda_cache::Error>`. It
/// does not work under `#[async_trait]`; use a native `async fn` in the trait instead. It may be a method, be generic
/// and have other attributes. Several attributes of this crate on one function are one lookup: missing and stale
/// entries are fetched at the same time, and if several fail, the error of the outermost attribute is returned. If an
/// argument is a `LambdaEvent`, a fetch ends before the invocation does.
///
/// The crate must be a dependency under its original name, `lambda_cache`.
///
/// AWS calls: none if the entry is fresh, otherwise one [GetParameter]. Several parameters take one [GetParameters]
/// for each ten names, and a path one [GetParametersByPath] for each ten parameters.
///
/// IAM: `ssm:GetParameter`, `ssm:GetParameters` for several, `ssm:GetParametersByPath` for a path; `kms:Decrypt` for
/// `SecureString`s that are encrypted with a customer managed key.
///
/// # Errors
/// The errors of [`GetEntry`], returned before the body begins.
///
/// # Examples
/// ```
/// use std::collections::HashMap;
///
/// use lambda_cache::{Error, ssm};
///
/// #[ssm::cache(parameter = "/production/app/var", max_age_in_seconds = 300)]
/// #[ssm::cache(parameter = ["/app/var1", "/app/var2"], entry_name = "parameters")]
/// #[ssm::cache(parameter = format!("/{stage}/app/port"), entry_name = "port")]
/// #[ssm::cache(path = "/app/limits")]
/// async fn handler(
///     stage: &str,
///     var: String,
///     parameters: HashMap<String, String>,
///     port: u16,
///     limits: HashMap<String, u32>,
/// ) -> Result<String, Error> {
///     Ok(format!("{var} {} {port} {}", parameters["var2"], limits["orders/daily"]))
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Error> {
/// # let fake = lambda_cache::testing::values();
/// # fake.ssm("/production/app/var", "x");
/// # fake.ssm("/app/var1", "1");
/// # fake.ssm("/app/var2", "2");
/// # fake.ssm("/production/app/port", "8080");
/// # fake.ssm("/app/limits/orders/daily", "100");
/// assert_eq!(handler("production").await?, "x 2 8080 100");
/// # Ok(()) }
/// ```
///
/// [GetParameter]: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
/// [GetParameters]: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
/// [GetParametersByPath]: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
pub use lambda_cache_macros::ssm_cache as cache;

use super::{
    get_entry::GetEntry,
    names::{ByName, IntoQuery},
    query::{Entries, Query},
    sealed::Sealed,
};
use crate::{
    Cache, Error, kind,
    source::{Names, Request, ssm::Parameters},
};

/// Returns the value of a parameter, or of several as one entry, from the cache or from AWS.
///
/// `parameter` is a name, optionally with a selector (`/app/var:3`, `/app/var:label`), or an ARN, or an array or
/// `Vec` of them or of pairs of a key in the result and a name (`[("db", "/prod/db/password")]`). Awaiting the call
/// returns a `String`, a `Vec<String>` for a `StringList`, or a map or struct for several parameters.
/// [`FromEntry`](crate::FromEntry) lists the types. `SecureString`s are decrypted. A value is fresh while it is
/// younger than 60 seconds, or than [`max_age`](GetEntry::max_age).
///
/// AWS calls: none, or one [GetParameter]. Several parameters take one [GetParameters] for each ten names, all at the
/// same time.
///
/// IAM: `ssm:GetParameter`, or `ssm:GetParameters` for several; `kms:Decrypt` for `SecureString`s that are encrypted
/// with a customer managed key.
///
/// # Errors
/// The errors of [`GetEntry`]. If some of several parameters do not exist, the error names every missing one.
///
/// ```
/// use std::{collections::HashMap, time::Duration};
///
/// use lambda_cache::ssm;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), lambda_cache::Error> {
/// # let fake = lambda_cache::testing::values();
/// # fake.ssm("/app/var", "x");
/// # fake.ssm("/app/user", "y");
/// let var: String = ssm::get_entry("/app/var").await?;
/// let fresh: String = ssm::get_entry("/app/var").max_age(Duration::ZERO).await?;
/// let several: HashMap<String, String> = ssm::get_entry(["/app/var", "/app/user"]).await?;
/// assert_eq!((var, fresh, &*several["user"]), ("x".into(), "x".into(), "y"));
/// # Ok(()) }
/// ```
///
/// [GetParameter]: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
/// [GetParameters]: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
pub fn get_entry<T, P: IntoQuery<ParameterQuery>>(parameter: P) -> GetEntry<'static, T, ParameterQuery, P::Kind> {
    Entries::<ParameterQuery>::SHARED.get_entry(parameter)
}

/// Starts fetching a parameter, or several as one entry, and returns at once, like [`GetEntry::prefetch`].
pub fn prefetch(parameter: impl IntoQuery<ParameterQuery>) {
    Entries::<ParameterQuery>::SHARED.prefetch(parameter);
}

/// Removes the entry of a parameter, or of several as one entry, so the next call for it asks AWS. Makes no AWS call.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for an invalid name.
pub fn invalidate(parameter: impl IntoQuery<ParameterQuery>) -> Result<(), Error> {
    Entries::<ParameterQuery>::SHARED.invalidate(parameter)
}

impl Cache {
    /// Returns a handle to the SSM parameters of this cache.
    #[must_use]
    pub fn ssm(&self) -> Entries<'_, ParameterQuery> {
        Entries::of(self)
    }
}

/// A query for one parameter, several, or all below a path.
#[derive(Clone, Debug)]
pub struct ParameterQuery {
    pub(super) which: Which,
    pub(super) is_optional: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Which {
    Names(Names),
    Path(Path),
}

impl Sealed for ParameterQuery {}

impl Query for ParameterQuery {
    fn request(self) -> Result<Request, Error> {
        let parameters = match self.which {
            Which::Names(names) => Parameters::new(names)?,
            Which::Path(Path { path, is_recursive }) => Parameters::path(&path, is_recursive)?,
        };
        Ok(Request::Parameters(if self.is_optional { parameters.optional() } else { parameters }))
    }
}

impl ByName for ParameterQuery {
    type One = kind::Parameter;
    type Several = kind::Group;

    fn by_name(names: Names) -> Self {
        Self { which: Which::Names(names), is_optional: false }
    }
}

impl<T, K> GetEntry<'_, T, ParameterQuery, K> {
    /// Accepts that a parameter does not exist. A missing parameter is `None`, so `T` is an `Option`. Of several
    /// parameters, the missing ones are left out of the map, and are `None` or the default in a struct. A path
    /// without parameters is an empty map. The absence is cached like a value, in a separate entry from the required
    /// one.
    ///
    /// ```
    /// use lambda_cache::ssm;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), lambda_cache::Error> {
    /// # let _fake = lambda_cache::testing::values();
    /// let port: Option<u16> = ssm::get_entry("/app/port").optional().await?;
    /// assert_eq!(port.unwrap_or(8080), 8080);
    /// # Ok(()) }
    /// ```
    pub fn optional(mut self) -> Self {
        self.query.is_optional = true;
        self
    }
}

/// Returns a description of all parameters below a path, for use as one entry.
///
/// `ssm::path("/app/prod")` is the whole tree below the path, and with [`recursive(false)`](Path::recursive) only its
/// first level. The keys of the map, or the fields of the struct, are the names relative to the path:
/// `/app/prod/db/host` becomes `db/host`.
///
/// AWS calls: none if the entry is fresh, otherwise one [GetParametersByPath] for each ten parameters, one after the
/// other.
///
/// IAM: `ssm:GetParametersByPath` on the path; `kms:Decrypt` for `SecureString`s that are encrypted with a customer
/// managed key.
///
/// # Errors
/// The errors of [`GetEntry`], and [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if there is nothing below the
/// path.
///
/// ```
/// use std::collections::HashMap;
///
/// use lambda_cache::ssm;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), lambda_cache::Error> {
/// # let fake = lambda_cache::testing::values();
/// # fake.ssm("/app/prod/port", "8080");
/// # fake.ssm("/app/prod/db/host", "db.example");
/// let prod: HashMap<String, String> = ssm::get_entry(ssm::path("/app/prod")).await?;
/// assert_eq!(prod["db/host"], "db.example");
/// let top: HashMap<String, String> = ssm::get_entry(ssm::path("/app/prod").recursive(false)).await?;
/// assert_eq!(top.keys().collect::<Vec<_>>(), ["port"]);
/// # Ok(()) }
/// ```
///
/// [GetParametersByPath]: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
pub fn path(path: impl Into<String>) -> Path {
    Path { path: path.into(), is_recursive: true }
}

/// A path of parameters, created by [`path`].
#[derive(Clone, Debug)]
pub struct Path {
    path: String,
    is_recursive: bool,
}

impl Path {
    /// Selects the whole tree (the default) or, with `false`, only its first level.
    #[must_use]
    pub fn recursive(self, is_recursive: bool) -> Self {
        Self { is_recursive, ..self }
    }
}

impl Sealed for Path {}

impl IntoQuery<ParameterQuery> for Path {
    type Kind = kind::Group;

    fn into_query(self) -> ParameterQuery {
        ParameterQuery { which: Which::Path(self), is_optional: false }
    }
}
