//! The folder of downloads, and the private folder in it.

use std::{
    ffi::OsStr,
    fs::{self, DirBuilder, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use lambda_cache_names::s3::PRIVATE_FOLDER;
use rustix::fs::{OFlags, statvfs};

use crate::{Error, ErrorKind, digest::sha256_hex, file::Stamp, settings};

/// Where files go, unless the environment says otherwise: Lambda's only writable folder.
const DEFAULT_DIR: &str = "/tmp";

/// What a temporary file's name ends in.
const PART: &str = "part";
const LOCK: &str = "lock";
const RECORD: &str = "json";

pub(super) struct Folder {
    dir: PathBuf,
    private: PathBuf,
}

impl Folder {
    /// `dir`, else the folder that is set now, with its private folder made.
    pub(super) fn open(dir: Option<&Path>) -> Result<Self, Error> {
        let dir = dir.map(Path::to_owned).or_else(settings::dir).unwrap_or_else(|| DEFAULT_DIR.into());
        // A relative path would mean another file once the function has changed its folder.
        let dir = std::path::absolute(&dir).unwrap_or(dir);
        fs::create_dir_all(&dir).map_err(|error| Error::storage("make the folder", &dir, &error))?;
        let folder = Self::at(dir);
        folder.make_private()?;
        Ok(folder)
    }

    /// `dir`, with this user's private folder in it, be it there or not.
    fn at(dir: PathBuf) -> Self {
        let uid = rustix::process::geteuid().as_raw();
        let common = dir.join(PRIVATE_FOLDER);
        let is_of_another = fs::symlink_metadata(&common).is_ok_and(|metadata| metadata.uid() != uid);
        // Users who share a folder, such as /tmp of one machine, keep their records apart.
        let private = if is_of_another { dir.join(format!("{PRIVATE_FOLDER}-{uid}")) } else { common };
        Self { dir, private }
    }

    /// Makes the private folder, or checks that it is one: ours, no symlink, closed to everybody else.
    fn make_private(&self) -> Result<(), Error> {
        let path = &self.private;
        let fail = |error: &io::Error| Error::storage("make the folder", path, error);
        match DirBuilder::new().mode(0o700).create(path) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(fail(&error)),
        }
        let metadata = fs::symlink_metadata(path).map_err(|error| fail(&error))?;
        if !metadata.is_dir() || metadata.uid() != rustix::process::geteuid().as_raw() {
            return Err(Error::new(
                ErrorKind::Storage,
                format!(
                    "{} is not a folder of this user: somebody else put it there; remove it, or set {}",
                    path.display(),
                    settings::DIR
                ),
            ));
        }
        if metadata.mode() & 0o077 != 0 {
            fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(|error| fail(&error))?;
        }
        Ok(())
    }

    /// Refuses a file that this user cannot replace, because it is another user's in a folder such as /tmp, from which users
    /// may remove only their files.
    pub(super) fn check_replaceable(&self, path: &Path) -> Result<(), Error> {
        const STICKY: u32 = 0o1000;
        let uid = rustix::process::geteuid().as_raw();
        let (Ok(file), Ok(dir)) = (fs::symlink_metadata(path), fs::metadata(&self.dir)) else { return Ok(()) };
        if dir.mode() & STICKY == 0 || uid == 0 || [file.uid(), dir.uid()].contains(&uid) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Storage,
            format!(
                "{} is a file of another user (uid {}), which this one (uid {uid}) may not replace: set {} to a folder of \
                 this user, or pass another file_name",
                path.display(),
                file.uid(),
                settings::DIR
            ),
        ))
    }

    /// Where the entry's file lies.
    pub(super) fn file(&self, entry_name: &str) -> PathBuf {
        self.dir.join(entry_name)
    }

    /// A file of ours about the entry. Named by hash: an entry name may fill the 255 bytes by itself.
    fn beside(&self, entry_name: impl AsRef<OsStr>, extension: &str) -> PathBuf {
        let name = sha256_hex(entry_name.as_ref().as_encoded_bytes());
        self.private.join(format!("{name}.{extension}"))
    }

    /// Where the entry's download lies until it is whole.
    pub(super) fn part(&self, entry_name: &str) -> PathBuf {
        self.beside(entry_name, PART)
    }

    /// Where the entry is locked.
    pub(super) fn lock_path(&self, entry_name: impl AsRef<OsStr>) -> PathBuf {
        self.beside(entry_name, LOCK)
    }

    /// Where the entry's record lies.
    pub(super) fn record(&self, entry_name: impl AsRef<OsStr>) -> PathBuf {
        self.beside(entry_name, RECORD)
    }

    /// Where all records lie.
    pub(super) fn records(&self) -> impl Iterator<Item = PathBuf> {
        self.private_files(RECORD)
    }

    fn private_files(&self, extension: &str) -> impl Iterator<Item = PathBuf> {
        let files = fs::read_dir(&self.private).into_iter().flatten().flatten().map(|file| file.path());
        files.filter(move |path| path.extension() == Some(OsStr::new(extension)))
    }

    /// Removes what killed processes have left of their downloads. Those that are under way are locked.
    pub(super) fn remove_leftovers(&self) {
        for left in self.private_files(PART) {
            // The record's temporary file is `NAME.json.part`, its lock `NAME.lock`, as for the file itself.
            let stem = left.file_name().map(Path::new).and_then(Path::file_prefix);
            if let Some(stem) = stem {
                Self::if_unlocked(&self.private.join(stem).with_extension(LOCK), || fs::remove_file(&left));
            }
        }
    }

    /// Removes a file that is still the one that is meant, and its record, unless a process works on it.
    pub(super) fn remove_idle(&self, path: &Path, stamp: Stamp) {
        let Some(entry_name) = path.file_name() else { return };
        Self::if_unlocked(&self.lock_path(entry_name), || {
            if Stamp::of(path) == Some(stamp) {
                Self::remove(path);
            }
            Ok(())
        });
    }

    fn if_unlocked(lock: &Path, act: impl FnOnce() -> io::Result<()>) {
        if let Ok(lock) = Self::open_for_writing(lock)
            && lock.try_lock().is_ok()
        {
            let _ = act(); // who comes next finds what this could not remove
            let _ = lock.unlock();
        }
    }

    /// Takes room for a file of so many bytes, where the file system can.
    pub(super) fn reserve(file: &File, size_bytes: u64) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        if size_bytes > 0 {
            use rustix::{
                fs::{FallocateFlags, fallocate},
                io::Errno,
            };
            let reserved = fallocate(file, FallocateFlags::empty(), 0, size_bytes);
            if let Err(error @ (Errno::NOSPC | Errno::DQUOT | Errno::FBIG)) = reserved {
                return Err(error.into());
            }
        }
        let _ = (file, size_bytes);
        Ok(())
    }

    /// How many bytes can still be written to the folder.
    pub(super) fn free_bytes(&self) -> u64 {
        statvfs(&self.dir).map_or(0, |system| system.f_bavail.saturating_mul(system.f_frsize))
    }

    /// Makes one of our files anew, readable by this user alone; what lies there is removed and not written to.
    pub(super) fn create(path: &Path) -> io::Result<File> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Self::ours().create_new(true).open(path),
        }
    }

    /// Opens one of our files for reading.
    pub(super) fn read(path: &Path) -> io::Result<File> {
        Self::unfollowing().read(true).open(path)
    }

    /// Opens one of our files for writing, as it is.
    pub(super) fn open_for_writing(path: &Path) -> io::Result<File> {
        Self::ours().open(path)
    }

    fn ours() -> OpenOptions {
        let mut options = Self::unfollowing();
        options.write(true).create(true).mode(0o600);
        options
    }

    /// No symlink is followed, and no pipe waited for.
    fn unfollowing() -> OpenOptions {
        let mut options = OpenOptions::new();
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.custom_flags(i32::try_from(flags.bits()).unwrap_or(0));
        options
    }

    /// Removes a file that was handed out, and its record.
    pub(super) fn remove(path: &Path) {
        let (Some(dir), Some(entry_name)) = (path.parent(), path.file_name()) else { return };
        let folder = Self::at(dir.to_owned());
        let _ = fs::remove_file(folder.record(entry_name));
        let _ = fs::remove_file(path);
    }
}
