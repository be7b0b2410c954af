//! Names of Secrets Manager secrets, which are plain or an ARN.

use crate::{Listed, NameError, arn, entry_name::last_segment, listed::distinct_keys};

/// Secrets Manager appends a hyphen and six random characters to the name inside a secret's ARN
/// (<https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html>).
const RANDOM_CHARACTERS: usize = 6;

/// The error for an empty name.
pub const EMPTY: NameError = NameError::Empty { what: "secret's name" };

/// Returns the entry name derived from a secret's name: the text after its last `/`. The random suffix of an ARN is
/// removed.
///
/// # Errors
/// [`NameError::Empty`], or [`NameError::NoLastSegment`] if the name ends in `/`.
pub fn entry_name(name: &str) -> Result<&str, NameError> {
    if name.is_empty() {
        return Err(EMPTY);
    }
    let path = match arn::resource(name, "secretsmanager").and_then(|resource| resource.strip_prefix("secret:")) {
        Some(named) => without_random_suffix(named),
        None => name,
    };
    last_segment(path, name)
}

/// Returns the keys of a list's result: each name's alias or last segment, in the order of the names.
///
/// # Errors
/// [`NameError::EmptyList`], [`NameError::Empty`] for an empty name, [`NameError::NoLastSegment`], and
/// [`NameError::SameLastSegment`] if two names would have the same key.
pub fn keys(names: &[Listed]) -> Result<Vec<&str>, NameError> {
    distinct_keys(names, "secrets", entry_name)
}

/// Returns the name in an ARN without the suffix that Secrets Manager adds, or all of it if the ARN is incomplete.
#[must_use]
pub fn without_random_suffix(named: &str) -> &str {
    match named.rsplit_once('-') {
        Some((name, suffix)) if is_random(suffix) => name,
        _ => named,
    }
}

/// Returns `true` if the name in an ARN has the suffix that Secrets Manager adds, so the ARN may be complete.
#[must_use]
pub fn has_random_suffix(named: &str) -> bool {
    named.rsplit_once('-').is_some_and(|(_, suffix)| is_random(suffix))
}

fn is_random(suffix: &str) -> bool {
    suffix.len() == RANDOM_CHARACTERS && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_segment_without_arn_or_suffix() {
        for (name, expected) in [
            ("/prod/db/conn_string", "conn_string"),
            ("conn-abcdef", "conn-abcdef"),
            ("arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db/conn-a1B2c3", "conn"),
            ("arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db/my-conn", "my-conn"),
            ("arn:aws:secretsmanager:eu-west-1:123456789012:secret:conn", "conn"),
        ] {
            assert_eq!(entry_name(name).unwrap(), expected, "{name}");
        }
    }

    #[test]
    fn names_without_a_last_segment_are_rejected() {
        assert!(matches!(entry_name(""), Err(NameError::Empty { .. })));
        assert!(matches!(entry_name("prod/"), Err(NameError::NoLastSegment { .. })));
    }
}
