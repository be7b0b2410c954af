//! S3 URIs, and the names of their files.

use crate::{NameError, bucket, entry_name::last_segment};

/// The maximum length of a file name on Linux's file systems, in bytes.
const NAME_MAX_BYTES: usize = 255;

/// The folder for lock files, records and temporary files, next to the downloaded files. No entry may have its name.
/// If it belongs to another user, the folder's name has a suffix of `-` and the current user's id.
pub const PRIVATE_FOLDER: &str = ".lambda-cache";

/// The end of a URI in which a browser or a tool specifies a version of the object.
const VERSION: &str = "?versionId=";

/// An object in S3, `s3://bucket/key`, in its newest version or a given one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct S3Uri {
    bucket: String,
    key: String,
    version_id: Option<String>,
}

impl S3Uri {
    /// Parses `s3://bucket/key`. The key is not decoded, so `%` and `+` stand for themselves.
    ///
    /// The bucket may be the ARN of an access point.
    ///
    /// # Errors
    /// [`NameError::InvalidS3Uri`], [`NameError::NotAnAccessPoint`] or [`NameError::VersionInS3Uri`].
    pub fn parse(uri: &str) -> Result<Self, NameError> {
        let invalid = || NameError::InvalidS3Uri { uri: uri.to_owned() };
        let rest = uri.strip_prefix("s3://").ok_or_else(invalid)?;
        let (bucket, key) = if rest.starts_with("arn:") {
            bucket::split_arn(rest).ok_or_else(|| NameError::NotAnAccessPoint { uri: uri.to_owned() })?
        } else {
            rest.split_once('/').ok_or_else(invalid)?
        };
        if bucket.is_empty() || key.is_empty() {
            return Err(invalid());
        }
        if let Some((before, version_id)) = uri.rsplit_once(VERSION)
            && !version_id.contains('/')
        {
            return Err(NameError::VersionInS3Uri { uri: before.to_owned(), version_id: version_id.to_owned() });
        }
        Ok(Self { bucket: bucket.to_owned(), key: key.to_owned(), version_id: None })
    }

    /// Returns this object in the version with that id, or in its newest version.
    #[must_use]
    pub fn with_version(self, version_id: Option<String>) -> Self {
        Self { version_id, ..self }
    }

    /// Returns the bucket's name, or the ARN of the access point.
    #[must_use]
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// Returns the object's key, without a leading `/`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns the id of the version, or `None` for the newest.
    #[must_use]
    pub fn version_id(&self) -> Option<&str> {
        self.version_id.as_deref()
    }

    /// Returns the URI without the version: `s3://bucket/key`.
    #[must_use]
    pub fn unversioned(&self) -> String {
        format!("s3://{}/{}", self.bucket, self.key)
    }

    /// Returns the entry name derived from this URI: the text after the last `/` of its key.
    ///
    /// # Errors
    /// [`NameError::NoLastSegment`] if the key ends in `/`.
    pub fn entry_name(&self) -> Result<&str, NameError> {
        last_segment(&self.key, &self.unversioned())
    }
}

impl std::fmt::Display for S3Uri {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.unversioned())?;
        self.version_id.as_ref().map_or(Ok(()), |version_id| write!(f, "{VERSION}{version_id}"))
    }
}

/// Returns the name of an object's file: `file_name`, `entry_name`, or the name derived from its URI.
///
/// # Errors
/// [`NameError::NoLastSegment`], or [`NameError::NotAFileName`] if it cannot be a file name.
pub fn file_name<'a>(
    uri: &'a S3Uri,
    entry_name: Option<&'a str>,
    file_name: Option<&'a str>,
) -> Result<&'a str, NameError> {
    let mut given = [file_name, entry_name].into_iter().flatten().filter(|name| !name.is_empty());
    let name = match given.next() {
        Some(name) => name,
        None => uri.entry_name()?,
    };
    check_file_name(name)?;
    Ok(name)
}

