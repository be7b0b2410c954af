//! Secrets Manager: one secret, as stored; or a list as one group.

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

/// The sources of keys.
const ONE: &str = "secret";
const ONE_ROTATION_AWARE: &str = "rotation-aware secret";

/// What to read from Secrets Manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    which: Which,
    is_rotation_aware: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Which {
    /// One secret.
    One(Versioned),
    /// Several, as one entry: the current version of each.
    List(Vec<String>),
}

/// A secret, in one of its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Versioned {
    /// The name, and what says the version: what tells its entry from others.
    parts: Vec<String>,
    version: Version,
}

/// Which version of a secret: the current one, unless something is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// The label that it bears, such as `AWSPREVIOUS`.
    pub stage: Option<String>,
    /// Its id.
    pub id: Option<String>,
}

impl Version {
    /// What is said of it, in words.
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
    /// One secret, by name or ARN.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] where the name, the stage or the id is empty.
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

    /// Several secrets, as one entry.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for an empty list, an empty name, two names with one last segment, or a version: one
    /// version can hardly be that of several secrets.
    pub fn list(names: Vec<String>, version: &Version) -> Result<Self, Error> {
        if *version != Version::default() {
            let message =
                "a list of secrets is of their current versions: ask for another version in an entry of its own";
            return Err(Error::new(ErrorKind::InvalidArgument, message.to_owned()));
        }
        secret::segments(&names)?;
        Ok(Which::List(names).into())
    }

    /// The same, kept no longer than to the date by which the secret, or one of several, is to be rotated next.
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

    /// Whether it is an entry of this secret, in any version, or of this list; be it kept until a rotation or not.
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

    /// The date is asked for first: a rotation between the two answers then ends the entry too early, and never too late.
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

    /// The earliest date that is still to come, in nanoseconds since the Unix epoch. One that is over says nothing: the
    /// rotation is late, and the date will change when it has taken place.
    async fn next_rotation(&self, api: &dyn Api, now: Moment) -> Result<Option<u64>, Error> {
        let dates = join_all(self.names().iter().map(|name| api.next_rotation(name))).await;
        let dates = dates.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(dates.into_iter().flatten().filter_map(wall_ns).filter(|date| *date > now.wall_ns).min())
    }
}

/// `None` where it is out of reach, in the past or in the future.
fn wall_ns(date: SystemTime) -> Option<u64> {
    u64::try_from(date.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok()
}

/// A call for each, at the same time: `BatchGetSecretValue` would save calls, but needs a permission on every secret of the
/// account beside the one on each.
async fn fetch_list(names: &[String], api: &dyn Api) -> Result<Value, Error> {
    let current = Version::default();
    let values = join_all(names.iter().map(|name| api.get_secret_value(name, &current))).await;
    let values = values.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(Value::Group(secret::segments(names)?.into_iter().map(str::to_owned).zip(values).collect()))
}
