//! Names of SSM parameters: plain, with a selector (`/app/var:3`, `/app/var:label`), or an ARN. And paths, which all
//! names below them begin with.

use crate::{
    NameError, arn,
    entry_name::{distinct_segments, last_segment},
};

/// What separates a name from the version or label it selects; a parameter's own name cannot hold it
/// (<https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html>).
pub(crate) const SELECTOR: char = ':';

/// The name without its selector; of an ARN, the name inside it.
fn path(name: &str) -> &str {
    let path =
        arn::resource(name, "ssm").map_or(name, |resource| resource.strip_prefix("parameter").unwrap_or(resource));
    path.split(SELECTOR).next().unwrap_or_default()
}

/// The entry name that a parameter's name gives: the text after its last `/`, without a selector.
///
/// # Errors
/// [`NameError::Empty`], or [`NameError::NoLastSegment`] where the name ends in `/`.
pub fn entry_name(name: &str) -> Result<&str, NameError> {
    if name.is_empty() {
        return Err(NameError::Empty { what: "parameter" });
    }
    last_segment(path(name), name)
}

/// The keys of a list's result: each name's last segment, in the order of the names.
///
/// # Errors
/// [`NameError::EmptyList`], [`NameError::Empty`] for an empty name, [`NameError::NoLastSegment`], and
/// [`NameError::SameLastSegment`] where two names would share a key.
pub fn segments(names: &[String]) -> Result<Vec<&str>, NameError> {
    distinct_segments(names, "parameters", entry_name)
}

/// A path as it is asked for: `/app/prod` and `/app/prod/` are one.
///
/// # Errors
/// [`NameError::Empty`], or [`NameError::NotAPath`] where it does not begin with `/`.
pub fn checked_path(path: &str) -> Result<&str, NameError> {
    match path.trim_end_matches('/') {
        "" if path.is_empty() => Err(NameError::Empty { what: "path" }),
        "" => Ok("/"),
        trimmed if trimmed.starts_with('/') => Ok(trimmed),
        _ => Err(NameError::NotAPath { path: path.to_owned() }),
    }
}

/// The entry name that a path gives: its last segment.
///
/// # Errors
/// [`NameError::NoLastSegment`] for `/`.
pub fn path_entry_name(path: &str) -> Result<&str, NameError> {
    last_segment(path.trim_end_matches('/'), path)
}

/// What is left of a name below a path: `db/host` of `/app/prod/db/host` below `/app/prod`.
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
    fn names_that_give_no_entry_name_are_refused() {
        assert_eq!(entry_name(""), Err(NameError::Empty { what: "parameter" }));
        for name in ["/", "/app/", "/app/:3", ":3"] {
            assert_eq!(entry_name(name), Err(NameError::NoLastSegment { name: name.to_owned() }), "{name}");
        }
    }

    #[test]
    fn a_list_refuses_what_its_result_could_not_tell_apart() {
        let names = ["/a/x".to_owned(), "/b/x:2".to_owned()];
        let message = segments(&names).unwrap_err().to_string();
        assert!(message.contains("/a/x") && message.contains("/b/x:2"), "{message}");
        assert_eq!(segments(&[]), Err(NameError::EmptyList { what: "parameters" }));
        assert_eq!(segments(&["/a/x".to_owned(), "/a/y".to_owned()]).unwrap(), ["x", "y"]);
    }

    #[test]
    fn a_path_begins_with_a_slash_and_gives_its_last_segment() {
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
    fn what_is_below_a_path_is_named_from_there() {
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
