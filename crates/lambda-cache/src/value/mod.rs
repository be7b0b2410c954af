//! Values as the sources return them and as the cache keeps them.

mod conversion_error;
#[cfg(feature = "s3")]
mod file;
mod metadata;

use std::{
    any::Any,
    fmt,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;

pub use conversion_error::ConversionError;
#[cfg(feature = "s3")]
pub use file::File;
#[cfg(feature = "s3")]
pub(crate) use file::{FileStamp, LastUse};
pub use metadata::{Item, Metadata, ParameterMetadata, SecretMetadata};

use crate::engine::CacheValue;

/// A value returned by a source. Cloning is cheap, and `Debug` shows the type but never the content.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// A `String` or `SecureString` parameter, or a secret's string.
    Text(Arc<str>),
    /// A `StringList` parameter.
    TextList(Arc<[String]>),
    /// A binary secret.
    Bytes(Bytes),
    /// A list of parameters. Each value has its last name segment, in the order of the names.
    Group(Arc<[(String, Value)]>),
    /// The value of a missing optional parameter.
    Nothing,
    /// A downloaded S3 object.
    #[cfg(feature = "s3")]
    File(File),
    /// The value of a custom source.
    Custom(Opaque),
}

/// A value of any type, from a custom source. Two are equal only if they are the same instance.
#[derive(Clone)]
pub struct Opaque(Arc<dyn Any + Send + Sync>);

impl Opaque {
    /// Wraps a value.
    pub fn new<T: Send + Sync + 'static>(value: T) -> Self {
        Self(Arc::new(value))
    }

    /// Returns the value if it has this type.
    #[must_use]
    pub fn get<T: 'static>(&self) -> Option<&T> {
        self.0.downcast_ref()
    }
}

impl PartialEq for Opaque {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Opaque {}

impl fmt::Debug for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opaque(..)")
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text(..)"),
            Self::TextList(_) => f.write_str("TextList(..)"),
            Self::Bytes(_) => f.write_str("Bytes(..)"),
            Self::Group(_) => f.write_str("Group(..)"),
            Self::Nothing => f.write_str("Nothing"),
            Self::Custom(_) => f.write_str("Custom(..)"),
            #[cfg(feature = "s3")]
            Self::File(file) => file.fmt(f),
        }
    }
}

impl Value {
    /// Returns the size, or 0 if it is unknown.
    #[cfg(feature = "_source")]
    pub(crate) fn size_bytes(&self) -> u64 {
        let length = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
        match self {
            Self::Text(text) => length(text.len()),
            Self::TextList(texts) => texts.iter().map(|text| length(text.len())).sum(),
            Self::Bytes(bytes) => length(bytes.len()),
            Self::Group(values) => values.iter().map(|(_, value)| value.size_bytes()).sum(),
            #[cfg(feature = "s3")]
            Self::File(file) => file.stamp().size_bytes,
            Self::Nothing | Self::Custom(_) => 0,
        }
    }

    /// Returns the kind of value for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text (a String, SecureString or secret string)",
            Self::TextList(_) => "a StringList",
            Self::Bytes(_) => "binary",
            Self::Group(_) => "a group of parameters",
            Self::Custom(_) => "what a custom source fetched",
            Self::Nothing => "nothing (there is no such parameter)",
            #[cfg(feature = "s3")]
            Self::File(_) => "a file",
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Vec<String>> for Value {
    fn from(texts: Vec<String>) -> Self {
        Self::TextList(texts.into())
    }
}

impl<const N: usize> From<[&str; N]> for Value {
    fn from(texts: [&str; N]) -> Self {
        Self::TextList(texts.map(str::to_owned).into())
    }
}

impl From<Bytes> for Value {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes.into())
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(bytes: &[u8; N]) -> Self {
        Self::Bytes(Bytes::copy_from_slice(bytes))
    }
}

/// A value in the cache, with its description, and with a converted form of it that is created once and kept.
pub struct Cached {
    value: Value,
    metadata: Option<Box<Metadata>>,
    form: OnceLock<Arc<dyn Any + Send + Sync>>,
}

impl Cached {
    /// Creates the successor of `before`. If the new value is the same file, unchanged, the converted form is kept. A
    /// model loaded from that file is then not loaded again.
    #[cfg(feature = "_source")]
    pub(crate) fn after(item: Item, before: Option<&Self>) -> Self {
        #[cfg(feature = "s3")]
        if let (Value::File(file), Some(Self { value: Value::File(same), form, .. })) = (&item.value, before)
            && file == same
        {
            return Self { form: form.clone(), ..item.into() };
        }
        let _ = before; // unused without files
        item.into()
    }

    /// Returns the value.
    #[inline]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Returns the description that AWS returned with the value. A file has none, nor has a custom entry.
    pub fn metadata(&self) -> Option<&Metadata> {
        self.metadata.as_deref()
    }

    /// Returns `true` if the value can be read. A downloaded file may have been removed, and other values always can.
    #[cfg(feature = "_source")]
    pub(crate) fn is_there(&self) -> bool {
        match &self.value {
            #[cfg(feature = "s3")]
            Value::File(file) => file.is_there(),
            _ => true,
        }
    }

    /// Returns the kept form, if there is one of this type.
    #[inline]
    pub fn form<T: 'static>(&self) -> Option<&T> {
        self.form.get()?.downcast_ref()
    }

    /// Keeps a converted form, unless there already is one. The caller creates it without a lock, because that may
    /// run any code.
    pub fn keep_form<T: Send + Sync + 'static>(&self, form: T) {
        let _ = self.form.set(Arc::new(form));
    }
}

impl From<Value> for Cached {
    fn from(value: Value) -> Self {
        Item::from(value).into()
    }
}

impl From<Item> for Cached {
    fn from(Item { value, metadata }: Item) -> Self {
        Self { value, metadata: metadata.map(Box::new), form: OnceLock::new() }
    }
}

impl fmt::Debug for Cached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl CacheValue for Cached {
    #[inline]
    fn is_intact(&self) -> bool {
        match &self.value {
            #[cfg(feature = "s3")]
            Value::File(file) => file.is_intact(),
            _ => true,
        }
    }
}
