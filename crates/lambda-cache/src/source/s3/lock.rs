//! A lock that lets one process at a time work on an entry's file.

use std::{
    fs::{File, TryLockError},
    io,
    path::Path,
    time::Duration,
};

use super::folder::Folder;
use crate::{Error, ErrorKind, value::FileStamp};

/// The intervals of checks whether another process has finished.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

/// An entry's lock. It is unlocked explicitly and not only closed, because a forked child may hold the descriptor
/// open.
pub(super) struct Lock(File);

/// The result of waiting for a lock.
pub(super) enum LockOutcome<T> {
    /// The lock was acquired.
    Acquired(Lock),
    /// Another process has already provided a usable result.
    AlreadyDone(T),
}

impl Lock {
    /// Waits until no other process or cache works on the entry's file, or until `done` returns a result. A process
    /// that ended holds no lock, and one whose download made no progress for `patience` counts as stuck.
    pub(super) async fn acquire<T>(
        folder: &Folder,
        entry_name: &str,
        patience: Duration,
        done: impl Fn() -> Option<T>,
    ) -> Result<LockOutcome<T>, Error> {
        let path = folder.lock_path(entry_name);
        let fail = |error: &io::Error| Error::storage("lock", &path, error);
        let lock = Self(Folder::open_for_writing(&path).map_err(|error| fail(&error))?);
        let mut pause = FIRST_PAUSE;
        let mut waited = Duration::ZERO;
        let mut seen = [None, None];
        loop {
            let is_ours = lock.is_free().map_err(|error| fail(&error))?;
            if let Some(done) = done() {
                return Ok(LockOutcome::AlreadyDone(done));
            }
            if is_ours {
                return Ok(LockOutcome::Acquired(lock));
            }
            if waited >= patience {
                return Err(stuck(&path, patience));
            }
            tokio::time::sleep(pause).await;
            // A small download starts and ends between two checks, but leaves another file.
            let moved = [FileStamp::of(&folder.part(entry_name)), FileStamp::of(&folder.file(entry_name))];
            waited = if moved == seen { waited + pause } else { Duration::ZERO };
            seen = moved;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Returns `true` if the lock was free and is now acquired.
    fn is_free(&self) -> io::Result<bool> {
        match self.0.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

fn stuck(lock: &Path, patience: Duration) -> Error {
    Error::new(
        ErrorKind::Unavailable,
        format!(
            "another process has held {} for {patience:?}, and its download does not move: is it stopped?",
            lock.display()
        ),
    )
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}
