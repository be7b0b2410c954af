//! S3 objects, downloaded as files.

/// Passes the path of a downloaded S3 object to an `async fn` as an argument.
///
/// The argument has the name of the entry: the text after the last `/` of the object's key, as an identifier in
/// `snake_case`. The argument for `s3://bucket/path/to/object.json` is `object_json`. The file has the entry name
/// too, unless `file_name` is set.
///
/// The type of the argument is `PathBuf` or `Arc<Path>` ([`FromObject`](crate::FromObject)). The rules for functions
/// and arguments are those of `ssm::cache`, and [`get_entry`] describes the files.
///
/// # Options
/// - `check_before_download`: if `true`, a file that is too old is downloaded only if the object has changed. By
///   default, it is downloaded again.
/// - `file_name`: the name of the file. The default is the entry name. It can have an extension, which an argument's
///   name cannot.
/// - `version_id`: the version of the object. The default is the newest.
#[doc = include_str!("attribute_options.md")]
///
/// AWS calls: none if the file is fresh, otherwise one [GetObject]. An object of more than 8 MiB takes further calls
/// for its parts, which run at the same time.
///
/// IAM: `s3:GetObject`; with a `version_id`, `s3:GetObjectVersion`; for a directory bucket,
/// `s3express:CreateSession`.
///
/// # Errors
/// The errors of [`get_entry`], returned before the body begins.
///
/// # Examples
/// ```
/// use std::path::PathBuf;
///
/// use lambda_cache::s3;
///
/// #[s3::cache(uri = "s3://bucket_name/path/to/object.json", max_age_in_seconds = 300, check_before_download = true)]
/// async fn handler(object_json: PathBuf) -> Result<String, Box<dyn std::error::Error>> {
///     Ok(std::fs::read_to_string(object_json)?)
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let fake = lambda_cache::testing::values();
/// # fake.s3("s3://bucket_name/path/to/object.json", r#"{"status": "ok"}"#);
/// assert_eq!(handler().await?, r#"{"status": "ok"}"#);
/// # Ok(()) }
/// ```
///
/// [GetObject]: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
pub use lambda_cache_macros::s3_cache as cache;

use lambda_cache_names::s3::S3Uri;

use super::{
    get_entry::GetEntry,
    query::{Entries, Query},
    sealed::Sealed,
};
use crate::{
    Cache, Error, kind,
    source::{
        Request,
        s3::{Object, ObjectOptions},
    },
};

/// Returns the path of a file with the content of an S3 object, downloading it if necessary.
///
/// `uri` is `s3://bucket/key`, and the bucket may be the ARN of an access point. Awaiting the call returns a
/// `PathBuf` or `Arc<Path>`. The file is in `/tmp`, or in the folder in `LAMBDA_CACHE_DIR`. Its name is the last
/// segment of the key, the [`file_name`](GetEntry::file_name) or the [`entry_name`](GetEntry::entry_name). A new file
/// replaces the old one atomically. A file that another program changed or removed is detected and downloaded again.
/// A file is fresh while it is younger than 60 seconds, or than [`max_age`](GetEntry::max_age).
///
/// AWS calls: none, or one [GetObject]. An object of more than 8 MiB takes further calls for its parts of 1 to 64
/// MiB, which run at the same time.
///
/// IAM: `s3:GetObject`; for a [version](GetEntry::version_id), `s3:GetObjectVersion`; for a directory bucket,
/// `s3express:CreateSession`. With `s3:ListBucket` in addition, S3 distinguishes a missing key from a forbidden one.
///
/// # Errors
/// The errors of [`GetEntry`], and [`ErrorKind::Storage`](crate::ErrorKind::Storage) if the folder is full or not
/// writable.
///
/// ```
/// use std::path::PathBuf;
///
/// use lambda_cache::s3;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let fake = lambda_cache::testing::values();
/// # fake.s3("s3://bucket_name/path/to/object.json", r#"{"status": "ok"}"#);
/// let path: PathBuf = s3::get_entry("s3://bucket_name/path/to/object.json").check_before_download(true).await?;
/// assert_eq!(std::fs::read_to_string(path)?, r#"{"status": "ok"}"#);
/// # Ok(()) }
/// ```
///
/// [GetObject]: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
pub fn get_entry<T>(uri: impl Into<String>) -> GetEntry<'static, T, ObjectQuery, kind::Object> {
    Entries::<ObjectQuery>::SHARED.get_entry(uri)
}

