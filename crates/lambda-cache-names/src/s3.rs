//! S3 URIs, and the file names that their entry names become.

use crate::{NameError, entry_name::last_segment};

/// Longest file name on Linux's file systems, in bytes.
const NAME_MAX_BYTES: usize = 255;

/// The folder beside the files in which lock files, records and temporary files lie; so no entry may have its name.
pub const PRIVATE_FOLDER: &str = ".lambda-cache";

/// An object in S3: `s3://bucket/key`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct S3Uri {
    bucket: String,
    key: String,
}

impl S3Uri {
    /// Reads `s3://bucket/key`; the key is taken as it stands, `%` and `+` included.
    ///
    /// # Errors
    /// [`NameError::InvalidS3Uri`].
    pub fn parse(uri: &str) -> Result<Self, NameError> {
        match uri.strip_prefix("s3://").and_then(|rest| rest.split_once('/')) {
            Some((bucket, key)) if !bucket.is_empty() && !key.is_empty() => {
                Ok(Self { bucket: bucket.to_owned(), key: key.to_owned() })
            }
            _ => Err(NameError::InvalidS3Uri { uri: uri.to_owned() }),
        }
    }

    /// The bucket's name.
    #[must_use]
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// The object's key, without a leading `/`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The entry name that this URI gives: the text after the last `/` of its key.
    ///
    /// # Errors
    /// [`NameError::NoLastSegment`] where the key ends in `/`.
    pub fn entry_name(&self) -> Result<&str, NameError> {
        last_segment(&self.key, &self.to_string())
    }
}

impl std::fmt::Display for S3Uri {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

/// The name of the file that an object becomes: `given`, else what its URI gives.
///
/// # Errors
/// [`NameError::NoLastSegment`], or [`NameError::NotAFileName`] where it cannot be a file's.
pub fn file_name<'a>(uri: &'a S3Uri, given: Option<&'a str>) -> Result<&'a str, NameError> {
    let name = match given {
        Some(name) if !name.is_empty() => name,
        _ => uri.entry_name()?,
    };
    check_file_name(name)?;
    Ok(name)
}

/// Refuses an entry name that could not be a file of its own in the folder of downloads.
///
/// # Errors
/// [`NameError::NotAFileName`].
fn check_file_name(entry_name: &str) -> Result<(), NameError> {
    let reason = if entry_name == "." || entry_name == ".." {
        "it names a folder"
    } else if entry_name == PRIVATE_FOLDER {
        "lambda-cache keeps its own files under that name"
    } else if entry_name.contains('/') {
        "it holds a '/'"
    } else if entry_name.contains('\0') {
        "it holds a NUL byte"
    } else if entry_name.len() > NAME_MAX_BYTES {
        "it is longer than the 255 bytes that a file name may have"
    } else {
        return Ok(());
    };
    Err(NameError::NotAFileName { entry_name: entry_name.to_owned(), reason })
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
    fn malformed_uris_are_refused() {
        for uri in ["", "s3:", "s3://", "s3://bucket", "s3://bucket/", "s3:///key", "https://b/k", "/tmp/x", "S3://b/k"]
        {
            assert_eq!(S3Uri::parse(uri), Err(NameError::InvalidS3Uri { uri: uri.to_owned() }));
        }
    }

    #[test]
    fn a_key_that_names_a_folder_gives_no_entry_name() {
        assert!(matches!(S3Uri::parse("s3://b/folder/").unwrap().entry_name(), Err(NameError::NoLastSegment { .. })));
    }

    #[test]
    fn file_names() {
        check_file_name("model..v2.bin").unwrap();
        check_file_name(&"x".repeat(255)).unwrap();
        for bad in [".", "..", ".lambda-cache", "a/b", "../x", "a\0b", &"x".repeat(256)] {
            assert!(matches!(check_file_name(bad), Err(NameError::NotAFileName { .. })), "{bad:?}");
        }
    }
}
