//! The profile files, found, parsed and merged like in botocore's session.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    Setting,
    ini::{self, Section, Text, Value},
    variables::Variables,
    words,
};
use crate::{Error, ErrorKind};

const CONFIG: (&str, &str) = ("AWS_CONFIG_FILE", "~/.aws/config");
const CREDENTIALS: (&str, &str) = ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
pub(crate) const DEFAULT: &str = "default";

/// The settings of a section, with their sources.
#[derive(Clone, Debug, Default)]
pub(crate) struct Profile(HashMap<String, (Arc<Path>, Value)>);

impl Profile {
    fn of(section: Section, file: &Arc<Path>) -> Self {
        Self(section.values.into_iter().map(|(key, value)| (key, (Arc::clone(file), value))).collect())
    }

    /// Returns a setting that has a value.
    pub(crate) fn get(&self, key: &str) -> Option<Setting> {
        let (file, value) = self.0.get(key)?;
        let Text::Plain(text) = &value.text else { return None };
        Setting::in_file(key, text, file, value.line)
    }

    /// Returns a setting of an indented block.
    pub(crate) fn nested(&self, block: &str, key: &str) -> Option<Setting> {
        let (file, value) = self.0.get(block)?;
        let Text::Block(settings) = &value.text else { return None };
        let (text, line) = settings.get(key)?;
        Setting::in_file(key, text, file, *line)
    }

    /// Returns `true` if the key is present, even without a value.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }
}

/// A file with its sections.
type Parsed = (Arc<Path>, Vec<Section>);

/// The profiles and other sections of the two files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Profiles {
    /// The profiles of both files. Settings in `credentials` have priority.
    merged: HashMap<String, Profile>,
    /// The profiles of `config` alone.
    config: HashMap<String, Profile>,
    /// The sections of `credentials`.
    credentials: HashMap<String, Profile>,
    sso_sessions: HashMap<String, Profile>,
    services: HashMap<String, Profile>,
    /// Files that exist but could not be opened, with the reason.
    unread: Vec<String>,
}

impl Profiles {
    pub(super) fn read(variables: &Variables) -> Result<Self, Error> {
        let mut profiles = Self::default();
        if let Some((file, sections)) = profiles.sections(variables, CONFIG)? {
            profiles.take_config(sections, &file);
        }
        profiles.merged = profiles.config.clone();
        if let Some((file, sections)) = profiles.sections(variables, CREDENTIALS)? {
            for section in sections {
                let name = section.name.clone();
                let profile = Profile::of(section, &file);
                profiles.merged.entry(name.clone()).or_default().0.extend(profile.0.clone());
                profiles.credentials.insert(name, profile);
            }
        }
        Ok(profiles)
    }

    /// Returns the sections of a file, or `None` if it does not exist.
    fn sections(&mut self, variables: &Variables, (variable, usual): (&str, &str)) -> Result<Option<Parsed>, Error> {
        let path: PathBuf = variables.path(variables.get(variable).unwrap_or(usual));
        if !path.is_file() {
            return Ok(None);
        }
        let refuse = |line: Option<usize>, reason: &str| {
            let line = line.map(|line| format!(", line {line}")).unwrap_or_default();
            let path = path.display();
            let message = format!("cannot read the profiles in {path}{line}: {reason}");
            Error::new(ErrorKind::Configuration, message)
        };
        let text = match fs::read(&path) {
            Ok(bytes) => String::from_utf8(bytes).map_err(|error| {
                let line = error.as_bytes()[..error.utf8_error().valid_up_to()].split(|byte| *byte == b'\n').count();
                refuse(Some(line), "it is not UTF-8: save it as UTF-8")
            })?,
            // botocore ignores such a file. This code ignores it too, and mentions it when a setting is missing.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                self.unread.push(format!("{} cannot be opened: {error}", path.display()));
                return Ok(None);
            }
            Err(error) => {
                return Err(refuse(None, &format!("{error}: make it readable, or name another file in {variable}")));
            }
        };
        let sections = ini::parse(&text).map_err(|error| refuse(Some(error.line), &error.reason))?;
        Ok(Some((path.into(), sections)))
    }

    /// Adds sections by the first word of their names. If two have the same name, the later one replaces the earlier
    /// one.
    fn take_config(&mut self, sections: Vec<Section>, file: &Arc<Path>) {
        for section in sections {
            let name = section.name.clone();
            let kind = if name.starts_with("profile") {
                &mut self.config
            } else if name.starts_with("sso-session") {
                &mut self.sso_sessions
            } else if name.starts_with("services") {
                &mut self.services
            } else {
                if name == DEFAULT {
                    self.config.insert(name, Profile::of(section, file));
                }
                continue;
            };
            if let Some([_, name]) = words::split(&name).as_deref() {
                kind.insert(name.clone(), Profile::of(section, file));
            }
        }
    }

    /// Returns a profile, merged from both files.
    pub(crate) fn get(&self, name: &str) -> Option<&Profile> {
        self.merged.get(name)
    }

    /// Returns a profile of the file `config` alone.
    pub(crate) fn in_config(&self, name: &str) -> Option<&Profile> {
        self.config.get(name)
    }

    /// Returns a section of the file `credentials`.
    pub(crate) fn in_credentials(&self, name: &str) -> Option<&Profile> {
        self.credentials.get(name)
    }

    /// Returns the section `[sso-session NAME]`.
    pub(crate) fn sso_session(&self, name: &str) -> Option<&Profile> {
        self.sso_sessions.get(name)
    }

    /// Returns the section `[services NAME]`.
    pub(crate) fn services(&self, name: &str) -> Option<&Profile> {
        self.services.get(name)
    }

    /// Describes the files that could not be opened, for errors about missing settings.
    pub(crate) fn unread(&self) -> String {
        if self.unread.is_empty() { String::new() } else { format!(" ({})", self.unread.join("; ")) }
    }
}
