//! Secrets Manager: one secret, as stored; or a list as one group.

use futures_util::future::join_all;
use lambda_cache_names::{NameError, secret};

use super::api::Api;
use crate::{
    Error, ErrorKind, Value,
    engine::{Identity, Key},
};

/// What to read from Secrets Manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// One secret.
    One(Versioned),
    /// Several, as one entry: the current version of each.
    List(Vec<String>),
}

/// A secret, in one of its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned {
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
        Ok(Self::One(Versioned { parts, version }))
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
        Ok(Self::List(names))
    }

    pub(super) fn entry_name(&self) -> Result<String, Error> {
        match self {
            Self::One(one) => Ok(secret::entry_name(&one.parts[0])?.to_owned()),
            Self::List(_) => Err(NameError::ListWithoutEntryName.into()),
        }
    }

    pub(super) fn identity(&self) -> impl Identity {
        match self {
            Self::One(one) => ("secret", one.parts.as_slice()),
            Self::List(names) => ("secrets", names.as_slice()),
        }
    }

    /// Whether it is an entry of this secret, in any version, or of this list.
    pub(crate) fn has(&self, key: &Key) -> bool {
        match self {
            Self::One(one) => key.starts_with("secret", &one.parts[0]),
            Self::List(_) => Key::of(&self.identity()) == *key,
        }
    }

    pub(super) async fn fetch(&self, api: &dyn Api) -> Result<Value, Error> {
        match self {
            Self::One(one) => api.get_secret_value(&one.parts[0], &one.version).await,
            Self::List(names) => fetch_list(names, api).await,
        }
    }
}

/// A call for each, at the same time: `BatchGetSecretValue` would save calls, but needs a permission on every secret of the
/// account beside the one on each.
async fn fetch_list(names: &[String], api: &dyn Api) -> Result<Value, Error> {
    let current = Version::default();
    let values = join_all(names.iter().map(|name| api.get_secret_value(name, &current))).await;
    let values = values.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(Value::Group(secret::segments(names)?.into_iter().map(str::to_owned).zip(values).collect()))
}
