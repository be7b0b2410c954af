//! S3 objects, downloaded to files. The value is the file's path.

mod attempts;
mod checksum;
mod crew;
pub(crate) mod digest;
mod download;
mod file_registry;
mod files;
mod folder;
mod get_object;
mod lock;
mod parallel;
mod part;
mod quota;
mod record;
mod remaining_range;
mod splitting;
mod version;

use lambda_cache_names::s3::{S3Uri, file_name};

pub use checksum::{Checksum, Crc, CrcKind};
pub use files::Files;
pub use get_object::{Body, GetObject, GetPart, Head, PartHead, Ranges};
pub use splitting::Splitting;
pub use version::Version;

use self::{
    attempts::Attempts,
    download::{Download, Failed},
    folder::Folder,
    lock::{Lock, LockOutcome},
    record::Record,
};
use super::{ArnScope, Operation, Permission, api::Api, policy};
use crate::{
    Error, ErrorKind, Value,
    engine::{Fetched, Freshness, Key},
    value::{File, FileStamp, Item},
};

/// The source's name in keys.
const SOURCE: &str = "s3 object";

/// An object in S3, with the name of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    uri: S3Uri,
    file_name: String,
    check_before_download: bool,
}

/// The options of an object in addition to its URI.
#[derive(Clone, Copy, Debug, Default)]
pub struct ObjectOptions<'a> {
    /// The entry's name, which is also the file's unless there is a `file_name`.
    pub entry_name: Option<&'a str>,
    /// The file's name.
    pub file_name: Option<&'a str>,
    /// The id of the version. The default is the newest version.
    pub version_id: Option<&'a str>,
    /// Whether to ask S3 for changes before downloading.
    pub check_before_download: bool,
}

/// Returns `true` if the key is an entry of the object with this URI, in any version and under any name.
pub(crate) fn is_of(key: &Key, uri: &S3Uri) -> bool {
    key.starts_with(SOURCE, &uri.unversioned())
}

