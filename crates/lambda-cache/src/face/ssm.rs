//! SSM Parameter Store: one parameter, or several as one entry.

use std::{borrow::Cow, marker::PhantomData};

/// Gives an `async fn` the value of a parameter, or of several, as an argument.
///
/// The argument is the one that bears the entry name, which is the text after the last `/` of the parameter's name (of an
/// ARN too, and without a selector). It leaves the signature: whoever calls the function does not see it. A name that is
/// no identifier becomes one in `snake_case`: `/app/api-key` is the argument `api_key`, `/app/type` is `r#type`.
///
/// Its type is any that is [`FromParameter`](crate::FromParameter); for several parameters a map, or any type that `serde`
/// can make of one ([`FromEntry`](crate::FromEntry)).
///
/// # Options
/// - `path`, instead of `parameter`: all parameters below it as one entry, which is called by its last segment; with
///   `recursive = false` its first level alone. The keys are the names without the path; see [`path`].
/// - `optional = true`: what does not exist is no error. The argument is an `Option`; of several parameters, those that do not
///   exist are not in the map, and a path without any is an empty one; see [`GetEntry::optional`].
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
/// # The function
/// It is async (under `#[async_trait]` it no longer is: a trait's method can be an `async fn` without that), and returns a `Result` whose error can be made `From<lambda_cache::Error>`. It may be a method, generic,
/// and bear other attributes. Attributes of this crate on one function are one lookup: what is missing or stale is fetched
/// at the same time, and of several failures the outermost attribute's error is returned. Where an argument is a
/// `LambdaEvent`, a fetch ends before the invocation does.
///
/// The crate must be a dependency under its own name, `lambda_cache`.
///
/// AWS calls: none where the entry is fresh, else one [GetParameter]; for several parameters one [GetParameters] for each
/// ten names, for a path one [GetParametersByPath] for each ten parameters.
///
/// IAM: `ssm:GetParameter`, `ssm:GetParameters` for several, `ssm:GetParametersByPath` for a path; `kms:Decrypt` for
/// `SecureString`s under a key of your own.
///
/// # Errors
/// Those of [`GetEntry`], returned before the body begins.
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
    current::current,
    get_entry::{Ask, GetEntry},
};
use crate::{
    Cache, Error, kind,
    source::{Request, ssm::Parameters},
};

/// The value of a parameter, or of several as one entry, from the cache or from AWS.
///
/// `parameter` is a name, with a selector if you like (`/app/var:3`, `/app/var:label`), or an ARN; or an array or `Vec`
/// of them. Awaited, it gives a `String`, a `Vec<String>` for a `StringList`, a map or struct for several parameters:
/// [`FromEntry`](crate::FromEntry) lists the types. `SecureString`s come decrypted. A value is served while it is
/// younger than 60 seconds, unless [`max_age`](GetEntry::max_age) says otherwise.
///
/// AWS calls: none, or one [GetParameter]; for several parameters one [GetParameters] for each ten names, at the same
/// time.
///
/// IAM: `ssm:GetParameter`, or `ssm:GetParameters` for several; `kms:Decrypt` for `SecureString`s under a key of your own.
///
/// # Errors
/// Those of [`GetEntry`]; of several parameters, one that does not exist is an error that names every missing one.
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
pub fn get_entry<T, P: IntoParameters>(parameter: P) -> GetEntry<'static, T, Asked<P::Kind>> {
    GetEntry::new(None, Asked::new(parameter))
}

/// Forgets the entry of a parameter, or of several as one entry: the next call for it asks AWS. Calls nothing.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a name that cannot be meant.
pub fn invalidate(parameter: impl IntoParameters) -> Result<(), Error> {
    current().ssm().invalidate(parameter)
}

/// The parameters of a [`Cache`] of one's own, as [`Cache::ssm`] gives it.
#[derive(Clone, Copy, Debug)]
pub struct Ssm<'c>(&'c Cache);

impl Cache {
    /// SSM parameters through this cache.
    #[must_use]
    pub fn ssm(&self) -> Ssm<'_> {
        Ssm(self)
    }
}

impl<'c> Ssm<'c> {
    /// As [`ssm::get_entry`](get_entry), from this cache.
    pub fn get_entry<T, P: IntoParameters>(self, parameter: P) -> GetEntry<'c, T, Asked<P::Kind>> {
        GetEntry::new(Some(self.0), Asked::new(parameter))
    }

    /// As [`ssm::invalidate`](invalidate), in this cache.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a name that cannot be meant.
    pub fn invalidate(self, parameter: impl IntoParameters) -> Result<(), Error> {
        self.0.invalidate_alike(&Request::Parameters(parameter.into_parameters()?));
        Ok(())
    }
}

