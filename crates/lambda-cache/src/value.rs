use std::{
    any::Any,
    fmt,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;

use crate::engine::Held;
#[cfg(feature = "s3")]
use crate::file::File;

/// What a source returns. Cheap to clone; `Debug` shows the type, never the content.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// A `String` or `SecureString` parameter, or a secret's string.
    Text(Arc<str>),
    /// A `StringList` parameter.
    TextList(Arc<[String]>),
    /// A binary secret.
    Bytes(Bytes),
    /// A list of parameters: each value by its last segment, in the order of the names.
    Group(Arc<[(String, Value)]>),
    /// A parameter that does not exist, where that is no error.
    Nothing,
    /// An S3 object, downloaded.
    #[cfg(feature = "s3")]
    File(File),
    /// What a custom source fetched.
    Custom(Opaque),
}

/// A value of a type of its owner's own. Two are equal where they are one.
#[derive(Clone)]
pub struct Opaque(Arc<dyn Any + Send + Sync>);

impl Opaque {
    /// Holds a value.
    pub fn new<T: Send + Sync + 'static>(value: T) -> Self {
        Self(Arc::new(value))
    }

    /// The value, if it is of this type.
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
    /// How large it is, where that can be said.
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

    /// What kind of value it is, for messages.
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

/// A value in the cache, and the form in which a face of the library hands it out, made once.
pub struct Cached {
    value: Value,
    form: OnceLock<Arc<dyn Any + Send + Sync>>,
}

impl Cached {
    /// What takes the place of `before`. A file that S3 or another process says is still the same keeps its form: a model
    /// that was loaded from it is not loaded again.
    #[cfg(feature = "_source")]
    pub(crate) fn after(value: Value, before: Option<&Self>) -> Self {
        #[cfg(feature = "s3")]
        if let (Value::File(file), Some(Self { value: Value::File(same), form })) = (&value, before)
            && file == same
        {
            return Self { form: form.clone(), value };
        }
        let _ = before; // of no use without files
        value.into()
    }

    /// The value.
    #[inline]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Whether the value is where it says: a file can be removed, anything else cannot.
    #[cfg(feature = "_source")]
    pub(crate) fn is_there(&self) -> bool {
        match &self.value {
            #[cfg(feature = "s3")]
            Value::File(file) => file.is_there(),
            _ => true,
        }
    }

    /// The form kept with the value, if one is, and of this type.
    #[inline]
    pub fn form<T: 'static>(&self) -> Option<&T> {
        self.form.get()?.downcast_ref()
    }

    /// Keeps a form, unless one is kept already. It is made outside, never under a lock: making it may run anything.
    pub fn keep_form<T: Send + Sync + 'static>(&self, form: T) {
        let _ = self.form.set(Arc::new(form));
    }
}

impl From<Value> for Cached {
    fn from(value: Value) -> Self {
        Self { value, form: OnceLock::new() }
    }
}

impl fmt::Debug for Cached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl Held for Cached {
    #[inline]
    fn is_intact(&self) -> bool {
        match &self.value {
            #[cfg(feature = "s3")]
            Value::File(file) => file.is_intact(),
            _ => true,
        }
    }
}