/// Starts fetching the file of an object and returns at once, like [`GetEntry::prefetch`].
pub fn prefetch(uri: impl Into<String>) {
    Entries::<ObjectQuery>::SHARED.prefetch(uri);
}

/// Removes the entries of an object, for all versions and entry names, so the next call asks S3. Makes no AWS call.
/// Files stay until they are replaced.
///
/// # Errors
/// [`ErrorKind::InvalidS3Uri`](crate::ErrorKind::InvalidS3Uri).
pub fn invalidate(uri: &str) -> Result<(), Error> {
    Entries::<ObjectQuery>::SHARED.invalidate(uri)
}

impl Cache {
    /// Returns a handle to the S3 objects of this cache.
    #[must_use]
    pub fn s3(&self) -> Entries<'_, ObjectQuery> {
        Entries::of(self)
    }
}

impl<'c> Entries<'c, ObjectQuery> {
    /// Returns the path of a downloaded object from this cache, like [`s3::get_entry`](get_entry).
    pub fn get_entry<T>(self, uri: impl Into<String>) -> GetEntry<'c, T, ObjectQuery, kind::Object> {
        self.get(ObjectQuery::new(uri))
    }

    /// Starts fetching the file of an object into this cache, like [`s3::prefetch`](prefetch).
    pub fn prefetch(self, uri: impl Into<String>) {
        self.get_entry::<()>(uri).prefetch();
    }

    /// Removes the entries of an object from this cache, like [`s3::invalidate`](invalidate).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidS3Uri`](crate::ErrorKind::InvalidS3Uri).
    pub fn invalidate(self, uri: &str) -> Result<(), Error> {
        self.remove(ObjectQuery::new(uri))
    }
}

impl<T> GetEntry<'_, T, ObjectQuery, kind::Object> {
    /// Sets the name of the file, which is otherwise the text after the last `/` of the key. One object with two
    /// entry names is downloaded to two files.
    pub fn entry_name(mut self, entry_name: impl Into<String>) -> Self {
        self.query.entry_name = Some(entry_name.into());
        self
    }

    /// Sets the name of the file, whatever the entry name.
    ///
    /// # Examples
    /// ```
    /// # use std::path::PathBuf;
    /// # use lambda_cache::s3;
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let fake = lambda_cache::testing::values();
    /// # fake.s3("s3://models/2026/model.tar.gz", "...");
    /// let path: PathBuf = s3::get_entry("s3://models/2026/model.tar.gz").file_name("newest.tar.gz").await?;
    /// assert!(path.ends_with("newest.tar.gz"));
    /// # Ok(()) }
    /// ```
    pub fn file_name(mut self, file_name: impl Into<String>) -> Self {
        self.query.file_name = Some(file_name.into());
        self
    }

    /// Reads this version of the object instead of the newest. Needs the permission `s3:GetObjectVersion`.
    ///
    /// Two versions are two entries, and they cannot share one file: give one of them a
    /// [`file_name`](Self::file_name).
    pub fn version_id(mut self, version_id: impl Into<String>) -> Self {
        self.query.version_id = Some(version_id.into());
        self
    }

    /// If `true`, a file that is too old is downloaded only if S3 reports that the object has changed. By default, it
    /// is downloaded again.
    pub fn check_before_download(mut self, check: bool) -> Self {
        self.query.check_before_download = check;
        self
    }
}

/// A query for an S3 object.
#[derive(Clone, Debug)]
pub struct ObjectQuery {
    pub(super) uri: String,
    pub(super) entry_name: Option<String>,
    pub(super) file_name: Option<String>,
    pub(super) version_id: Option<String>,
    pub(super) check_before_download: bool,
}

impl ObjectQuery {
    pub(super) fn new(uri: impl Into<String>) -> Self {
        Self { uri: uri.into(), entry_name: None, file_name: None, version_id: None, check_before_download: false }
    }
}

impl Sealed for ObjectQuery {}

impl Query for ObjectQuery {
    fn request(self) -> Result<Request, Error> {
        let options = ObjectOptions {
            entry_name: self.entry_name.as_deref(),
            file_name: self.file_name.as_deref(),
            version_id: self.version_id.as_deref(),
            check_before_download: self.check_before_download,
        };
        Object::new(&self.uri, options).map(Request::Object)
    }

    fn invalidate(self, cache: &Cache) -> Result<(), Error> {
        cache.invalidate_object(&S3Uri::parse(&self.uri).map_err(Error::invalid_name)?);
        Ok(())
    }
}
