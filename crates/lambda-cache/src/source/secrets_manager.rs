//! Secrets Manager: one secret, or a list of secrets as one group.

use std::{
    slice,
    time::{SystemTime, UNIX_EPOCH},
};

use futures_util::future::join_all;
use lambda_cache_names::{NameError, arn, secret};

use super::{
    ArnScope, Operation, Permission,
    api::Api,
    list::{List, Names, name_in},
    policy,
};
use crate::{
    Error, ErrorKind,
    engine::{Fetched, Identity, Key, Moment},
    value::Item,
};

/// The source names in keys.
const ONE: &str = "secret";
const ONE_ROTATION_AWARE: &str = "rotation-aware secret";
/// The sources of keys for several secrets, in their current or in another version.
const SEVERAL: [&str; 2] = ["secrets", "rotation-aware secrets"];
const SEVERAL_VERSIONED: [&str; 2] = ["versions of secrets", "rotation-aware versions of secrets"];

/// A request to Secrets Manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    which: Which,
    is_rotation_aware: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Which {
    /// One secret.
    One(Versioned),
    /// Several secrets as one entry, each in one version.
    List {
        list: List,
        version: Version,
        /// The parts of the key: those of the list, then the version.
        parts: Vec<String>,
    },
}

/// A secret in one of its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Versioned {
    /// The identity of the entry: the name, and the version if one is requested.
    parts: Vec<String>,
    version: Version,
}

/// The version of a secret. The default is the current one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// The label of the version, such as `AWSPREVIOUS`.
    pub stage: Option<String>,
    /// The id of the version.
    pub id: Option<String>,
}

impl Version {
    /// Describes the requested version.
    pub(crate) fn words(&self) -> impl Iterator<Item = String> {
        let stage = self.stage.as_ref().map(|stage| format!("stage {stage}"));
        let id = self.id.as_ref().map(|id| format!("version {id}"));
        stage.into_iter().chain(id)
    }

    fn is_current(&self) -> bool {
        *self == Self::default()
    }

    fn check(&self) -> Result<(), Error> {
        for (what, said) in [("version_stage", &self.stage), ("version_id", &self.id)] {
            if said.as_ref().is_some_and(String::is_empty) {
                let message = format!("the {what} is empty: leave it out for the current version");
                return Err(Error::new(ErrorKind::InvalidArgument, message));
            }
        }
        Ok(())
    }
}

impl From<Which> for Secret {
    fn from(which: Which) -> Self {
        Self { which, is_rotation_aware: false }
    }
}

impl Secret {
    /// Creates a request for one secret, by name or ARN, or for several as one entry, each in the given version.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for an empty name, list, stage or id, or two names with one key.
    pub fn new(names: impl Into<Names>, version: Version) -> Result<Self, Error> {
        Ok(match names.into() {
            Names::One(name) if name.is_empty() => return Err(Error::invalid_name(secret::EMPTY)),
            Names::One(name) => {
                version.check()?;
                let parts = [name].into_iter().chain(version.words()).collect();
                Which::One(Versioned { parts, version })
            }
            Names::Several(names) => {
                version.check()?;
                let list = List::new(&names, secret::keys, secret::entry_name)?;
                let words: Vec<_> = version.words().collect();
                let mut parts = list.parts().to_vec();
                parts.extend((!words.is_empty()).then(|| words.join(", ")));
                Which::List { list, version, parts }
            }
        }
        .into())
    }

    /// Makes the entry expire at the date by which the secret, or one of several, will be rotated next.
    #[must_use]
    pub fn rotation_aware(self) -> Self {
        Self { is_rotation_aware: true, ..self }
    }

    /// Returns the names, the version that is read of each, and the list if there are several.
    pub(crate) fn target(&self) -> (&[String], &Version, Option<&List>) {
        match &self.which {
            Which::One(one) => (self.names(), &one.version, None),
            Which::List { list, version, .. } => (self.names(), version, Some(list)),
        }
    }

    /// Returns `true` if the entry expires at the next rotation.
    pub(crate) fn is_rotation_aware(&self) -> bool {
        self.is_rotation_aware
    }

    pub(super) fn is_group(&self) -> bool {
        matches!(self.which, Which::List { .. })
    }

    pub(super) fn entry_name(&self) -> Result<String, Error> {
        let entry_name = match &self.which {
            Which::One(one) => secret::entry_name(&one.parts[0]),
            Which::List { .. } => Err(NameError::ListWithoutEntryName),
        };
        entry_name.map(str::to_owned).map_err(Error::invalid_name)
    }

    pub(super) fn identity(&self) -> impl Identity {
        match (&self.which, self.is_rotation_aware) {
            (Which::One(one), false) => (ONE, one.parts.as_slice()),
            (Which::One(one), true) => (ONE_ROTATION_AWARE, one.parts.as_slice()),
            (Which::List { parts, version, .. }, false) if version.is_current() => (SEVERAL[0], parts.as_slice()),
            (Which::List { parts, version, .. }, true) if version.is_current() => (SEVERAL[1], parts.as_slice()),
            (Which::List { parts, .. }, false) => (SEVERAL_VERSIONED[0], parts.as_slice()),
            (Which::List { parts, .. }, true) => (SEVERAL_VERSIONED[1], parts.as_slice()),
        }
    }

