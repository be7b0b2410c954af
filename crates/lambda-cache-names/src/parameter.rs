//! Names of SSM parameters, which are plain, with a selector (`/app/var:3`, `/app/var:label`), or an ARN; and paths
//! of parameters.

use crate::{Listed, NameError, arn, entry_name::last_segment, listed::distinct_keys};

/// The separator between a name and the version or label. It cannot be part of a parameter's name
/// (<https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html>).
pub const SELECTOR: char = ':';

/// The error for an empty name.
pub const EMPTY: NameError = NameError::Empty { what: "parameter" };

/// Returns the name, or the name in an ARN, without its selector.
#[must_use]
pub fn path(name: &str) -> &str {
    with_selector(name).split(SELECTOR).next().unwrap_or_default()
}

/// The version or label that a name or an ARN selects.
#[must_use]
pub fn selector(name: &str) -> Option<&str> {
    with_selector(name).split_once(SELECTOR).map(|(_, selector)| selector)
}

fn with_selector(name: &str) -> &str {
    arn::resource(name, "ssm").map_or(name, |resource| resource.strip_prefix("parameter").unwrap_or(resource))
}

/// Returns the entry name derived from a parameter's name: the text after its last `/`, without a selector.
///
/// # Errors
/// [`NameError::Empty`], or [`NameError::NoLastSegment`] if the name ends in `/`.
pub fn entry_name(name: &str) -> Result<&str, NameError> {
    if name.is_empty() {
        return Err(EMPTY);
    }
    last_segment(path(name), name)
}

/// Returns the keys of a list's result: each name's alias or last segment, in the order of the names.
///
/// # Errors
/// [`NameError::EmptyList`], [`NameError::Empty`] for an empty name, [`NameError::NoLastSegment`], and
/// [`NameError::SameLastSegment`] if two names would have the same key.
pub fn keys(names: &[Listed]) -> Result<Vec<&str>, NameError> {
    distinct_keys(names, "parameters", entry_name)
}

/// Returns a path in its canonical form: `/app/prod` and `/app/prod/` are the same.
///
/// # Errors
/// [`NameError::Empty`], or [`NameError::NotAPath`] if it does not begin with `/`.
pub fn checked_path(path: &str) -> Result<&str, NameError> {
    match path.trim_end_matches('/') {
        "" if path.is_empty() => Err(NameError::Empty { what: "path" }),
        "" => Ok("/"),
        trimmed if trimmed.starts_with('/') => Ok(trimmed),
        _ => Err(NameError::NotAPath { path: path.to_owned() }),
    }
}

/// Returns the entry name derived from a path: its last segment.
///
/// # Errors
/// [`NameError::NoLastSegment`] for `/`.
pub fn path_entry_name(path: &str) -> Result<&str, NameError> {
    last_segment(path.trim_end_matches('/'), path)
}

/// Returns a name relative to a path: `db/host` for `/app/prod/db/host` below `/app/prod`.
#[must_use]
pub fn below<'a>(path: &str, name: &'a str) -> Option<&'a str> {
    name.strip_prefix(path.trim_end_matches('/'))?.strip_prefix('/').filter(|rest| !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_segment_without_selector_or_arn() {
        for (name, expected) in [
            ("/production/app/var", "var"),
            ("test/app/var", "var"),
            ("var", "var"),
            ("/app/var:3", "var"),
            ("/app/var:label", "var"),
            ("arn:aws:ssm:eu-west-1:123456789012:parameter/app/var", "var"),
            ("arn:aws:ssm:eu-west-1:123456789012:parameter/var:3", "var"),
            ("arn:aws-us-gov:ssm:us-gov-west-1:123456789012:parameter/app/v.a-r_1:label", "v.a-r_1"),
        ] {
            assert_eq!(entry_name(name).unwrap(), expected, "{name}");
        }
    }

    #[test]
    fn names_without_a_last_segment_are_rejected() {
        assert_eq!(entry_name(""), Err(NameError::Empty { what: "parameter" }));
        for name in ["/", "/app/", "/app/:3", ":3"] {
            assert_eq!(entry_name(name), Err(NameError::NoLastSegment { name: name.to_owned() }), "{name}");
        }
    }

    #[test]
    fn a_list_rejects_names_with_the_same_key() {
        let names = ["/a/x".into(), "/b/x:2".into()];
        let message = keys(&names).unwrap_err().to_string();
        assert!(message.contains("/a/x") && message.contains("/b/x:2"), "{message}");
        assert_eq!(keys(&[]), Err(NameError::EmptyList { what: "parameters" }));
        assert_eq!(keys(&["/a/x".into(), "/a/y".into()]).unwrap(), ["x", "y"]);
        assert_eq!(keys(&[Listed::under("first", "/a/x"), "/b/x".into()]).unwrap(), ["first", "x"]);
        assert!(keys(&[Listed::under("x", "/a/y"), "/b/x".into()]).is_err());
        assert!(keys(&[Listed::under("x", "")]).is_err());
    }

    #[test]
    fn a_path_begins_with_a_slash_and_has_a_last_segment() {
        for (path, checked, entry_name) in
            [("/app/prod", "/app/prod", Some("prod")), ("/app/prod//", "/app/prod", Some("prod")), ("/", "/", None)]
        {
            assert_eq!(checked_path(path), Ok(checked));
            assert_eq!(path_entry_name(path).ok(), entry_name, "{path}");
        }
        assert_eq!(checked_path(""), Err(NameError::Empty { what: "path" }));
        assert_eq!(checked_path("app/prod"), Err(NameError::NotAPath { path: "app/prod".to_owned() }));
    }

    #[test]
    fn names_below_a_path_are_relative_to_it() {
        for (path, name, rest) in [
            ("/app", "/app/var", Some("var")),
            ("/app/", "/app/db/host", Some("db/host")),
            ("/", "/app/var", Some("app/var")),
            ("/app", "/application/var", None),
            ("/app", "/app", None),
            ("/app", "/app/", None),
            ("/", "var", None),
        ] {
            assert_eq!(below(path, name), rest, "{name} below {path}");
        }
    }
}
