//! From a cached value to the type that the caller wants.

#[doc(hidden)]
pub mod base64;
mod group;
mod json;
mod misfit;
#[cfg(feature = "s3")]
mod path;
mod secret;
mod shared;
mod text;

pub use self::{base64::Base64, group::Group, json::Json, misfit::Misfit, secret::Secret};

use crate::value::Cached;

/// What an entry is, as far as the compiler can know it: it decides which types its value may have.
pub mod kind {
    /// One SSM parameter.
    #[derive(Debug)]
    pub enum Parameter {}
    /// Several SSM parameters as one entry.
    #[derive(Debug)]
    pub enum Group {}
    /// A secret. It becomes only types that do not show it.
    #[derive(Debug)]
    pub enum Secret {}
    /// Several secrets as one entry. It becomes only types that do not show them.
    #[derive(Debug)]
    pub enum Secrets {}
    /// An S3 object, as a file.
    #[derive(Debug)]
    pub enum Object {}
    /// What a custom source fetches: a `T`.
    #[derive(Debug)]
    pub struct Custom<T>(std::marker::PhantomData<fn() -> T>);
}

/// A type that an SSM parameter can be had as: `String`, `Arc<str>`, `Vec<String>` (a `StringList`), `Bytes` and
/// `Vec<u8>` (the text's UTF-8), `bool`, integers and floats (parsed), [`Json<T>`], [`Base64`], [`Secret<T>`] of any of these; and an
/// `Option` of one, for a parameter that is `optional`.
///
/// A type of your own can be one too:
///
/// ```
/// use lambda_cache::{Cached, FromParameter, Misfit, ssm};
///
/// struct Stage(String);
///
/// impl FromParameter for Stage {
///     fn from_parameter(entry: &Cached) -> Result<Self, Misfit> {
///         String::from_parameter(entry).map(Self)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), lambda_cache::Error> {
/// # let fake = lambda_cache::testing::values();
/// # fake.ssm("/app/stage", "test");
/// let stage: Stage = ssm::get_entry("/app/stage").await?;
/// assert_eq!(stage.0, "test");
/// # Ok(()) }
/// ```
#[diagnostic::on_unimplemented(
    message = "a parameter cannot be had as `{Self}`",
    label = "no type for a parameter",
    note = "write `String`, `Vec<String>` for a StringList, a number, `bool`, or `Json<...>` for text that holds JSON"
)]
pub trait FromParameter: Sized {
    /// The value as this type.
    ///
    /// # Errors
    /// [`Misfit`], which says what the value is instead, and never shows it.
    fn from_parameter(entry: &Cached) -> Result<Self, Misfit>;
}

/// A type that a secret can be had as, because it does not show it: [`Secret<T>`] of any type that a parameter can be
/// had as, [`Json<T>`] and [`Base64`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` may show what it holds, so a secret cannot be had as one",
    label = "no type for a secret",
    note = "write `lambda_cache::Secret<{Self}>`, whose `.expose()` is the value, or `lambda_cache::Json<...>` for a \
            secret that holds JSON"
)]
pub trait FromSecret: Sized {
    /// The value as this type.
    ///
    /// # Errors
    /// [`Misfit`], which says what the value is instead, and never shows it.
    fn from_secret(entry: &Cached) -> Result<Self, Misfit>;
}

/// A type that an S3 object can be had as: `PathBuf` or `Arc<Path>`, which say where its file lies; or [`Json<T>`], its content.
#[diagnostic::on_unimplemented(
    message = "an S3 object cannot be had as `{Self}`",
    label = "no type for a file",
    note = "write `std::path::PathBuf`: the object is a file, and the value says where it lies; or `lambda_cache::Json<...>` \
            for the content of one that holds JSON"
)]
pub trait FromObject: Sized {
    /// The value as this type.
    ///
    /// # Errors
    /// [`Misfit`], which says what the value is instead.
    fn from_object(entry: &Cached) -> Result<Self, Misfit>;
}

/// A type that an entry of kind `K` can be had as.
///
/// | entry | types |
/// |---|---|
/// | SSM parameter | what is [`FromParameter`] |
/// | list of SSM parameters | whatever `serde` can make of a map from last segments to texts: a struct, a `HashMap<String, String>`; or [`Group<T>`] of it, which is made once for each fetch |
/// | secret | what is [`FromSecret`] |
/// | list of secrets | [`Group<T>`] or [`Secret<T>`] of whatever `serde` can make of a map from last segments to the secrets |
/// | S3 object | what is [`FromObject`] |
/// | custom | what its source fetches |
#[diagnostic::on_unimplemented(
    message = "the value of this entry cannot be had as `{Self}`",
    label = "no type for a {K}",
    note = "several parameters: write `HashMap<String, String>`, or a type that derives `serde::Deserialize`",
    note = "one parameter: write `String`, `Vec<String>` for a StringList, a number, `bool`, or `Json<...>`",
    note = "a secret: write `Secret<String>`, `Secret<Vec<u8>>` or `Json<...>`, which do not show what they hold",
    note = "several secrets: write `Group<...>` of a type that derives `serde::Deserialize`, or `Secret<HashMap<String, String>>`",
    note = "an S3 object: write `std::path::PathBuf`, where its file lies"
)]
pub trait FromEntry<K>: Sized {
    /// The value as this type.
    ///
    /// # Errors
    /// [`Misfit`], which says what the value is instead, and never shows it.
    fn from_entry(entry: &Cached) -> Result<Self, Misfit>;
}

impl<T: FromParameter> FromEntry<kind::Parameter> for T {
    fn from_entry(entry: &Cached) -> Result<Self, Misfit> {
        T::from_parameter(entry)
    }
}

impl<T: FromSecret> FromEntry<kind::Secret> for T {
    fn from_entry(entry: &Cached) -> Result<Self, Misfit> {
        T::from_secret(entry)
    }
}

impl<T: FromObject> FromEntry<kind::Object> for T {
    fn from_entry(entry: &Cached) -> Result<Self, Misfit> {
        T::from_object(entry)
    }
}
