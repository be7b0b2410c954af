//! One process at a time works on an entry's file.

use std::{
    fs::{File, TryLockError},
    io,
    path::Path,
    time::Duration,
};

use super::folder::Folder;
use crate::{Error, ErrorKind, file::Stamp};

/// How long to wait before looking again whether another process is done.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);
/// As long as a call may take with its retries; a holder whose download has not moved for so long is stuck.
const PATIENCE: Duration = Duration::from_secs(10);

/// An entry's lock. Unlocked by name, not only by closing: a forked child may hold the descriptor open.
pub(super) struct Lock(File);

impl Lock {
    /// Waits until no other process or cache works on the entry's file. Who died holds no lock; who stands still is not
    /// waited for longer than [`PATIENCE`].
    pub(super) async fn acquire(folder: &Folder, entry_name: &str) -> Result<Self, Error> {
        let path = folder.lock(entry_name);
        let fail = |error: &io::Error| Error::storage("lock", &path, error);
        let file = Folder::open_for_writing(&path).map_err(|error| fail(&error))?;
        let mut pause = FIRST_PAUSE;
        let mut waited = Duration::ZERO;
        let mut seen = None;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self(file)),
                Err(TryLockError::WouldBlock) if waited >= PATIENCE => return Err(stuck(&path)),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(fail(&error)),
            }
            tokio::time::sleep(pause).await;
            let download = Stamp::of(&folder.part(entry_name));
            waited = if download == seen { waited + pause } else { Duration::ZERO };
            seen = download;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

fn stuck(lock: &Path) -> Error {
    Error::new(
        ErrorKind::Unavailable,
        format!(
            "another process has held {} for {} s, and its download does not move: is it stopped?",
            lock.display(),
            PATIENCE.as_secs()
        ),
    )
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}
