//! Conversion of a cached value to the type that the caller requests.

#[doc(hidden)]
pub(crate) mod base64;
mod group;
mod json;
#[cfg(feature = "s3")]
mod path;
mod reading;
mod secret;
mod serde_error;
mod shared;
mod text;
mod with_metadata;

pub use self::{base64::Base64, group::Group, json::Json, secret::Secret, with_metadata::WithMetadata};

use crate::value::{Cached, ConversionError};

/// The kinds of entries, which decide at compile time to which types a value can be converted.
pub mod kind {
    /// One SSM parameter.
    #[derive(Debug)]
    pub enum Parameter {}
    /// Several SSM parameters as one entry.
    #[derive(Debug)]
    pub enum Group {}
    /// A secret, which can be converted only to types that do not show it.
    #[derive(Debug)]
    pub enum Secret {}
    /// Several secrets as one entry, which can be converted only to types that do not show them.
    #[derive(Debug)]
    pub enum Secrets {}
    /// An S3 object, downloaded as a file.
    #[derive(Debug)]
    pub enum Object {}
    /// A custom entry of type `T`.
    #[derive(Debug)]
    pub struct Custom<T>(std::marker::PhantomData<fn() -> T>);
}

/// A type that an SSM parameter can be converted to: `String`, `Arc<str>`, `Vec<String>` (a `StringList`), `Bytes`
/// and `Vec<u8>` (the text's UTF-8), `bool`, integers and floats (parsed), [`Json<T>`], [`Base64`], and [`Secret<T>`]
/// of any of these. An `Option` of one is for an `optional` parameter.
///
/// Your own types can implement it:
///
/// ```
/// use lambda_cache::{Cached, FromParameter, ConversionError, ssm};
///
/// struct Stage(String);
///
/// impl FromParameter for Stage {
///     fn from_parameter(entry: &Cached) -> Result<Self, ConversionError> {
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
    message = "an SSM parameter cannot be converted to `{Self}`",
    label = "no type for a parameter",
    note = "write `String`, `Vec<String>` for a StringList, a number, `bool`, or `Json<...>` for text that holds JSON"
)]
pub trait FromParameter: Sized {
    /// Converts the value.
    ///
    /// # Errors
    /// [`ConversionError`], which describes the value's kind and never contains the value.
    fn from_parameter(entry: &Cached) -> Result<Self, ConversionError>;
}

/// A type that a secret can be converted to, because it does not show the secret: [`Secret<T>`] of any type that a
/// parameter can be converted to, [`Json<T>`] and [`Base64`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` can print its value, so a secret cannot be converted to it",
    label = "no type for a secret",
    note = "write `lambda_cache::Secret<{Self}>`, whose `.expose()` is the value, or `lambda_cache::Json<...>` for a \
            secret that holds JSON"
)]
pub trait FromSecret: Sized {
    /// Converts the value.
    ///
    /// # Errors
    /// [`ConversionError`], which describes the value's kind and never contains the value.
    fn from_secret(entry: &Cached) -> Result<Self, ConversionError>;
}

/// A type that an S3 object can be converted to: `PathBuf` or `Arc<Path>`, the path of its file, or [`Json<T>`], its
/// content.
#[diagnostic::on_unimplemented(
    message = "an S3 object cannot be converted to `{Self}`",
    label = "no type for a file",
    note = "write `std::path::PathBuf`: the object is a file, and the value says where it lies; or `lambda_cache::Json<...>` \
            for the content of one that holds JSON"
)]
pub trait FromObject: Sized {
    /// Converts the value.
    ///
    /// # Errors
    /// [`ConversionError`], which describes the value's kind.
    fn from_object(entry: &Cached) -> Result<Self, ConversionError>;
}

/// A type that an entry of kind `K` can be converted to.
///
/// - SSM parameter: any [`FromParameter`].
/// - List of SSM parameters: any type that `serde` can deserialize from a map of last segments to texts, such as a
///   struct or `HashMap<String, String>`; or a [`Group<T>`] of one, which is converted once for each fetch.
/// - Secret: any [`FromSecret`].
/// - List of secrets: a [`Group<T>`] or [`Secret<T>`] of any type that `serde` can deserialize from a map of last
///   segments to the secrets.
/// - S3 object: any [`FromObject`].
/// - Custom entry: the type of its source.
#[diagnostic::on_unimplemented(
    message = "the value of this entry cannot be converted to `{Self}`",
    label = "no type for a {K}",
    note = "several parameters: write `HashMap<String, String>`, or a type that derives `serde::Deserialize`",
    note = "one parameter: write `String`, `Vec<String>` for a StringList, a number, `bool`, or `Json<...>`",
    note = "a secret: write `Secret<String>`, `Secret<Vec<u8>>` or `Json<...>`, which do not show what they hold",
    note = "several secrets: write `Group<...>` of a type that derives `serde::Deserialize`, or `Secret<HashMap<String, String>>`",
    note = "an S3 object: write `std::path::PathBuf`, where its file lies"
)]
pub trait FromEntry<K>: Sized {
    /// Converts the value.
    ///
    /// # Errors
    /// [`ConversionError`], which describes the value's kind and never contains the value.
    fn from_entry(entry: &Cached) -> Result<Self, ConversionError>;
}

impl<T: FromParameter> FromEntry<kind::Parameter> for T {
    fn from_entry(entry: &Cached) -> Result<Self, ConversionError> {
        T::from_parameter(entry)
    }
}

impl<T: FromSecret> FromEntry<kind::Secret> for T {
    fn from_entry(entry: &Cached) -> Result<Self, ConversionError> {
        T::from_secret(entry)
    }
}

impl<T: FromObject> FromEntry<kind::Object> for T {
    fn from_entry(entry: &Cached) -> Result<Self, ConversionError> {
        T::from_object(entry)
    }
}
