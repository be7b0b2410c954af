//! Conversion of a parameter's value to text, bytes, numbers and `bool`.

use std::sync::Arc;

use bytes::Bytes;

use super::{ConversionError, FromParameter};
use crate::value::{Cached, Value};

/// Returns the text of an entry, if it is text.
pub(super) fn text<'a>(entry: &'a Cached, wanted: &str) -> Result<&'a Arc<str>, ConversionError> {
    match entry.value() {
        Value::Text(text) => Ok(text),
        _ => Err(ConversionError::wrong_type(entry.value(), wanted)),
    }
}

impl FromParameter for String {
    fn from_parameter(entry: &Cached) -> Result<Self, ConversionError> {
        text(entry, "a String").map(|text| (**text).to_owned())
    }
}

impl FromParameter for Arc<str> {
    fn from_parameter(entry: &Cached) -> Result<Self, ConversionError> {
        text(entry, "an Arc<str>").cloned()
    }
}

impl FromParameter for Vec<String> {
    fn from_parameter(entry: &Cached) -> Result<Self, ConversionError> {
        match entry.value() {
            Value::TextList(texts) => Ok(texts.to_vec()),
            _ => Err(ConversionError::wrong_type(entry.value(), "a Vec<String>")),
        }
    }
}

/// `None` for an optional parameter that does not exist.
impl<T: FromParameter> FromParameter for Option<T> {
    fn from_parameter(entry: &Cached) -> Result<Self, ConversionError> {
        match entry.value() {
            Value::Nothing => Ok(None),
            _ => T::from_parameter(entry).map(Some),
        }
    }
}

impl FromParameter for Bytes {
    fn from_parameter(entry: &Cached) -> Result<Self, ConversionError> {
        match entry.value() {
            Value::Bytes(bytes) => Ok(bytes.clone()),
            Value::Text(text) => Ok(Self::copy_from_slice(text.as_bytes())),
            _ => Err(ConversionError::wrong_type(entry.value(), "Bytes")),
        }
    }
}

impl FromParameter for Vec<u8> {
    fn from_parameter(entry: &Cached) -> Result<Self, ConversionError> {
        match entry.value() {
            Value::Bytes(bytes) => Ok(bytes.to_vec()),
            Value::Text(text) => Ok(text.as_bytes().to_vec()),
            _ => Err(ConversionError::wrong_type(entry.value(), "a Vec<u8>")),
        }
    }
}

macro_rules! parsed {
    ($($type:ty)*) => {$(
        impl FromParameter for $type {
            fn from_parameter(entry: &Cached) -> Result<Self, ConversionError> {
                let text = text(entry, concat!("a number or bool (", stringify!($type), ")"))?;
                // The parser's message is dropped, because it could quote the value.
                text.trim().parse().map_err(|_| ConversionError::new(concat!("its text is not a ", stringify!($type))))
            }
        }
    )*};
}

parsed!(bool i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64);