/// Parameters that are asked for.
#[derive(Debug)]
pub struct Asked<K> {
    parameters: Result<Parameters, Error>,
    kind: PhantomData<fn() -> K>,
}

impl<K> Asked<K> {
    pub(super) fn new(parameter: impl IntoParameters<Kind = K>) -> Self {
        Self { parameters: parameter.into_parameters(), kind: PhantomData }
    }
}

impl<T, K> GetEntry<'_, T, Asked<K>> {
    /// Takes what does not exist for no error: a parameter is then `None`, so `T` is an `Option`; of several, it is not in the
    /// map, and `None` or the default of a struct's field; a path is an empty map. That it does not exist is kept as a value
    /// is, and apart from the entry that must exist.
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
        self.ask.parameters = self.ask.parameters.map(Parameters::optional);
        self
    }
}

impl<K> Ask for Asked<K> {
    type Kind = K;

    fn request(self) -> Result<Request, Error> {
        self.parameters.map(Request::Parameters)
    }
}

/// All parameters below a path, to be asked for as one entry.
///
/// `ssm::path("/app/prod")` is the whole tree below it; [`recursive(false)`](Path::recursive) its first level alone. The
/// keys of the map, or the fields of the struct, are the names without the path: `/app/prod/db/host` is `db/host`.
///
/// AWS calls: none where the entry is fresh, else one [GetParametersByPath] for each ten parameters, one after the other.
///
/// IAM: `ssm:GetParametersByPath` on the path; `kms:Decrypt` for `SecureString`s under a key of your own.
///
/// # Errors
/// Those of [`GetEntry`]; a path that has nothing below it is [`ErrorKind::NotFound`](crate::ErrorKind::NotFound).
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

/// What [`path`] describes.
#[derive(Clone, Debug)]
pub struct Path {
    path: String,
    is_recursive: bool,
}

impl Path {
    /// Whether the whole tree is meant, as without this, or its first level alone.
    #[must_use]
    pub fn recursive(self, is_recursive: bool) -> Self {
        Self { is_recursive, ..self }
    }
}

impl IntoParameters for Path {
    type Kind = kind::Group;

    fn into_parameters(self) -> Result<Parameters, Error> {
        Parameters::path(&self.path, self.is_recursive)
    }
}

/// A parameter's name, or several names: `&str` and `String`, arrays, slices and `Vec`s of them, or a [`path`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no parameter's name, and no list of names",
    note = "write a `&str` or `String`, an array or `Vec` of them, or `ssm::path(...)`"
)]
pub trait IntoParameters {
    /// The kind of entry that it gives: [`kind::Parameter`] for one, [`kind::Group`] for several.
    type Kind;

    #[doc(hidden)]
    fn into_parameters(self) -> Result<Parameters, Error>;
}

macro_rules! one {
    ($($name:ty),*) => {$(
        impl IntoParameters for $name {
            type Kind = kind::Parameter;

            fn into_parameters(self) -> Result<Parameters, Error> {
                Parameters::one(self)
            }
        }
    )*};
}

one!(&str, String, Cow<'_, str>);

impl IntoParameters for &String {
    type Kind = kind::Parameter;

    fn into_parameters(self) -> Result<Parameters, Error> {
        Parameters::one(self.as_str())
    }
}

impl<S: Into<String>> IntoParameters for Vec<S> {
    type Kind = kind::Group;

    fn into_parameters(self) -> Result<Parameters, Error> {
        Parameters::list(self.into_iter().map(Into::into).collect())
    }
}

impl<S: Into<String>, const N: usize> IntoParameters for [S; N] {
    type Kind = kind::Group;

    fn into_parameters(self) -> Result<Parameters, Error> {
        Vec::from(self).into_parameters()
    }
}

impl<S: AsRef<str>> IntoParameters for &[S] {
    type Kind = kind::Group;

    fn into_parameters(self) -> Result<Parameters, Error> {
        Parameters::list(self.iter().map(|name| name.as_ref().to_owned()).collect())
    }
}

impl<S: AsRef<str>> IntoParameters for &Vec<S> {
    type Kind = kind::Group;

    fn into_parameters(self) -> Result<Parameters, Error> {
        self.as_slice().into_parameters()
    }
}

impl<S: AsRef<str>, const N: usize> IntoParameters for &[S; N] {
    type Kind = kind::Group;

    fn into_parameters(self) -> Result<Parameters, Error> {
        self.as_slice().into_parameters()
    }
}
