use std::{collections::BTreeMap, fmt};

use crate::error::StartError;

/// The variables of the environment, as they were at the start.
#[derive(Clone, Default)]
pub(super) struct Variables(BTreeMap<String, String>);

/// Shows no value, because tokens are among them.
impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Variables {
    pub(super) fn of_environment() -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
        };
        Self(std::env::vars_os().filter_map(text).collect())
    }

    /// Returns every variable.
    pub(super) fn all(&self) -> impl Iterator<Item = (String, String)> {
        self.0.iter().map(|(name, value)| (name.clone(), value.clone()))
    }

    /// Returns a variable that is set and not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Returns a variable as read by `read`. `what_to_write` completes "X=... is not".
    pub(super) fn read<T>(
        &self,
        name: &str,
        what_to_write: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, StartError> {
        let Some(given) = self.get(name) else { return Ok(None) };
        let value = read(given.trim());
        let refuse = || StartError::new(format!("{name}={given:?} is not {what_to_write}"));
        value.map(Some).ok_or_else(refuse)
    }
}