    /// Returns `true` if the key is an entry of this secret or this list, in any version, rotation-aware or not.
    pub(super) fn has(&self, key: &Key) -> bool {
        match &self.which {
            Which::One(one) => [ONE, ONE_ROTATION_AWARE].iter().any(|source| key.starts_with(source, &one.parts[0])),
            Which::List { list, .. } => {
                let (source, parts) = (Identity::source(key), Identity::parts(key));
                let is_current = SEVERAL.contains(&source) && parts == list.parts();
                let but_version = parts.split_last().map(|(_, names)| names);
                is_current || (SEVERAL_VERSIONED.contains(&source) && but_version == Some(list.parts()))
            }
        }
    }

    pub(super) fn permissions(&self, scope: ArnScope<'_>) -> Vec<Permission> {
        let operations = [Some(Operation::GetSecretValue), self.is_rotation_aware.then_some(Operation::DescribeSecret)];
        let resources = self.names().iter().flat_map(|name| policy::secrets_manager::secret(name, scope));
        let of = |resource: String| {
            operations.into_iter().flatten().map(move |operation| Permission::new(operation, resource.clone()))
        };
        resources.flat_map(of).collect()
    }

    fn names(&self) -> &[String] {
        match &self.which {
            Which::One(one) => slice::from_ref(&one.parts[0]),
            Which::List { list, .. } => list.names(),
        }
    }

    /// Reads the date before the value. A rotation between the two answers then ends the entry too early, and never
    /// too late.
    pub(super) async fn fetch(&self, api: &dyn Api, now: Moment) -> Result<Fetched<Item>, Error> {
        let until_wall_ns = if self.is_rotation_aware { self.next_rotation(api, now).await? } else { None };
        let value = match &self.which {
            Which::One(one) => api.get_secret_value(&one.parts[0], &one.version).await?,
            Which::List { list, version, .. } => fetch_list(list, version, api).await?,
        };
        Ok(match until_wall_ns {
            Some(until_wall_ns) => Fetched::Until(value, until_wall_ns),
            None => Fetched::Now(value),
        })
    }

    /// Returns the earliest future date, in nanoseconds since the Unix epoch. A date in the past is ignored: the
    /// rotation is late, and the date changes when it has taken place.
    async fn next_rotation(&self, api: &dyn Api, now: Moment) -> Result<Option<u64>, Error> {
        let dates = join_all(self.names().iter().map(|name| api.next_rotation(name))).await;
        let dates = dates.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(dates.into_iter().flatten().filter_map(wall_ns).filter(|date| *date > now.wall_ns).min())
    }
}

/// Returns `true` if the entry contains this secret, given by its name or ARN: alone or in a list, in any version.
pub(crate) fn contains(key: &Key, id: &str) -> bool {
    let (source, parts) = (Identity::source(key), Identity::parts(key));
    let count = match source {
        ONE | ONE_ROTATION_AWARE => 1,
        _ if SEVERAL.contains(&source) || SEVERAL_VERSIONED.contains(&source) => parts.len(),
        _ => 0,
    };
    parts.iter().take(count).any(|part| is_same(name_in(part), id))
}

/// Returns `true` if two names or ARNs may be of one secret. A name that ends like an ARN is compared without its end.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    let bare = |id: &str| {
        let named = arn::resource(id, "secretsmanager").and_then(|resource| resource.strip_prefix("secret:"));
        secret::without_random_suffix(named.unwrap_or(id)).to_owned()
    };
    bare(one) == bare(other)
}

/// Converts a date, or returns `None` if it is out of range.
fn wall_ns(date: SystemTime) -> Option<u64> {
    u64::try_from(date.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok()
}

/// Calls `GetSecretValue` for each secret at the same time. `BatchGetSecretValue` would save calls, but needs a
/// permission on every secret of the account in addition.
async fn fetch_list(list: &List, version: &Version, api: &dyn Api) -> Result<Item, Error> {
    let values = join_all(list.names().iter().map(|name| api.get_secret_value(name, version))).await;
    Ok(list.group(&values.into_iter().map(|item| item.map(Some)).collect::<Result<Vec<_>, _>>()?))
}

#[cfg(test)]
mod tests {
    use lambda_cache_names::Listed;

    use super::*;

    #[test]
    fn an_entry_contains_its_secrets_in_any_form() {
        let key = |secret: Secret| Key::of(&secret.identity());
        let version = || Version { stage: Some("AWSPREVIOUS".to_owned()), id: None };
        let one = |name| key(Secret::new(name, version()).unwrap().rotation_aware());
        let list =
            key(Secret::new(Names::Several(vec!["other".into(), Listed::under("key", "prod/db")]), version()).unwrap());
        let arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf";
        let partial = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db";
        for id in ["prod/db", arn, partial] {
            for key in [one("prod/db"), one(arn), one(partial), list.clone()] {
                assert!(contains(&key, id), "{id} in {key}");
            }
            for key in [one("prod/db2"), one("db"), Key::new("ssm parameter", ["prod/db".to_owned()])] {
                assert!(!contains(&key, id), "{id} in {key}");
            }
        }
    }
}
