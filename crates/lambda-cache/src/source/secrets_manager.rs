//! Secrets Manager: one secret, or a list of secrets as one group.

use std::{
    slice,
    time::{SystemTime, UNIX_EPOCH},
};

use futures_util::future::join_all;
use lambda_cache_names::{NameError, policy, secret};

use super::{Operation, Permission, Place, api::Api};
use crate::{
    Error, ErrorKind, Value,
    engine::{Fetched, Identity, Key, Moment},
};

/// The source names in keys.
const ONE: &str = "secret";
const ONE_ROTATION_AWARE: &str = "rotation-aware secret";

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
    /// Several secrets as one entry, each in its current version.
    List(Vec<String>),
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
}

impl From<Which> for Secret {
    fn from(which: Which) -> Self {
        Self { which, is_rotation_aware: false }
    }
}

impl Secret {
    /// Creates a request for one secret, by name or ARN.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if the name, the stage or the id is empty.
    pub fn new(name: impl Into<String>, version: Version) -> Result<Self, Error> {
        let name = name.into();
        if name.is_empty() {
            secret::entry_name(&name)?;
        }
        for (what, said) in [("version_stage", &version.stage), ("version_id", &version.id)] {
            if said.as_ref().is_some_and(String::is_empty) {
                let message = format!("the {what} is empty: leave it out for the current version");
                return Err(Error::new(ErrorKind::InvalidArgument, message));
            }
        }
        let parts = [name].into_iter().chain(version.words()).collect();
        Ok(Which::One(Versioned { parts, version }).into())
    }

    /// Creates a request for several secrets as one entry.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for an empty list, an empty name, two names with the same last segment, or a
    /// version, because several secrets hardly share a version.
    pub fn list(names: Vec<String>, version: &Version) -> Result<Self, Error> {
        if *version != Version::default() {
            let message =
                "a list of secrets is of their current versions: ask for another version in an entry of its own";
            return Err(Error::new(ErrorKind::InvalidArgument, message.to_owned()));
        }
        secret::segments(&names)?;
        Ok(Which::List(names).into())
    }

    /// Makes the entry expire at the date by which the secret, or one of several, will be rotated next.
    #[must_use]
    pub fn rotation_aware(self) -> Self {
        Self { is_rotation_aware: true, ..self }
    }

    pub(super) fn entry_name(&self) -> Result<String, Error> {
        match &self.which {
            Which::One(one) => Ok(secret::entry_name(&one.parts[0])?.to_owned()),
            Which::List(_) => Err(NameError::ListWithoutEntryName.into()),
        }
    }

    pub(super) fn identity(&self) -> impl Identity {
        match (&self.which, self.is_rotation_aware) {
            (Which::One(one), false) => (ONE, one.parts.as_slice()),
            (Which::One(one), true) => (ONE_ROTATION_AWARE, one.parts.as_slice()),
            (Which::List(names), false) => ("secrets", names.as_slice()),
            (Which::List(names), true) => ("rotation-aware secrets", names.as_slice()),
        }
    }

    /// Returns `true` if the key is an entry of this secret in any version, or of this list, rotation-aware or not.
    pub(super) fn has(&self, key: &Key) -> bool {
        match &self.which {
            Which::One(one) => [ONE, ONE_ROTATION_AWARE].iter().any(|source| key.starts_with(source, &one.parts[0])),
            Which::List(_) => [false, true]
                .map(|is_rotation_aware| Self { is_rotation_aware, ..self.clone() })
                .iter()
                .any(|one| Key::of(&one.identity()) == *key),
        }
    }

    pub(super) fn permissions(&self, place: Place<'_>) -> Vec<Permission> {
        let operations = [Some(Operation::GetSecretValue), self.is_rotation_aware.then_some(Operation::DescribeSecret)];
        let resources = self.names().iter().flat_map(|name| policy::secret(name, place));
        let of = |resource: String| {
            operations.into_iter().flatten().map(move |operation| Permission::new(operation, resource.clone()))
        };
        resources.flat_map(of).collect()
    }

    fn names(&self) -> &[String] {
        match &self.which {
            Which::One(one) => slice::from_ref(&one.parts[0]),
            Which::List(names) => names.as_slice(),
        }
    }

    /// Reads the date before the value. A rotation between the two answers then ends the entry too early, and never
    /// too late.
    pub(super) async fn fetch(&self, api: &dyn Api, now: Moment) -> Result<Fetched<Value>, Error> {
        let until_wall_ns = if self.is_rotation_aware { self.next_rotation(api, now).await? } else { None };
        let value = match &self.which {
            Which::One(one) => api.get_secret_value(&one.parts[0], &one.version).await?,
            Which::List(names) => fetch_list(names, api).await?,
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

/// Converts a date, or returns `None` if it is out of range.
fn wall_ns(date: SystemTime) -> Option<u64> {
    u64::try_from(date.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok()
}

/// Calls `GetSecretValue` for each secret at the same time. `BatchGetSecretValue` would save calls, but needs a
/// permission on every secret of the account in addition.
async fn fetch_list(names: &[String], api: &dyn Api) -> Result<Value, Error> {
    let current = Version::default();
    let values = join_all(names.iter().map(|name| api.get_secret_value(name, &current))).await;
    let values = values.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(Value::Group(secret::segments(names)?.into_iter().map(str::to_owned).zip(values).collect()))
}
