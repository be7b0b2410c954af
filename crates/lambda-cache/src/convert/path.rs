//! Conversion of an S3 object to the path of its file.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{ConversionError, FromObject};
use crate::value::{Cached, Value};

fn path(entry: &Cached) -> Result<&Arc<Path>, ConversionError> {
    match entry.value() {
        Value::File(file) => Ok(file.path()),
        _ => Err(ConversionError::wrong_type(entry.value(), "a path")),
    }
}

impl FromObject for PathBuf {
    fn from_object(entry: &Cached) -> Result<Self, ConversionError> {
        path(entry).map(|path| path.to_path_buf())
    }
}

impl FromObject for Arc<Path> {
    fn from_object(entry: &Cached) -> Result<Self, ConversionError> {
        path(entry).cloned()
    }
}
