//! From a cached value to the type that the caller wants.

mod group;
mod json;
mod misfit;
mod secret;
mod text;

pub use self::{group::Group, json::Json, misfit::Misfit, secret::Secret};

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
    /// An S3 object, as a file.
    #[derive(Debug)]
    pub enum Object {}
}

/// A type that an entry's value can be had as.
///
/// | entry | types |
/// |---|---|
/// | SSM parameter | `String`, `Arc<str>`, `Vec<String>` (a `StringList`), `Bytes` and `Vec<u8>` (the text's UTF-8), `bool`, integers and floats, [`Json<T>`], [`Secret<T>`] |
/// | list of SSM parameters | whatever `serde` can make of a map from last segments to texts: a struct, a `HashMap<String, String>`; or [`Group<T>`] of it, which is made once for each fetch |
/// | secret | [`Secret<T>`] of any type that a parameter can be had as, [`Json<T>`] |
/// | S3 object | `PathBuf`, `Arc<Path>` |
///
/// A type of your own can be one too:
///
/// ```
/// use lambda_cache::{Cached, FromEntry, Misfit, kind, ssm};
///
/// struct Stage(String);
///
/// impl FromEntry<kind::Parameter> for Stage {
///     fn from_entry(entry: &Cached) -> Result<Self, Misfit> {
///         let text = <String as FromEntry<kind::Parameter>>::from_entry(entry)?;
///         Ok(Self(text))
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
    message = "the value of this entry cannot be had as `{Self}`",
    label = "not a type for this entry",
    note = "a parameter can be a `String`, `Arc<str>`, `Vec<String>`, `Vec<u8>`, number, `bool` or `Json<T>`",
    note = "a list of parameters can be a `HashMap<String, String>` or a struct that derives `serde::Deserialize`",
    note = "a secret can be a `Secret<String>`, `Secret<Vec<u8>>` or `Json<T>`: types whose `Debug` does not show it",
    note = "an S3 object can be a `PathBuf` or `Arc<Path>`: where its file lies"
)]
pub trait FromEntry<K>: Sized {
    /// The value as this type.
    ///
    /// # Errors
    /// [`Misfit`], which says what the value is instead, and never shows it.
    fn from_entry(entry: &Cached) -> Result<Self, Misfit>;
}
