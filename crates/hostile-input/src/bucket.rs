use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use lambda_cache::{__binding::backend::ValueSource, Error, Value};

/// The content of S3.
#[derive(Debug, Default)]
pub(crate) struct Bucket(Mutex<HashMap<String, Bytes>>);

impl Bucket {
    pub(crate) fn put(&self, uri: &str, content: &'static str) {
        let content = Bytes::from_static(content.as_bytes());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(uri.to_owned(), content);
    }
}

impl ValueSource for Bucket {
    fn parameter(&self, _: &str) -> Result<Option<Value>, Error> {
        Ok(None)
    }

    fn secret(&self, _: &str) -> Result<Option<Value>, Error> {
        Ok(None)
    }

    fn object(&self, uri: &str) -> Result<Option<Bytes>, Error> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(uri).cloned())
    }

    fn advice(&self, _: &str, _: &[&str]) -> String {
        "put it".to_owned()
    }
}