impl Object {
    /// Creates a request for the object at `uri`. Its file in the download folder has the file name, the entry name,
    /// or the last segment of the key.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidS3Uri`], or [`ErrorKind::InvalidArgument`] if the name is not a valid file name or the
    /// version is empty.
    pub fn new(uri: &str, options: ObjectOptions<'_>) -> Result<Self, Error> {
        let uri = S3Uri::parse(uri).map_err(Error::invalid_name)?.with_version(options.version_id.map(str::to_owned));
        if options.version_id == Some("") {
            let message = "the version_id is empty: leave it out for the newest version";
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
        let file_name = file_name(&uri, options.entry_name, options.file_name).map_err(Error::invalid_name)?.to_owned();
        Ok(Self { uri, file_name, check_before_download: options.check_before_download })
    }

    /// Returns the object's URI without its version.
    #[must_use]
    pub fn uri(&self) -> String {
        self.uri.unversioned()
    }

    /// Returns `true` if the key is an entry of this object, in any version and under any name.
    pub(super) fn has(&self, key: &Key) -> bool {
        is_of(key, &self.uri)
    }

    /// Returns the default entry name.
    pub(super) fn entry_name(&self) -> Result<String, Error> {
        self.uri.entry_name().map(str::to_owned).map_err(Error::invalid_name)
    }

    pub(super) fn description(&self) -> String {
        Key::new(SOURCE, [self.uri.to_string()]).to_string()
    }

    /// Returns the needed permission, which is the same for a whole object and a part, with or without a condition.
    pub(super) fn permissions(&self, scope: ArnScope<'_>) -> Vec<Permission> {
        let operation = Operation::GetObject(policy::s3::object_action(&self.uri));
        vec![Permission::new(operation, policy::s3::object(&self.uri, scope))]
    }

    /// Returns the key. The value is a path, so the file's name is part of the key: one object with two names has two
    /// files.
    pub(super) fn key(&self) -> Key {
        let version = self.uri.version_id().map(|version_id| format!("version {version_id}"));
        Key::new(SOURCE, [self.uri(), self.file_name.clone()].into_iter().chain(version))
    }

    /// Adopts the file that another process downloaded, if it is fresh. Otherwise asks S3, under the file's lock.
    pub(super) async fn fetch(
        &self,
        api: &dyn Api,
        files: &Files,
        held: Option<&Value>,
        freshness: Freshness<'_>,
    ) -> Result<Fetched<Item>, Error> {
        let folder = Folder::open(files.dir())?;
        let path = folder.file(&self.file_name);
        folder.check_replaceable(&path)?;
        let claim = files.claim(&path, &self.uri)?;
        let is_held = matches!(held, Some(Value::File(file)) if **file.path() == *path);
        let recorded = || {
            Record::read(&folder, &self.file_name)
                .filter(|record| record.uri == self.uri.to_string() && FileStamp::of(&path) == Some(record.stamp))
        };
        let fresh = || {
            recorded().filter(|record| {
                let is_of_this_time = is_held || record.ended_wall_ns >= files.since().wall_ns;
                is_of_this_time && files.remembers(&self.uri, record.began()) && freshness.allows(record.began())
            })
        };
        let _lock = match Lock::acquire(&folder, &self.file_name, api.patience(), fresh).await? {
            LockOutcome::Acquired(lock) => lock,
            LockOutcome::AlreadyDone(record) => {
                let file = record.file(&path);
                claim.keep(&file);
                return Ok(Fetched::Then(Value::File(file).into(), record.began()));
            }
        };
        // Removes the incomplete download of a killed process. If S3 answers 304, no download would replace it.
        let _ = std::fs::remove_file(folder.part(&self.file_name));
        // A file from before this process is checked even without `check_before_download`, because that costs nothing
        // extra.
        let known = recorded().filter(|_| self.check_before_download || !is_held);
        let limit_bytes = files.limit_bytes()?;
        let make_room = |size_bytes| match limit_bytes {
            Some(limit_bytes) => claim.make_room(&folder, size_bytes, limit_bytes),
            None => Ok(()),
        };
        let file = self.ask(api, &folder, known, freshness, make_room).await?;
        claim.keep(&file);
        Ok(Fetched::Now(Value::File(file).into()))
    }

    async fn ask(
        &self,
        api: &dyn Api,
        folder: &Folder,
        mut known: Option<Record>,
        freshness: Freshness<'_>,
        make_room: impl Fn(u64) -> Result<(), Error>,
    ) -> Result<File, Error> {
        let path = folder.file(&self.file_name);
        let is_there = |record: &Record| FileStamp::of(&path) == Some(record.stamp);
        let mut attempts = Attempts::new();
        // Download in parts if that is faster. An object that changes during that is downloaded again, so the last
        // attempt uses a single answer, as does each attempt after another event.
        let mut may_split = true;
        loop {
            let began = freshness.now();
            let named = known.as_ref().map(|record| &record.version).filter(|version| version.is_checkable());
            let (stamp, version) = match (api.get_object(&self.uri, named).await?, &known) {
                (GetObject::NotModified(_), _) if named.is_none() => return Err(self.unasked_not_modified()),
                (GetObject::NotModified(said), Some(record)) if is_there(record) && record.version.may_be(&said) => {
                    (record.stamp, record.version.clone())
                }
                // Another process that needs room, or a user, has removed or replaced the file, or the answer names
                // another version.
                (GetObject::NotModified(_), _) => {
                    known = None;
                    continue;
                }
                // Not every server supports the condition. The body is not read.
                (GetObject::Object(head, _), Some(record))
                    if is_there(record) && record.version.is_certainly(&head.version) =>
                {
                    (record.stamp, head.version.to_check(head.answered_s))
                }
                (GetObject::Object(head, body), _) => {
                    make_room(head.size_bytes.unwrap_or(0))?;
                    let (file_name, uri) = (self.file_name.as_str(), &self.uri);
                    match (Download { api, folder, file_name, uri, may_split }).run(&head, body).await {
                        Ok(stamp) => (stamp, head.version.to_check(head.answered_s)),
                        Err(failed) if attempts.again(failed.error()) => {
                            may_split = matches!(failed, Failed::Changed(_)) && !attempts.is_last();
                            continue;
                        }
                        Err(failed) => return Err(failed.into_error()),
                    }
                }
            };
            let record = Record::new(&self.uri, &self.file_name, version, stamp, began, freshness.now());
            record.write(folder);
            return Ok(record.file(&path));
        }
    }

    fn unasked_not_modified(&self) -> Error {
        Error::new(
            ErrorKind::Unavailable,
            format!("S3 answered 304 to an unconditional GET of {:?}", self.uri.to_string()),
        )
    }
}

impl Record {
    fn file(&self, path: &std::path::Path) -> File {
        File::new(path, self.stamp)
    }
}
