//! Names of one list, each with the key of its value in the result.

use std::collections::HashMap;

use crate::NameError;

/// A name of a list: under an alias, or under the text after its last `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    alias: Option<String>,
    name: String,
}

impl Listed {
    /// A name whose value is found under `alias`.
    pub fn under(alias: impl Into<String>, name: impl Into<String>) -> Self {
        Self { alias: Some(alias.into()), name: name.into() }
    }

    /// The name itself.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl<S: Into<String>> From<S> for Listed {
    fn from(name: S) -> Self {
        Self { alias: None, name: name.into() }
    }
}

/// Returns the keys of a list of names, which must be distinct. `what` describes the names.
pub(crate) fn distinct_keys<'a>(
    names: &'a [Listed],
    what: &'static str,
    entry_name: impl Fn(&'a str) -> Result<&'a str, NameError>,
) -> Result<Vec<&'a str>, NameError> {
    if names.is_empty() {
        return Err(NameError::EmptyList { what });
    }
    let mut seen: HashMap<&str, &Listed> = HashMap::with_capacity(names.len());
    let mut keys = Vec::with_capacity(names.len());
    for listed in names {
        let key = match (&listed.alias, entry_name(&listed.name)) {
            (Some(alias), Ok(_) | Err(NameError::NoLastSegment { .. })) => alias,
            (_, outcome) => outcome?,
        };
        if let Some(first) = seen.insert(key, listed) {
            let (first, second) = (first.name.clone(), listed.name.clone());
            return Err(NameError::SameLastSegment { first, second, segment: key.to_owned() });
        }
        keys.push(key);
    }
    Ok(keys)
}
