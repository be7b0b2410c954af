use std::{fmt, marker::PhantomData, sync::Arc};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Visitor},
};

#[cfg(feature = "s3")]
use super::FromObject;
use super::{
    ConversionError, FromParameter, FromSecret,
    shared::{memoized, shared},
};
use crate::value::{Cached, Value};

/// A value parsed from JSON, which dereferences to `T`. For an S3 object, the JSON is the file's content. `Debug`
/// prints `Json(..)`, because it may be a secret.
///
/// The JSON is parsed once for each fetch, and returning it costs no more than cloning an `Arc`. (Only the first type
/// that an entry is converted to is kept. Another type is parsed at each call.) A field of a group can also have this
/// type.
///
/// ```
/// use lambda_cache::{Json, secrets_manager};
///
/// #[derive(serde::Deserialize)]
/// struct DbLogin {
///     user: String,
///     port: u16,
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), lambda_cache::Error> {
/// # let fake = lambda_cache::testing::values();
/// # fake.secrets_manager("/prod/db", r#"{"user": "shop", "port": 5432}"#);
/// let login: Json<DbLogin> = secrets_manager::get_entry("/prod/db").await?;
/// assert_eq!((&*login.user, login.port), ("shop", 5432));
/// # Ok(()) }
/// ```
pub struct Json<T>(Arc<T>);

shared!(Json);

impl<T: DeserializeOwned + Send + Sync + 'static> FromParameter for Json<T> {
    fn from_parameter(entry: &Cached) -> Result<Self, ConversionError> {
        json(entry)
    }
}

impl<T: DeserializeOwned + Send + Sync + 'static> FromSecret for Json<T> {
    fn from_secret(entry: &Cached) -> Result<Self, ConversionError> {
        json(entry)
    }
}

/// Reads the file, which takes no longer than the disk does, once for each download.
#[cfg(feature = "s3")]
impl<T: DeserializeOwned + Send + Sync + 'static> FromObject for Json<T> {
    fn from_object(entry: &Cached) -> Result<Self, ConversionError> {
        json(entry)
    }
}

fn json<T: DeserializeOwned + Send + Sync + 'static>(entry: &Cached) -> Result<Json<T>, ConversionError> {
    memoized(entry, || match entry.value() {
        Value::Text(text) => parse(text.as_bytes()).map(Json::new),
        Value::Bytes(bytes) => parse(bytes).map(Json::new),
        #[cfg(feature = "s3")]
        Value::File(file) => parse(&file.read()?).map(Json::new),
        _ => Err(ConversionError::wrong_type(entry.value(), "JSON")),
    })
}

fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T, ConversionError> {
    // The parser's message is dropped, because it quotes the value.
    serde_json::from_slice(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        if error.is_data() {
            ConversionError::new(format!("its JSON is not of the type asked for, at line {line}, column {column}"))
        } else {
            ConversionError::no_json(line, column)
        }
    })
}

/// Deserializes a field of a group, whose values are texts.
impl<'de, T: DeserializeOwned> Deserialize<'de> for Json<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text<T>(PhantomData<T>);

        impl<T: DeserializeOwned> Visitor<'_> for Text<T> {
            type Value = Json<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text that holds JSON")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Json<T>, E> {
                parse(text.as_bytes()).map(Json::new).map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text(PhantomData))
    }
}
