//! The versions of an object, and how they are compared.

use serde::{Deserialize, Serialize};

/// The validators of a version in an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The `ETag`, with its quotes and the `W/` of a weak one.
    pub etag: Option<String>,
    /// The `Last-Modified`, in seconds since 1970.
    #[serde(default)]
    pub last_modified_s: Option<i64>,
}

impl Version {
    /// Returns the `ETag` if it is strong. Two answers with the same strong `ETag` have the same bytes.
    #[must_use]
    pub fn strong_etag(&self) -> Option<&str> {
        self.etag.as_deref().filter(|etag| !etag.starts_with("W/"))
    }

    /// Returns the validators for a later check: the `ETag`, even if it is weak, and the `Last-Modified`, if its
    /// second had passed on the server's clock (`answered_s`). During that second the object could change again.
    pub(super) fn to_check(&self, answered_s: Option<i64>) -> Self {
        let is_over = |second: &i64| answered_s.is_some_and(|answered_s| answered_s > *second);
        let last_modified_s = self.last_modified_s.filter(is_over);
        Self { etag: self.etag.clone(), last_modified_s }
    }

    /// Returns `true` if it contains a validator for a request.
    pub(super) fn is_checkable(&self) -> bool {
        self.etag.is_some() || self.last_modified_s.is_some()
    }

    /// Returns `true` if both have the same strong `ETag`.
    pub(super) fn is_certainly(&self, other: &Self) -> bool {
        self.strong_etag().is_some() && self.strong_etag() == other.strong_etag()
    }

    /// Returns `true` unless a 304 names another version than this one. A server also answers `If-Modified-Since`
    /// with 304 for an older version.
    pub(super) fn may_be(&self, said: &Self) -> bool {
        fn is_same<T: PartialEq + Copy>(one: Option<T>, other: Option<T>) -> bool {
            one.is_none() || other.is_none() || one == other
        }
        is_same(self.etag.as_deref().map(opaque), said.etag.as_deref().map(opaque))
            && is_same(self.last_modified_s, said.last_modified_s)
    }
}

/// Returns the part of an `ETag` that `If-None-Match` compares. Some servers leave the quotes out of some answers.
fn opaque(etag: &str) -> &str {
    etag.strip_prefix("W/").unwrap_or(etag).trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(etag: Option<&str>, last_modified_s: Option<i64>) -> Version {
        Version { etag: etag.map(str::to_owned), last_modified_s }
    }

    #[test]
    fn only_a_strong_etag_is_certain() {
        let strong = version(Some("\"a\""), None);
        assert!(strong.is_certainly(&version(Some("\"a\""), Some(1))));
        for other in [Some("\"b\""), Some("W/\"a\""), None] {
            assert!(!strong.is_certainly(&version(other, None)), "{other:?}");
        }
        assert!(!version(Some("W/\"a\""), None).is_certainly(&version(Some("W/\"a\""), None)));
        assert!(!version(None, Some(1)).is_certainly(&version(None, Some(1))));
    }

    #[test]
    fn a_304_of_another_version_does_not_match() {
        let held = version(Some("\"a\""), Some(5));
        for same in [version(None, None), version(Some("W/\"a\""), None), version(Some("a"), Some(5))] {
            assert!(held.may_be(&same), "{same:?}");
        }
        for other in [version(Some("\"b\""), None), version(Some("\"a\""), Some(4))] {
            assert!(!held.may_be(&other), "{other:?}");
        }
    }

    #[test]
    fn an_unfinished_second_does_not_identify_a_version() {
        let held = version(None, Some(5));
        assert!(held.to_check(Some(6)).is_checkable());
        for answered_s in [None, Some(4), Some(5)] {
            assert!(!held.to_check(answered_s).is_checkable(), "{answered_s:?}");
        }
        assert!(version(Some("W/\"a\""), None).to_check(None).is_checkable());
    }
}
