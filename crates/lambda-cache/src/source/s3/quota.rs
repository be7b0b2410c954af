//! The limit of the total size of a folder's files.

use lambda_cache_names::s3::S3Uri;

use crate::{Error, ErrorKind, settings};

/// Returns the given limit or, without one, the present limit of the environment, if there is one.
pub(super) fn limit_bytes(given: Option<u64>) -> Result<Option<u64>, Error> {
    given.map_or_else(settings::dir_max_bytes, |given| Ok(Some(given)))
}

/// Returns the error for an object that does not fit even after removing files.
pub(super) fn no_room(uri: Option<&S3Uri>, size_bytes: u64, busy_bytes: u64, limit_bytes: u64) -> Error {
    let object = uri.map(ToString::to_string).unwrap_or_default();
    let meanwhile = match busy_bytes {
        0 => String::new(),
        bytes => format!(", while {bytes} bytes are in use beside it"),
    };
    Error::new(
        ErrorKind::Storage,
        format!(
            "{object:?} is of {size_bytes} bytes{meanwhile}, and files may take {limit_bytes} bytes together: \
             raise {} (in Rust CacheBuilder::dir_max_bytes)",
            settings::DIR_MAX_BYTES
        ),
    )
}
