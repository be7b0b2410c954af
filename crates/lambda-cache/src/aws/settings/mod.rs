//! AWS's settings: the variables and the profile files, read once for each connection, in boto3's order and reading.
//!
//! The SDK never looks at either itself. It gets finished values, so nothing that it cannot read reaches it.

mod checksums;
mod endpoint;
mod ini;
mod profiles;
mod region;
mod retry;
mod variables;
pub(super) mod words;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use self::variables::Variables;
pub(super) use self::{
    endpoint::check as check_endpoint,
    profiles::{Profile, Profiles},
    region::{GLOBAL, checked as checked_region},
};
use crate::{Error, ErrorKind};

/// The order of variables, which differs for the Region and the profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The SDK's: `AWS_REGION` before `AWS_DEFAULT_REGION`.
    #[default]
    Sdk,
    /// boto3's: `AWS_DEFAULT_REGION`, then the profile, then `AWS_REGION`.
    Boto3,
}

/// A setting that has a value, and the place where it stands.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    /// The value; never empty.
    pub(crate) value: String,
    place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Variable(String),
    File { key: String, path: Arc<Path>, line: usize },
}

impl Setting {
    fn in_file(key: &str, value: &str, path: &Arc<Path>, line: usize) -> Option<Self> {
        let place = Place::File { key: key.to_owned(), path: Arc::clone(path), line };
        (!value.is_empty()).then(|| Self { value: value.to_owned(), place })
    }

    /// Returns an error that quotes the setting and names its place. `what_is_wrong` goes on after "is", and ends with what
    /// to write instead: `not a number: write it as 3`.
    pub(crate) fn refuse(&self, what_is_wrong: &str) -> Error {
        let message = match &self.place {
            Place::Variable(name) => format!("{name}={:?} is {what_is_wrong}", self.value),
            Place::File { key, path, line } => {
                format!("{key} = {:?} ({}, line {line}) is {what_is_wrong}", self.value, path.display())
            }
        };
        Error::new(ErrorKind::Configuration, message)
    }

    /// Returns an error as [`refuse`](Self::refuse) does, without the value: for what is secret.
    pub(crate) fn refuse_secret(&self, what_is_wrong: &str) -> Error {
        Error::new(ErrorKind::Configuration, format!("{} is {what_is_wrong}", self.place()))
    }

    /// Says where it stands: the variable, or key, file and line.
    pub(crate) fn place(&self) -> String {
        match &self.place {
            Place::Variable(name) => name.clone(),
            Place::File { key, path, line } => format!("{key} ({}, line {line})", path.display()),
        }
    }

    /// Returns whether it is `true`, as boto3 reads it: in any case, and everything else is false.
    pub(crate) fn is_true(&self) -> bool {
        self.value.eq_ignore_ascii_case("true")
    }
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Setting at {}", self.place()) // the value may be a secret
    }
}

/// The settings of the environment and the profile files.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    order: Order,
    variables: Variables,
    profiles: Profiles,
    /// The profile that is used, and whether a variable names it.
    profile: String,
    is_named: bool,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("order", &self.order).field("profile", &self.profile).finish_non_exhaustive()
    }
}

impl Settings {
    /// Reads the environment, and the profile files that it names.
    pub(crate) fn read(order: Order) -> Result<Self, Error> {
        Self::of(Variables::read(), order)
    }

    fn of(variables: Variables, order: Order) -> Result<Self, Error> {
        let profiles = Profiles::read(&variables)?;
        let names = match order {
            Order::Boto3 => ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"],
            Order::Sdk => ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"],
        };
        let chosen = names.into_iter().find_map(|name| Some((name, variables.get(name)?)));
        if let Some((variable, name)) = chosen.filter(|(_, name)| profiles.get(name).is_none()) {
            let message = format!(
                "{variable}={name:?} is not a profile of the files{}: write the name of one that is there, or unset it",
                profiles.unread()
            );
            return Err(Error::new(ErrorKind::Configuration, message));
        }
        let (profile, is_named) = chosen.map_or((profiles::DEFAULT, false), |(_, name)| (name, true));
        Ok(Self { order, profile: profile.to_owned(), is_named, variables, profiles })
    }

    /// Returns a variable that is set and not empty.
    pub(crate) fn variable(&self, name: &str) -> Option<Setting> {
        let value = self.variables.get(name)?.to_owned();
        Some(Setting { value, place: Place::Variable(name.to_owned()) })
    }

    /// Returns a setting of the profile.
    pub(crate) fn key(&self, key: &str) -> Option<Setting> {
        self.profile()?.get(key)
    }

    /// Returns a setting of an indented block of the profile, such as `addressing_style` below `s3 =`.
    #[allow(dead_code, reason = "the options of S3 use it")]
    pub(crate) fn nested(&self, block: &str, key: &str) -> Option<Setting> {
        self.profile()?.nested(block, key)
    }

    /// Returns the variable, or else the profile's setting.
    pub(crate) fn text(&self, variable: &str, key: &str) -> Option<Setting> {
        self.variable(variable).or_else(|| self.key(key))
    }

    /// Returns the variable, or else the profile's setting, of something that is on or off.
    pub(crate) fn flag(&self, variable: &str, key: &str) -> Option<bool> {
        self.text(variable, key).map(|setting| setting.is_true())
    }

    /// Returns the path that a setting means: `~` and variables replaced.
    pub(crate) fn path(&self, text: &str) -> PathBuf {
        self.variables.path(text)
    }

    /// The profile that is used; none where none is named and there is no `default`.
    pub(super) fn profile(&self) -> Option<&Profile> {
        self.profiles.get(&self.profile)
    }

    /// The name of the profile that is used.
    pub(super) fn profile_name(&self) -> &str {
        &self.profile
    }

    /// All profiles.
    pub(super) fn profiles(&self) -> &Profiles {
        &self.profiles
    }

    /// The profile that is asked for, for messages: it may be the wrong one.
    pub(crate) fn named(&self) -> String {
        if self.is_named { format!(" (the profile is {:?})", self.profile) } else { String::new() }
    }

    /// Returns whether calls go to FIPS endpoints, and whether to dual-stack ones.
    pub(crate) fn endpoint_variants(&self) -> (bool, bool) {
        let is_on = |variable, key| self.flag(variable, key) == Some(true);
        (
            is_on("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
            is_on("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
        )
    }

    /// The order that holds.
    pub(crate) fn order(&self) -> Order {
        self.order
    }
}