/// Rejects a name that cannot be a file in the download folder.
///
/// # Errors
/// [`NameError::NotAFileName`].
fn check_file_name(name: &str) -> Result<(), NameError> {
    let is_private = || {
        let user = name.strip_prefix(PRIVATE_FOLDER).map(|rest| rest.strip_prefix('-').unwrap_or(rest));
        user.is_some_and(|user| user.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let reason = if name == "." || name == ".." {
        "it names a folder"
    } else if is_private() {
        "lambda-cache keeps its own files under that name"
    } else if name.contains('/') {
        "it holds a '/'"
    } else if name.contains('\0') {
        "it holds a NUL byte"
    } else if name.len() > NAME_MAX_BYTES {
        "it is longer than the 255 bytes that a file name may have"
    } else {
        return Ok(());
    };
    Err(NameError::NotAFileName { name: name.to_owned(), reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_key_and_entry_name() {
        let uri = S3Uri::parse("s3://bucket_name/path/to/object.json").unwrap();
        assert_eq!((uri.bucket(), uri.key()), ("bucket_name", "path/to/object.json"));
        assert_eq!(uri.entry_name().unwrap(), "object.json");
        assert_eq!(uri.to_string(), "s3://bucket_name/path/to/object.json");
        assert_eq!(S3Uri::parse("s3://b/a b+c%2Fd é").unwrap().entry_name().unwrap(), "a b+c%2Fd é");
        assert_eq!(S3Uri::parse("s3://b//k").unwrap().key(), "/k");
    }

    #[test]
    fn malformed_uris_are_rejected() {
        for uri in ["", "s3:", "s3://", "s3://bucket", "s3://bucket/", "s3:///key", "https://b/k", "/tmp/x", "S3://b/k"]
        {
            assert_eq!(S3Uri::parse(uri), Err(NameError::InvalidS3Uri { uri: uri.to_owned() }));
        }
    }

    #[test]
    fn version_in_a_uri_is_rejected_with_advice() {
        let error = S3Uri::parse("s3://bucket/key.json?versionId=3HL4kqtJ").unwrap_err();
        assert_eq!(
            error,
            NameError::VersionInS3Uri { uri: "s3://bucket/key.json".into(), version_id: "3HL4kqtJ".into() }
        );
        assert!(error.to_string().contains("\"s3://bucket/key.json\", version_id=\"3HL4kqtJ\""), "{error}");
        for key in ["what?version", "a?versionId=1/b", "a?versionid=1"] {
            assert_eq!(S3Uri::parse(&format!("s3://bucket/{key}")).unwrap().key(), key);
        }
    }

    #[test]
    fn version_is_shown_but_not_part_of_the_entry_name() {
        let uri = S3Uri::parse("s3://bucket/a/key.json").unwrap().with_version(Some("7/8".into()));
        assert_eq!((uri.version_id(), uri.entry_name().unwrap()), (Some("7/8"), "key.json"));
        assert_eq!(uri.to_string(), "s3://bucket/a/key.json?versionId=7/8");
        assert_eq!(uri.unversioned(), "s3://bucket/a/key.json");
    }

    #[test]
    fn file_name_wins_over_the_entry_name() {
        let uri = S3Uri::parse("s3://b/x/model.tar.gz").unwrap();
        assert_eq!(file_name(&uri, Some("model"), Some("m.tar.gz")).unwrap(), "m.tar.gz");
        assert_eq!(file_name(&uri, Some("model"), None).unwrap(), "model");
        assert_eq!(file_name(&uri, Some(""), Some("")).unwrap(), "model.tar.gz");
        assert!(file_name(&uri, Some("a/b"), Some("a")).is_ok(), "an entry name that names no file may hold a '/'");
        assert!(file_name(&uri, Some("model"), Some("a/b")).is_err());
    }

    #[test]
    fn a_key_that_ends_in_a_slash_has_no_entry_name() {
        assert!(matches!(S3Uri::parse("s3://b/folder/").unwrap().entry_name(), Err(NameError::NoLastSegment { .. })));
    }

    #[test]
    fn file_names() {
        check_file_name("model..v2.bin").unwrap();
        check_file_name(".lambda-cache-model").unwrap();
        check_file_name(&"x".repeat(255)).unwrap();
        for bad in [".", "..", ".lambda-cache", ".lambda-cache-1000", "a/b", "../x", "a\0b", &"x".repeat(256)] {
            assert!(matches!(check_file_name(bad), Err(NameError::NotAFileName { .. })), "{bad:?}");
        }
    }
}
