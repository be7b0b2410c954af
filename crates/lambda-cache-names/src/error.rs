use std::fmt;

/// The reason why a name is invalid, with advice on how to fix it.
///
/// It contains names only, never a value, so it is safe to log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameError {
    /// A name is empty.
    Empty {
        /// The kind of name, such as `parameter`.
        what: &'static str,
    },
    /// A list of names is empty.
    EmptyList {
        /// The kind of names, such as `parameters`.
        what: &'static str,
    },
    /// A list of names needs an entry name, but none was given.
    ListWithoutEntryName,
    /// The text after the last `/` is empty, so no entry name can be derived.
    NoLastSegment {
        /// The name as it was given.
        name: String,
    },
    /// Two names of a list have the same key in the result.
    SameLastSegment {
        /// The first of the two.
        first: String,
        /// The second of the two.
        second: String,
        /// The key of both.
        segment: String,
    },
    /// The path is not in Parameter Store's hierarchy.
    NotAPath {
        /// The path as it was given.
        path: String,
    },
    /// The entry name is an attribute of Lambda's context.
    ContextAttribute {
        /// The entry name.
        entry_name: String,
    },
    /// The URI does not have the form `s3://bucket/key`.
    InvalidS3Uri {
        /// The URI as it was given.
        uri: String,
    },
    /// The bucket of an S3 URI is an ARN that is not an access point's.
    NotAnAccessPoint {
        /// The URI as it was given.
        uri: String,
    },
    /// An S3 URI ends in a version, which would become part of the key.
    VersionInS3Uri {
        /// The URI without the version.
        uri: String,
        /// The version's id.
        version_id: String,
    },
    /// The name cannot be the name of a file.
    NotAFileName {
        /// The name.
        name: String,
        /// The reason.
        reason: &'static str,
    },
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty { what } => write!(f, "the {what} is empty: write a name, such as '/app/name'"),
            Self::EmptyList { what } => write!(f, "the list of {what} is empty: write at least one name into it"),
            Self::ListWithoutEntryName => f.write_str(
                "No entry_name provided, which several values need: pass one, such as entry_name = \"names\"",
            ),
            Self::NoLastSegment { name } => {
                write!(f, "{name:?} has no text after its last '/' to call the entry by: pass entry_name")
            }
            Self::SameLastSegment { first, second, segment } => write!(
                f,
                "{first:?} and {second:?} would both be {segment:?} in the result: write a key for each, as in \
                 {{\"one\": {first:?}, \"two\": {second:?}}} (Rust: [(\"one\", {first:?}), (\"two\", {second:?})])"
            ),
            Self::NotAPath { path } => {
                write!(f, "{path:?} is not a path of parameters: write it with a '/' in front, such as '/app/prod'")
            }
            Self::ContextAttribute { entry_name } => write!(
                f,
                "{entry_name:?} is an attribute of Lambda's own context object and would be overwritten: \
                 pass another entry_name, such as entry_name={:?}",
                format!("my_{}", entry_name.trim_matches('_'))
            ),
            Self::InvalidS3Uri { uri } => {
                write!(f, "expected a valid S3 URI of the form 's3://bucket-name/path/to/file', given: {uri:?}")
            }
            Self::NotAnAccessPoint { uri } => write!(
                f,
                "{uri:?} begins with an ARN that is not an access point's: write \
                 's3://arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME/path/to/file', and a bucket as \
                 's3://bucket-name/path/to/file'"
            ),
            Self::VersionInS3Uri { uri, version_id } => write!(
                f,
                "a URI does not name a version, and '?versionId=' would be part of the key: write {uri:?}, \
                 version_id={version_id:?}"
            ),
            Self::NotAFileName { name, reason } => write!(
                f,
                "{name:?} cannot name the downloaded file: {reason}; pass a file_name (or an entry_name) that is a \
                 plain file name"
            ),
        }
    }
}

impl std::error::Error for NameError {}
