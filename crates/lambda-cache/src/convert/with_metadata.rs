use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use super::{ConversionError, FromEntry, FromParameter, FromSecret, kind};
use crate::value::{Cached, Metadata, ParameterMetadata, SecretMetadata, Value};

/// A value with the description that AWS returned with it: its ARN, version and date.
///
/// `M` is [`ParameterMetadata`] for a parameter and [`SecretMetadata`] for a secret. For several of them it is a map of
/// those by the keys of the values, in which a missing parameter is absent.
///
/// ```
/// use lambda_cache::{SecretMetadata, Secret, WithMetadata, secrets_manager, ssm};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), lambda_cache::Error> {
/// # let fake = lambda_cache::testing::values();
/// # fake.ssm("/app/var", "x");
/// # fake.secrets_manager("/prod/db", "pa55word");
/// let var: WithMetadata<String> = ssm::get_entry("/app/var").await?;
/// assert_eq!((&*var.value, var.metadata.version), ("x", 1));
/// let db: WithMetadata<Secret<String>, SecretMetadata> = secrets_manager::get_entry("/prod/db").await?;
/// assert_eq!(db.metadata.version_stages, ["AWSCURRENT"]);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WithMetadata<T, M = ParameterMetadata> {
    /// The value.
    pub value: T,
    /// The description.
    pub metadata: M,
}

impl<T: FromParameter> FromParameter for WithMetadata<T> {
    fn from_parameter(entry: &Cached) -> Result<Self, ConversionError> {
        let metadata = of_parameter(entry.metadata()).ok_or_else(missing)?;
        Ok(Self { value: T::from_parameter(entry)?, metadata })
    }
}

impl<T: FromSecret> FromSecret for WithMetadata<T, SecretMetadata> {
    fn from_secret(entry: &Cached) -> Result<Self, ConversionError> {
        let metadata = of_secret(entry.metadata()).ok_or_else(missing)?;
        Ok(Self { value: T::from_secret(entry)?, metadata })
    }
}

impl<T: DeserializeOwned> FromEntry<kind::Group> for WithMetadata<T, BTreeMap<String, ParameterMetadata>> {
    fn from_entry(entry: &Cached) -> Result<Self, ConversionError> {
        let metadata = of_group(entry, of_parameter).ok_or_else(missing)?;
        Ok(Self { value: <T as FromEntry<kind::Group>>::from_entry(entry)?, metadata })
    }
}

impl<T: FromEntry<kind::Secrets>> FromEntry<kind::Secrets> for WithMetadata<T, BTreeMap<String, SecretMetadata>> {
    fn from_entry(entry: &Cached) -> Result<Self, ConversionError> {
        let metadata = of_group(entry, of_secret).ok_or_else(missing)?;
        Ok(Self { value: <T as FromEntry<kind::Secrets>>::from_entry(entry)?, metadata })
    }
}

fn of_parameter(metadata: Option<&Metadata>) -> Option<ParameterMetadata> {
    if let Some(Metadata::Parameter(metadata)) = metadata { Some(metadata.clone()) } else { None }
}

fn of_secret(metadata: Option<&Metadata>) -> Option<SecretMetadata> {
    if let Some(Metadata::Secret(metadata)) = metadata { Some(metadata.clone()) } else { None }
}

fn of_group<M>(entry: &Cached, of: fn(Option<&Metadata>) -> Option<M>) -> Option<BTreeMap<String, M>> {
    let (Value::Group(values), Some(Metadata::Group(metadata))) = (entry.value(), entry.metadata()) else {
        return None;
    };
    let named =
        |((name, _), metadata): (&(String, Value), &Option<Metadata>)| Some((name.clone(), of(metadata.as_ref())?));
    Some(values.iter().zip(metadata.iter()).filter_map(named).collect())
}

fn missing() -> ConversionError {
    ConversionError::new("it has no metadata: parameters and secrets that exist have it")
}
