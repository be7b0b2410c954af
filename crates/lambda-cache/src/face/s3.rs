//! S3: one object, as a file.

/// Gives an `async fn` the path of a file that holds an S3 object.
///
/// The argument is the one that bears the entry name: the text after the last `/` of the object's key, as an identifier in
/// `snake_case`: `s3://bucket/path/to/object.json` is the argument `object_json`. The file is called by the entry name too,
/// unless `file_name` says otherwise.
/// Its type is `PathBuf` or `Arc<Path>` ([`FromObject`](crate::FromObject)). For the rest it is as `ssm::cache` says, which
/// has the rules for functions and arguments, and files are as [`get_entry`] says.
///
/// # Options
/// - `max_age_in_seconds`: a number or a `Duration`; left out, 60, or what `LAMBDA_CACHE_MAX_AGE_IN_SECONDS` says. An entry is served while it is younger than that;
///   `0` asks AWS at every call, `f64::INFINITY` once in the life of the execution environment.
/// - `stale_if_error_in_seconds`: how much older it may be where it cannot be refreshed for the moment, 0 if left out; see
///   [`GetEntry::stale_if_error`].
/// - `check_before_download`: `true` asks S3, when the file is too old, whether the object changed, and downloads it only
///   then; left out, it is downloaded again.
/// - `entry_name`: what the entry is called, and with it the argument and, without a `file_name`, the file.
/// - `file_name`: the file's name; with it a file keeps an extension that no argument's name can have.
/// - `version_id`: which version of the object; left out, the newest.
/// - `argument`: the name of the argument, where it is to be another.
/// - `cache`: a `&`[`Cache`](crate::Cache) to look into, such as `&self.cache`, instead of the one that is shared.
///
/// All but `entry_name` and `argument` may be expressions, which are evaluated at each call and may use the function's other
/// arguments; an expression for the first option needs an `entry_name`.
///
/// AWS calls: none where the file is fresh, else one [GetObject]; for an object of more than 8 MiB further ones for its parts, at
/// the same time.
///
/// IAM: `s3:GetObject`; with a `version_id`, `s3:GetObjectVersion`; of a directory bucket, `s3express:CreateSession`.
///
/// # Errors
/// Those of [`get_entry`], returned before the body begins.
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

use super::{
    current::current,
    get_entry::{Ask, GetEntry},
};
use crate::{
    Cache, Error, kind,
    source::{
        Request,
        s3::{Object, ObjectOptions},
    },
};

/// The path of a file that holds an S3 object, downloaded unless it is there already.
///
/// `uri` is `s3://bucket/key`; in the bucket's place may stand the ARN of an access point. Awaited, it gives a `PathBuf` or `Arc<Path>`: the file of the key's last segment (or of
/// [`file_name`](GetEntry::file_name) or [`entry_name`](GetEntry::entry_name)) in `/tmp`, or in the folder that `LAMBDA_CACHE_DIR` names. The file is put in
/// place whole. One that was changed or removed behind the cache's back is noticed, and downloaded again. A file is
/// served while it is younger than 60 seconds, unless [`max_age`](GetEntry::max_age) says otherwise.
///
/// AWS calls: none, or one [GetObject]; for an object of more than 8 MiB further ones for its parts, at the same time, of 1 to
/// 64 MiB each.
///
/// IAM: `s3:GetObject`; of a [version](GetEntry::version_id) `s3:GetObjectVersion`, of a directory bucket
/// `s3express:CreateSession`. With `s3:ListBucket` too, S3 tells a missing key from a forbidden one.
///
/// # Errors
/// Those of [`GetEntry`], and [`ErrorKind::Storage`](crate::ErrorKind::Storage) where the folder is full or not writable.
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
pub fn get_entry<T>(uri: impl Into<String>) -> GetEntry<'static, T, Asked> {
    GetEntry::new(None, Asked::new(uri))
}

/// Forgets what was fetched of an object, in every version and under every name: the next call for it asks S3. Calls nothing; files stay
/// until they are replaced.
///
/// # Errors
/// [`ErrorKind::InvalidS3Uri`](crate::ErrorKind::InvalidS3Uri).
pub fn invalidate(uri: &str) -> Result<(), Error> {
    current().s3().invalidate(uri)
}

/// The objects of a [`Cache`] of one's own, as [`Cache::s3`] gives it.
#[derive(Clone, Copy, Debug)]
pub struct S3<'c>(&'c Cache);

impl Cache {
    /// S3 objects through this cache.
    #[must_use]
    pub fn s3(&self) -> S3<'_> {
        S3(self)
    }
}

impl<'c> S3<'c> {
    /// As [`s3::get_entry`](get_entry), from this cache.
    pub fn get_entry<T>(self, uri: impl Into<String>) -> GetEntry<'c, T, Asked> {
        GetEntry::new(Some(self.0), Asked::new(uri))
    }

    /// As [`s3::invalidate`](invalidate), in this cache.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidS3Uri`](crate::ErrorKind::InvalidS3Uri).
    pub fn invalidate(self, uri: &str) -> Result<(), Error> {
        let options = ObjectOptions { file_name: Some("whatever its file is called"), ..ObjectOptions::default() };
        let object = Object::new(uri, options)?;
        self.0.invalidate_alike(&Request::Object(object));
        Ok(())
    }
}

impl<T> GetEntry<'_, T, Asked> {
    /// Calls the file so, instead of by the text after the last `/` of its key. One object under two names is two files.
    pub fn entry_name(mut self, entry_name: impl Into<String>) -> Self {
        self.ask.entry_name = Some(entry_name.into());
        self
    }

    /// Calls the file so, whatever the entry is called.
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
        self.ask.file_name = Some(file_name.into());
        self
    }

    /// Reads this version of the object instead of the newest. It takes the permission `s3:GetObjectVersion`.
    ///
    /// Two versions are two entries, and one file cannot be both: give one of them a [`file_name`](Self::file_name).
    pub fn version_id(mut self, version_id: impl Into<String>) -> Self {
        self.ask.version_id = Some(version_id.into());
        self
    }

    /// When the file is too old, asks S3 whether the object changed, and downloads it only then. Without this it is
    /// downloaded again.
    pub fn check_before_download(mut self, check: bool) -> Self {
        self.ask.check_before_download = check;
        self
    }
}

/// An object that is asked for.
#[derive(Debug)]
pub struct Asked {
    uri: String,
    entry_name: Option<String>,
    file_name: Option<String>,
    version_id: Option<String>,
    check_before_download: bool,
}

impl Asked {
    fn new(uri: impl Into<String>) -> Self {
        Self { uri: uri.into(), entry_name: None, file_name: None, version_id: None, check_before_download: false }
    }
}

impl Ask for Asked {
    type Kind = kind::Object;

    fn request(self) -> Result<Request, Error> {
        let options = ObjectOptions {
            entry_name: self.entry_name.as_deref(),
            file_name: self.file_name.as_deref(),
            version_id: self.version_id.as_deref(),
            check_before_download: self.check_before_download,
        };
        Object::new(&self.uri, options).map(Request::Object)
    }
}
