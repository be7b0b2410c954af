//! The download folder, and the private folder inside it.

use std::{
    ffi::OsStr,
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use lambda_cache_names::s3::PRIVATE_FOLDER;

use super::digest::sha256_hex;
use crate::{Error, ErrorKind, runtime::file_system, settings, value::FileStamp};

/// The extensions of temporary files, locks and records.
const PART: &str = "part";
const LOCK: &str = "lock";
const RECORD: &str = "json";

pub(super) struct Folder {
    dir: PathBuf,
    private: PathBuf,
}

impl Folder {
    /// Opens `dir`, or the configured folder, and creates its private folder.
    pub(super) fn open(dir: Option<&Path>) -> Result<Self, Error> {
        let dir = dir.map(Path::to_owned).or_else(settings::dir).unwrap_or_else(file_system::default_folder);
        // A relative path would mean another file after the function has changed its working directory.
        let dir = std::path::absolute(&dir).unwrap_or(dir);
        fs::create_dir_all(&dir).map_err(|error| Error::storage("make the folder", &dir, &error))?;
        let folder = Self::at(dir);
        folder.make_private()?;
        Ok(folder)
    }

    /// Returns `dir` with this user's private folder, whether or not it exists.
    fn at(dir: PathBuf) -> Self {
        let uid = file_system::user();
        let common = dir.join(PRIVATE_FOLDER);
        let is_of_another = fs::symlink_metadata(&common).is_ok_and(|metadata| file_system::owner(&metadata) != uid);
        // Users who share a folder, such as /tmp of one machine, have separate records.
        let private = if is_of_another { dir.join(format!("{PRIVATE_FOLDER}-{uid}")) } else { common };
        Self { dir, private }
    }

    /// Creates the private folder, or checks that it belongs to this user, is not a symlink, and is closed to other
    /// users.
    fn make_private(&self) -> Result<(), Error> {
        let path = &self.private;
        let fail = |error: &io::Error| Error::storage("make the folder", path, error);
        match file_system::create_private_folder(path) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(fail(&error)),
        }
        let metadata = fs::symlink_metadata(path).map_err(|error| fail(&error))?;
        if !metadata.is_dir() || file_system::owner(&metadata) != file_system::user() {
            return Err(Error::new(
                ErrorKind::Storage,
                format!("{} is not a folder of this user; remove it, or set {}", path.display(), settings::DIR),
            ));
        }
        file_system::close_to_others(path, &metadata).map_err(|error| fail(&error))
    }

    /// Rejects a file that this user cannot replace because it belongs to another user in a folder such as /tmp, from
    /// which users may remove only their own files.
    pub(super) fn check_replaceable(&self, path: &Path) -> Result<(), Error> {
        let uid = file_system::user();
        let (Ok(file), Ok(dir)) = (fs::symlink_metadata(path), fs::metadata(&self.dir)) else { return Ok(()) };
        let owner = file_system::owner(&file);
        if !file_system::is_sticky(&dir) || uid == 0 || [owner, file_system::owner(&dir)].contains(&uid) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Storage,
            format!(
                "{} is a file of another user (uid {owner}), which this one (uid {uid}) may not replace: set {} to a folder of \
                 this user, or pass another file_name",
                path.display(),
                settings::DIR
            ),
        ))
    }

    /// Returns the path of the entry's file.
    pub(super) fn file(&self, entry_name: &str) -> PathBuf {
        self.dir.join(entry_name)
    }

    /// Returns the path of a private file for the entry. Its name is a hash, because an entry name may already have
    /// 255 bytes.
    fn beside(&self, entry_name: impl AsRef<OsStr>, extension: &str) -> PathBuf {
        let name = sha256_hex(entry_name.as_ref().as_encoded_bytes());
        self.private.join(format!("{name}.{extension}"))
    }

    /// Returns the path of the entry's incomplete download.
    pub(super) fn part(&self, entry_name: &str) -> PathBuf {
        self.beside(entry_name, PART)
    }

    /// Returns the path of the entry's lock file.
    pub(super) fn lock_path(&self, entry_name: impl AsRef<OsStr>) -> PathBuf {
        self.beside(entry_name, LOCK)
    }

    /// Returns the path of the entry's record.
    pub(super) fn record(&self, entry_name: impl AsRef<OsStr>) -> PathBuf {
        self.beside(entry_name, RECORD)
    }

    /// Returns the paths of all records.
    pub(super) fn records(&self) -> impl Iterator<Item = PathBuf> {
        self.private_files(RECORD)
    }

    fn private_files(&self, extension: &str) -> impl Iterator<Item = PathBuf> {
        let files = fs::read_dir(&self.private).into_iter().flatten().flatten().map(|file| file.path());
        files.filter(move |path| path.extension() == Some(OsStr::new(extension)))
    }

    /// Removes incomplete downloads of killed processes. Those in progress are locked.
    pub(super) fn remove_leftovers(&self) {
        for left in self.private_files(PART) {
            // The record's temporary file is `NAME.json.part`, and its lock is `NAME.lock`, the same as for the file
            // itself.
            let stem = left.file_name().map(Path::new).and_then(Path::file_prefix);
            if let Some(stem) = stem {
                Self::if_unlocked(&self.private.join(stem).with_extension(LOCK), || fs::remove_file(&left));
            }
        }
    }

    /// Removes a file that still has this identity, and its record, unless a process is working on it.
    pub(super) fn remove_idle(&self, path: &Path, stamp: FileStamp) {
        let Some(entry_name) = path.file_name() else { return };
        Self::if_unlocked(&self.lock_path(entry_name), || {
            if FileStamp::of(path) == Some(stamp) {
                Self::remove(path);
            }
            Ok(())
        });
    }

    fn if_unlocked(lock: &Path, act: impl FnOnce() -> io::Result<()>) {
        if let Ok(lock) = Self::open_for_writing(lock)
            && lock.try_lock().is_ok()
        {
            let _ = act(); // the next one finds a file that this could not remove
            let _ = lock.unlock();
        }
    }

    /// Returns the number of bytes that can still be written to the folder, if the system tells it.
    pub(super) fn free_bytes(&self) -> Option<u64> {
        file_system::free_bytes(&self.dir)
    }

    /// Creates a private file that only this user can read. An existing file is removed instead of being overwritten.
    pub(super) fn create(path: &Path) -> io::Result<File> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => file_system::open(path, OpenOptions::new().write(true).create_new(true)),
        }
    }

    /// Opens a private file for reading.
    pub(super) fn read(path: &Path) -> io::Result<File> {
        file_system::open(path, OpenOptions::new().read(true))
    }

    /// Opens a private file for writing, and creates it if there is none.
    pub(super) fn open_for_writing(path: &Path) -> io::Result<File> {
        file_system::open(path, OpenOptions::new().write(true).create(true).truncate(false))
    }

    /// Removes a file that was returned, and its record.
    pub(super) fn remove(path: &Path) {
        let (Some(dir), Some(entry_name)) = (path.parent(), path.file_name()) else { return };
        let folder = Self::at(dir.to_owned());
        let _ = fs::remove_file(folder.record(entry_name));
        let _ = fs::remove_file(path);
    }
}
