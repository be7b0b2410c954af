//! AWS's settings in variables and profile files, read once for each connection, with boto3's order and rules.
//!
//! The SDK does not read them itself. It gets validated values, so nothing that it cannot parse reaches it.

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

pub(super) use self::{
    endpoint::{check as check_endpoint, shown as shown_endpoint},
    profiles::{Profile, Profiles},
    region::{GLOBAL, checked as checked_region},
    variables::{Variables, with_home},
};
use crate::{Error, ErrorKind};

/// The order of variables, which differs for the Region and the profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The SDK's order: `AWS_REGION` before `AWS_DEFAULT_REGION`.
    #[default]
    Sdk,
    /// boto3's order: `AWS_DEFAULT_REGION`, then the profile, then `AWS_REGION`.
    Boto3,
}

/// A setting with its value and its source.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    /// The value, which is never empty.
    pub(crate) value: String,
    origin: Origin,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Origin {
    Variable(String),
    File { key: String, path: Arc<Path>, line: usize },
}

impl Setting {
    fn in_file(key: &str, value: &str, path: &Arc<Path>, line: usize) -> Option<Self> {
        let origin = Origin::File { key: key.to_owned(), path: Arc::clone(path), line };
        (!value.is_empty()).then(|| Self { value: value.to_owned(), origin })
    }

    /// Returns an error with the value and the source of the setting. `what_is_wrong` follows "is" and ends with
    /// advice: `not a number: write it as 3`.
    pub(crate) fn refuse(&self, what_is_wrong: &str) -> Error {
        let message = match &self.origin {
            Origin::Variable(name) => format!("{name}={:?} is {what_is_wrong}", self.value),
            Origin::File { key, path, line } => {
                format!("{key} = {:?} ({}, line {line}) is {what_is_wrong}", self.value, path.display())
            }
        };
        Error::new(ErrorKind::Configuration, message)
    }

    /// Returns an error like [`refuse`](Self::refuse), but without the value, for secrets.
    pub(crate) fn refuse_secret(&self, what_is_wrong: &str) -> Error {
        Error::new(ErrorKind::Configuration, format!("{} is {what_is_wrong}", self.origin()))
    }

    /// Describes the source: the variable, or the key, file and line.
    pub(crate) fn origin(&self) -> String {
        match &self.origin {
            Origin::Variable(name) => name.clone(),
            Origin::File { key, path, line } => format!("{key} ({}, line {line})", path.display()),
        }
    }

    /// Returns `true` for `true` in any case. As in boto3, everything else is false.
    pub(crate) fn is_true(&self) -> bool {
        self.value.eq_ignore_ascii_case("true")
    }
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Setting at {}", self.origin()) // the value may be a secret
    }
}

/// The settings of the environment and the profile files.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    order: Order,
    variables: Variables,
    profiles: Profiles,
    /// The name of the selected profile.
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

    /// Reads these variables, and the profile files that they name.
    pub(crate) fn of(variables: Variables, order: Order) -> Result<Self, Error> {
        let profiles = Profiles::read(&variables)?;
        let names = match order {
            Order::Boto3 => ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"],
            Order::Sdk => ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"],
        };
        let chosen = names.into_iter().find_map(|name| Some((name, variables.get(name)?)));
        if let Some((variable, name)) = chosen.filter(|(_, name)| profiles.get(name).is_none()) {
            let message = format!(
                "{variable}={name:?} is not a profile in the files{}: write the name of one that they have, or unset it",
                profiles.unread()
            );
            return Err(Error::unset("ProfileNotFound", message));
        }
        let (profile, is_named) = chosen.map_or((profiles::DEFAULT, false), |(_, name)| (name, true));
        Ok(Self { order, profile: profile.to_owned(), is_named, variables, profiles })
    }

    /// Returns a variable, unless it is unset or empty.
    pub(crate) fn variable(&self, name: &str) -> Option<Setting> {
        let value = self.variables.get(name)?.to_owned();
        Some(Setting { value, origin: Origin::Variable(name.to_owned()) })
    }

    /// Returns a setting of the profile.
    pub(crate) fn key(&self, key: &str) -> Option<Setting> {
        self.profile()?.get(key)
    }

    /// Returns a setting in an indented block of the profile, such as `addressing_style` below `s3 =`.
    #[allow(dead_code, reason = "the options of S3 use it")]
    pub(crate) fn nested(&self, block: &str, key: &str) -> Option<Setting> {
        self.profile()?.nested(block, key)
    }

    /// Returns the variable or, without it, the profile's setting.
    pub(crate) fn text(&self, variable: &str, key: &str) -> Option<Setting> {
        self.variable(variable).or_else(|| self.key(key))
    }

    /// Returns the variable or, without it, the profile's setting, as a boolean.
    pub(crate) fn flag(&self, variable: &str, key: &str) -> Option<bool> {
        self.text(variable, key).map(|setting| setting.is_true())
    }

    /// Returns the path in a setting, with `~` and variables replaced.
    pub(crate) fn path(&self, text: &str) -> PathBuf {
        self.variables.path(text)
    }

    /// Returns the selected profile, or `None` if none is selected and `default` does not exist.
    pub(super) fn profile(&self) -> Option<&Profile> {
        self.profiles.get(&self.profile)
    }

    /// Returns the name of the selected profile.
    pub(super) fn profile_name(&self) -> &str {
        &self.profile
    }

    /// Returns all profiles.
    pub(super) fn profiles(&self) -> &Profiles {
        &self.profiles
    }

    /// Describes the selected profile for messages, because it may be the wrong one.
    pub(crate) fn named(&self) -> String {
        if self.is_named { format!(" (the profile is {:?})", self.profile) } else { String::new() }
    }

    /// Returns whether calls go to FIPS endpoints, and whether they go to dual-stack endpoints.
    pub(crate) fn endpoint_variants(&self) -> (bool, bool) {
        let is_on = |variable, key| self.flag(variable, key) == Some(true);
        (
            is_on("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
            is_on("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
        )
    }

    /// Returns the order of variables.
    pub(crate) fn order(&self) -> Order {
        self.order
    }
}
