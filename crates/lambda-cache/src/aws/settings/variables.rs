//! The environment at the time when a connection is opened.

use std::{collections::HashMap, env, ffi::OsString, fmt, path::PathBuf};

/// The variables that are set and not empty. An empty variable counts as unset.
#[derive(Clone, Default)]
pub(crate) struct Variables(HashMap<String, String>);

/// Shows no value, which may be a secret.
impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Variables {
    pub(crate) fn read() -> Self {
        Self::from_pairs(env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            Some((name, value.to_string_lossy().into_owned()))
        }))
    }

    pub(crate) fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect())
    }

    pub(in crate::aws) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Replaces `$NAME` and `${NAME}` like Python's `os.path.expandvars`, which leaves unset variables unchanged.
    pub(super) fn expand(&self, text: &str) -> String {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some(start) = rest.find('$') {
            expanded.push_str(&rest[..start]);
            let behind = &rest[start + 1..];
            let braced = behind.strip_prefix('{').and_then(|name| name.split_once('}'));
            let (name, length) = if let Some((name, _)) = braced {
                (name, name.len() + 2)
            } else {
                let is_part = |char: char| char.is_ascii_alphanumeric() || char == '_';
                let end = behind.find(|char| !is_part(char)).unwrap_or(behind.len());
                (&behind[..end], end)
            };
            match self.get(name) {
                Some(value) => expanded.push_str(value),
                None => expanded.push_str(&rest[start..=start + length]),
            }
            rest = &behind[length..];
        }
        expanded + rest
    }

    /// Returns the path in `text`, with variables and a leading `~` or `~user` replaced.
    pub(super) fn path(&self, text: &str) -> PathBuf {
        self.with_home(&self.expand(text))
    }

    /// Returns the path in `text`, with a leading `~` or `~user` replaced like in Python's `os.path.expanduser`.
    fn with_home(&self, text: &str) -> PathBuf {
        let Some(behind) = text.strip_prefix('~') else { return text.into() };
        let (user, rest) = behind.split_at(behind.find(std::path::is_separator).unwrap_or(behind.len()));
        let home = if user.is_empty() { self.home() } else { home_of(user) };
        match home {
            Some(home) => format!("{}{rest}", home.trim_end_matches('/')).into(),
            None => text.into(),
        }
    }

    /// Returns this user's home, which is `HOME`, or `USERPROFILE` on Windows, else what the system says.
    fn home(&self) -> Option<String> {
        let variable = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        let system = || env::home_dir().and_then(|path| path.into_os_string().into_string().ok());
        self.get(variable).map(str::to_owned).or_else(system)
    }
}

/// Returns the path with a leading `~` or `~user` replaced.
pub(crate) fn with_home(path: OsString) -> PathBuf {
    match path.to_str() {
        Some(text) if text.starts_with('~') => Variables::read().with_home(text),
        _ => path.into(),
    }
}

/// Returns the home of a user of this machine.
fn home_of(user: &str) -> Option<String> {
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    users.lines().find_map(|line| line.strip_prefix(user)?.strip_prefix(':')?.split(':').nth(4).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Variables {
        Variables::from_pairs(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn an_empty_variable_is_not_set() {
        assert_eq!(variables(&[("AWS_REGION", "")]).get("AWS_REGION"), None);
    }

    #[test]
    fn paths_are_expanded_as_python_does() {
        let set = variables(&[("HOME", "/home/me/"), ("DIR", "/etc/aws")]);
        for (text, path) in [
            ("~/.aws/config", "/home/me/.aws/config"),
            ("~", "/home/me"),
            ("$DIR/config", "/etc/aws/config"),
            ("${DIR}/config", "/etc/aws/config"),
            ("$HOME/$NOT_SET/${NOT_SET}/$", "/home/me//$NOT_SET/${NOT_SET}/$"),
            ("~nobody-of-this-name/x", "~nobody-of-this-name/x"),
            ("a~b", "a~b"),
        ] {
            assert_eq!(set.path(text).to_str(), Some(path), "{text}");
        }
        #[cfg(unix)]
        assert_eq!(variables(&[]).path("~root/x").to_str(), Some("/root/x"));
        assert!(variables(&[]).path("~/.aws").is_absolute(), "the user's entry stands in for HOME");
    }
}
