//! The folder of downloads, and the private folder in it.

use std::{
    ffi::OsStr,
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    time::Duration,
};

use lambda_cache_names::s3::PRIVATE_FOLDER;
use rustix::fs::OFlags;

use crate::{Error, ErrorKind, digest::sha256_hex};

/// Where files go, unless [`DIR_VARIABLE`] says otherwise: Lambda's only writable folder.
const DEFAULT_DIR: &str = "/tmp";
const DIR_VARIABLE: &str = "LAMBDA_CACHE_DIR";

/// How long to wait before looking again whether another process is done with a file.
const LOCK_POLL_FIRST: Duration = Duration::from_millis(1);
const LOCK_POLL_LONGEST: Duration = Duration::from_millis(20);
/// As long as Lambda could wait; then whoever holds the lock is stuck.
const LOCK_TIMEOUT: Duration = Duration::from_mins(15);

pub(super) struct Folder {
    dir: PathBuf,
}

impl Folder {
    /// `dir`, else the folder that is set now, with its private folder made.
    pub(super) fn open(dir: Option<&Path>) -> Result<Self, Error> {
        let from_environment = || std::env::var_os(DIR_VARIABLE).filter(|dir| !dir.is_empty()).map(PathBuf::from);
        let dir = dir.map(Path::to_owned).or_else(from_environment).unwrap_or_else(|| DEFAULT_DIR.into());
        // A relative path would mean another file once the function has changed its folder.
        let dir = std::path::absolute(&dir).unwrap_or(dir);
        let folder = Self { dir };
        fs::create_dir_all(&folder.dir).map_err(|error| Error::storage("make the folder", &folder.dir, &error))?;
        folder.make_private()?;
        Ok(folder)
    }

    fn private(&self) -> PathBuf {
        self.dir.join(PRIVATE_FOLDER)
    }

    /// Makes the private folder, or checks that it is one: ours, no symlink, closed to everybody else.
    fn make_private(&self) -> Result<(), Error> {
        let path = self.private();
        let fail = |error: &io::Error| Error::storage("make the folder", &path, error);
        match DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(fail(&error)),
        }
        let metadata = fs::symlink_metadata(&path).map_err(|error| fail(&error))?;
        if !metadata.is_dir() || metadata.uid() != rustix::process::geteuid().as_raw() {
            return Err(Error::new(
                ErrorKind::Storage,
                format!(
                    "{} is not a folder of this user: somebody else put it there; remove it, or set {DIR_VARIABLE}",
                    path.display()
                ),
            ));
        }
        if metadata.mode() & 0o077 != 0 {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).map_err(|error| fail(&error))?;
        }
        Ok(())
    }

    /// Where the entry's file lies.
    pub(super) fn file(&self, entry_name: &str) -> PathBuf {
        self.dir.join(entry_name)
    }

    /// A file of ours about the entry. Named by hash: an entry name may fill the 255 bytes by itself.
    pub(super) fn beside(&self, entry_name: impl AsRef<OsStr>, extension: &str) -> PathBuf {
        let name = sha256_hex(entry_name.as_ref().as_encoded_bytes());
        self.private().join(format!("{name}.{extension}"))
    }

    /// Opens one of our files for writing: made anew or emptied, readable by this user alone, no symlink followed.
    pub(super) fn create(path: &Path) -> io::Result<File> {
        Self::ours().truncate(true).open(path)
    }

    fn ours() -> OpenOptions {
        let mut options = OpenOptions::new();
        let flags = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or(0);
        options.write(true).create(true).mode(0o600).custom_flags(flags);
        options
    }

    /// Waits until no other process or cache works on the entry's file.
    pub(super) async fn lock(&self, entry_name: &str) -> Result<Lock, Error> {
        let path = self.beside(entry_name, "lock");
        let fail = |error: &io::Error| Error::storage("lock", &path, error);
        let file = Self::ours().open(&path).map_err(|error| fail(&error))?;
        let mut pause = LOCK_POLL_FIRST;
        let locking = async {
            loop {
                match file.try_lock() {
                    Ok(()) => return Ok(()),
                    Err(TryLockError::WouldBlock) => {
                        tokio::time::sleep(pause).await;
                        pause = (pause * 2).min(LOCK_POLL_LONGEST);
                    }
                    Err(TryLockError::Error(error)) => return Err(error),
                }
            }
        };
        let locked = tokio::time::timeout(LOCK_TIMEOUT, locking).await.unwrap_or_else(|_| {
            Err(io::Error::new(io::ErrorKind::TimedOut, "another process holds it for 15 minutes now"))
        });
        locked.map_err(|error| fail(&error))?;
        Ok(Lock(file))
    }

    /// Removes a file that was handed out, and its record.
    pub(super) fn remove(path: &Path) {
        let (Some(dir), Some(entry_name)) = (path.parent(), path.file_name()) else { return };
        let folder = Self { dir: dir.to_owned() };
        let _ = fs::remove_file(folder.beside(entry_name, "json"));
        let _ = fs::remove_file(path);
    }
}

/// An entry's lock. Unlocked by name, not only by closing: a forked child may hold the descriptor open.
pub(super) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}
