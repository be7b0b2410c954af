//! The parts of an answer that several doors have.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};
use lambda_cache::{__binding::engine::Entry, Cached, Error, Value};
use serde_json::Value as Json;

use crate::{
    answer::Answer,
    encoded::{Encoded, Form},
};

/// Returns a text as AWS has it, in which the items of a list are separated by commas.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.to_string()),
        Value::TextList(texts) => Some(texts.join(",")),
        _ => None,
    }
}

/// Returns bytes in Base64.
pub(super) fn binary(value: &Value) -> Option<String> {
    match value {
        Value::Bytes(bytes) => Some(BASE64_STANDARD.encode(bytes)),
        _ => None,
    }
}

/// Returns the answer with the document of an entry, or with the error.
pub(super) fn answer(entry: Result<Arc<Entry<Cached>>, Error>, form: Form, document: fn(&Cached) -> Json) -> Answer {
    match entry {
        Ok(entry) => {
            let encode = || document(&entry.value).to_string().into_bytes();
            Answer::encoded(Encoded::of(&entry.value, form, encode))
        }
        Err(error) => Answer::failure(&error),
    }
}
