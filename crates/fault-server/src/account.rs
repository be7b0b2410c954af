use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::Deserialize;

use crate::{
    checksum::{Checksum, ChecksumKind},
    content::Content,
    given::Given,
};

/// The contents of the account: parameters, secrets and objects.
#[derive(Debug, Default)]
pub(crate) struct Account(Mutex<Contents>);

#[derive(Debug, Default)]
struct Contents {
    parameters: HashMap<String, Arc<Parameter>>,
    secrets: HashMap<String, Arc<Secret>>,
    objects: HashMap<String, Arc<Object>>,
    changes: u64,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Parameter {
    One(String),
    List(Vec<String>),
}

#[derive(Debug)]
pub(crate) struct Secret {
    pub(crate) value: Given,
    pub(crate) version_id: String,
}

#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) content: Content,
    pub(crate) etag: String,
    pub(crate) checksum_kind: ChecksumKind,
    pub(crate) checksum: Option<Checksum>,
}

impl Account {
    pub(crate) fn parameter(&self, name: &str) -> Option<Arc<Parameter>> {
        self.contents().parameters.get(name).cloned()
    }

    /// Returns all parameters below a path, or those of its first level, sorted by name. As in AWS, `/` contains
    /// every parameter.
    pub(crate) fn parameters_below(&self, path: &str, is_recursive: bool) -> Vec<(String, Arc<Parameter>)> {
        let path = path.trim_end_matches('/');
        let is_below = |name: &str| {
            let rest = name.strip_prefix(path).and_then(|rest| rest.strip_prefix('/'));
            let rest = rest.or_else(|| path.is_empty().then_some(name));
            rest.is_some_and(|rest| is_recursive || !rest.contains('/'))
        };
        let contents = self.contents();
        let below = contents.parameters.iter().filter(|(name, _)| is_below(name));
        let mut below: Vec<_> = below.map(|(name, parameter)| (name.clone(), Arc::clone(parameter))).collect();
        below.sort_by(|(one, _), (other, _)| one.cmp(other));
        below
    }

    pub(crate) fn put_parameter(&self, name: String, parameter: Parameter) {
        self.contents().parameters.insert(name, Arc::new(parameter));
    }

    pub(crate) fn secret(&self, name: &str) -> Option<Arc<Secret>> {
        self.contents().secrets.get(name).cloned()
    }

    /// Stores a secret as a new version.
    pub(crate) fn put_secret(&self, name: String, value: Given) {
        let mut contents = self.contents();
        contents.changes += 1;
        let version_id = format!("00000000-0000-0000-0000-{:012}", contents.changes);
        contents.secrets.insert(name, Arc::new(Secret { value, version_id }));
    }

    pub(crate) fn object(&self, uri: &str) -> Option<Arc<Object>> {
        self.contents().objects.get(uri).cloned()
    }

    /// Stores an object with a new `ETag`.
    pub(crate) fn put_object(&self, uri: String, content: Content, checksum_kind: ChecksumKind) {
        let checksum = Checksum::of(&content, checksum_kind);
        let mut contents = self.contents();
        contents.changes += 1;
        let etag = format!("\"{:032x}\"", contents.changes);
        contents.objects.insert(uri, Arc::new(Object { content, etag, checksum_kind, checksum }));
    }

    /// Replaces an object and keeps the kind of its checksum.
    pub(crate) fn change_object(&self, uri: String, content: Content) {
        let kind = self.object(&uri).map(|object| object.checksum_kind).unwrap_or_default();
        self.put_object(uri, content, kind);
    }

    /// Removes everything. The change counter keeps its value, so that no `ETag` and no version id is ever reused.
    pub(crate) fn clear(&self) {
        let mut contents = self.contents();
        *contents = Contents { changes: contents.changes, ..Contents::default() };
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
