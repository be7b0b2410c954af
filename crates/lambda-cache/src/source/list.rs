//! Several names as one entry, for any service.

use lambda_cache_names::{Listed, NameError};

use crate::{Error, value::Item};

/// A name, or several names as one entry.
#[derive(Clone, Debug)]
pub enum Names {
    /// One name.
    One(String),
    /// Several names, each with its key in the result.
    Several(Vec<Listed>),
}

impl<S: Into<String>> From<S> for Names {
    fn from(name: S) -> Self {
        Self::One(name.into())
    }
}

/// The names of one entry, and the key of each value in its group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct List {
    /// Each name once.
    names: Vec<String>,
    /// Each key, and the place of its name among the names.
    keys: Vec<(String, usize)>,
    /// The parts of the key: each name, with its alias if there is one.
    parts: Vec<String>,
}

/// Returns the name in a part of a list's key.
pub(super) fn name_in(part: &str) -> &str {
    part.rsplit_once("\": ").map_or(part, |(_, name)| name)
}

impl List {
    /// Creates a list, or returns an error if two names have the same key.
    pub(super) fn new(
        listed: &[Listed],
        keys: impl for<'a> Fn(&'a [Listed]) -> Result<Vec<&'a str>, NameError>,
        own_key: impl Fn(&str) -> Result<&str, NameError>,
    ) -> Result<Self, Error> {
        let mut list = Self { names: Vec::new(), keys: Vec::new(), parts: Vec::new() };
        let keys = keys(listed).map_err(Error::invalid_name)?;
        for (key, name) in keys.into_iter().zip(listed.iter().map(Listed::name)) {
            let place = list.names.iter().position(|other| other == name).unwrap_or_else(|| {
                list.names.push(name.to_owned());
                list.names.len() - 1
            });
            list.keys.push((key.to_owned(), place));
            let is_own = own_key(name).is_ok_and(|own| own == key);
            list.parts.push(if is_own { name.to_owned() } else { format!("{key:?}: {name}") }); // see `name_in`
        }
        Ok(list)
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn parts(&self) -> &[String] {
        &self.parts
    }

    /// Returns the group of the values, in the order of the names.
    pub(crate) fn group(&self, items: &[Option<Item>]) -> Item {
        let keyed = |(key, place): &(String, usize)| Some((key.clone(), items.get(*place)?.clone()));
        Item::group(self.keys.iter().filter_map(keyed))
    }
}
