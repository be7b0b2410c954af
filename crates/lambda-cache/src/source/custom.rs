//! Custom sources: any call that the library does not implement, cached like the others.

use std::{fmt, sync::Arc};

use futures_util::future::BoxFuture;

use super::api::Api;
use crate::{
    Error, Value,
    engine::{Identity, Key},
};

/// The source's name in keys.
const SOURCE: &str = "custom";

/// The function that fetches the value of a custom entry, when the cache calls it.
pub type Fetch = Arc<dyn Fn() -> BoxFuture<'static, Result<Value, Error>> + Send + Sync>;

/// A custom entry: its identity and its fetch function.
#[derive(Clone)]
pub struct Custom {
    /// The name, and the name of the function or type that fetches it.
    parts: [String; 2],
    fetch: Fetch,
}

impl Custom {
    /// Creates the entry `name` that `fetched_by` fetches.
    #[must_use]
    pub fn new(name: impl Into<String>, fetched_by: impl Into<String>, fetch: Fetch) -> Self {
        Self { parts: [name.into(), fetched_by.into()], fetch }
    }

    pub(super) fn entry_name(&self) -> String {
        self.parts[0].clone()
    }

    pub(super) fn description(&self) -> String {
        Key::new(SOURCE, [self.entry_name()]).to_string()
    }

    pub(super) fn identity(&self) -> impl Identity {
        (SOURCE, self.parts.as_slice())
    }

    pub(super) fn has(&self, key: &Key) -> bool {
        Key::of(&self.identity()) == *key
    }

    pub(super) async fn fetch(&self, api: &dyn Api) -> Result<Value, Error> {
        let [name, fetched_by] = &self.parts;
        match api.custom(name, fetched_by) {
            Some(instead) => instead,
            None => (self.fetch)().await,
        }
    }
}

impl PartialEq for Custom {
    fn eq(&self, other: &Self) -> bool {
        self.parts == other.parts
    }
}

impl Eq for Custom {}

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Custom").field("parts", &self.parts).finish_non_exhaustive()
    }
}
