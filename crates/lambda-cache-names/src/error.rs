use std::fmt;

/// What is wrong with a name, and what to write instead.
///
/// It holds names only, never a value, so it is safe to log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameError {
    /// Nothing was given where a name is needed.
    Empty {
        /// What the name would have named, such as `parameter`.
        what: &'static str,
    },
    /// A list of names without a name.
    EmptyList {
        /// What the names would have named, such as `parameters`.
        what: &'static str,
    },
    /// A list of names has no name of its own, and was given none.
    ListWithoutEntryName,
    /// The text after the last `/` is empty, so there is nothing to call the entry.
    NoLastSegment {
        /// The name as it was given.
        name: String,
    },
    /// Two names of one list end alike, and the result is keyed by last segment.
    SameLastSegment {
        /// The first of the two.
        first: String,
        /// The second of the two.
        second: String,
        /// What both end in.
        segment: String,
    },
    /// Not a path of Parameter Store's hierarchy.
    NotAPath {
        /// The path as it was given.
        path: String,
    },
    /// The entry name is one of Lambda's own context attributes.
    ContextAttribute {
        /// The entry name.
        entry_name: String,
    },
    /// Not a URI of the form `s3://bucket/key`.
    InvalidS3Uri {
        /// The URI as it was given.
        uri: String,
    },
    /// An ARN in the bucket's place of an S3 URI that is not an access point's.
    NotAnAccessPoint {
        /// The URI as it was given.
        uri: String,
    },
    /// A version at the end of an S3 URI, where it would be part of the key.
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
        /// Why not.
        reason: &'static str,
    },
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty { what } => write!(f, "the {what} is empty: write its name"),
            Self::EmptyList { what } => write!(f, "the list of {what} is empty: write their names"),
            Self::ListWithoutEntryName => f.write_str(
                "No entry_name provided: a list has no name of its own; write one, such as entry_name = \"names\"",
            ),
            Self::NoLastSegment { name } => {
                write!(f, "{name:?} has no text after its last '/' to call the entry by: pass entry_name")
            }
            Self::SameLastSegment { first, second, segment } => write!(
                f,
                "{first:?} and {second:?} both end in {segment:?}, which is their key in the result: \
                 ask for them in two entries, each with an entry_name of its own"
            ),
            Self::NotAPath { path } => {
                write!(f, "{path:?} is no path of parameters: a path begins with '/', such as '/app/prod'")
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
