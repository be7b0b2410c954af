use std::{fmt, ops::Deref};

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use bytes::Bytes;
use serde::{Deserialize, Deserializer, de::Visitor};

use super::{ConversionError, FromParameter, FromSecret, shared::memoized};
use crate::value::{Cached, Value};

/// The standard alphabet, with or without padding.
const STANDARD: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The decoded bytes of Base64 text, which dereferences to `[u8]`. `Debug` prints `Base64(..)`, because it may be a
/// secret.
///
/// The text is decoded once for each fetch, and the bytes are shared. White space in the text is skipped. A secret
/// that is stored as bytes is not decoded. A field of a group can also have this type.
///
/// ```
/// use lambda_cache::{Base64, ssm};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), lambda_cache::Error> {
/// # let fake = lambda_cache::testing::values();
/// # fake.ssm("/app/key", "AAEC/w==");
/// let key: Base64 = ssm::get_entry("/app/key").await?;
/// assert_eq!(*key, [0, 1, 2, 255]);
/// # Ok(()) }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Base64(Bytes);

impl Base64 {
    /// Returns the bytes.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

impl Deref for Base64 {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Base64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Base64(..)")
    }
}

impl FromParameter for Base64 {
    fn from_parameter(entry: &Cached) -> Result<Self, ConversionError> {
        memoized(entry, || match entry.value() {
            Value::Text(text) => decode(text.as_bytes()).map(Self),
            Value::Bytes(bytes) => Ok(Self(bytes.clone())),
            _ => Err(ConversionError::wrong_type(entry.value(), "Base64")),
        })
    }
}

impl FromSecret for Base64 {
    fn from_secret(entry: &Cached) -> Result<Self, ConversionError> {
        Self::from_parameter(entry)
    }
}

/// Decodes a Base64 text.
///
/// # Errors
/// The text is not Base64. The error does not contain any of it.
pub fn decode(text: &[u8]) -> Result<Bytes, ConversionError> {
    let dense: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(dense).map(Bytes::from).map_err(|_| ConversionError::new("it is not Base64"))
}

/// Deserializes a field of a group, whose values are texts.
impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Base64;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text in Base64")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Base64, E> {
                decode(text.as_bytes()).map(Base64).map_err(E::custom)
            }

            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Base64, E> {
                Ok(Base64(Bytes::copy_from_slice(bytes)))
            }
        }

        deserializer.deserialize_str(Text)
    }
}
