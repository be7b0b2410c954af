use lambda_cache::{
    __binding::source::{
        Request as Lookup,
        secrets_manager::{Secret, Version},
    },
    Error,
};

use crate::query::Query;

/// The parameters that name a secret and its version, as both peers have them.
pub(super) const ID: &str = "secretId";
pub(super) const VERSION_ID: &str = "versionId";
pub(super) const VERSION_STAGE: &str = "versionStage";

/// Returns the lookup of a secret in the version that the query names.
pub(super) fn lookup(id: &str, query: &Query) -> Result<Lookup, Error> {
    Secret::new(id, version(query)).map(Lookup::Secret)
}

pub(super) fn version(query: &Query) -> Version {
    let text = |name| query.get(name).map(str::to_owned);
    Version { stage: text(VERSION_STAGE), id: text(VERSION_ID) }
}
