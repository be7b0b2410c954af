use std::{
    fs::{self, File},
    io::{self, Write},
    path::PathBuf,
};

use futures_util::StreamExt;
use lambda_cache_names::s3::S3Uri;

use super::{
    folder::Folder,
    get_object::{Body, Head},
    parallel::ParallelDownload,
};
use crate::{Error, ErrorKind, runtime::file_system, source::Api, value::FileStamp};

/// A download of an object to the entry's file.
pub(super) struct Download<'a> {
    pub(super) api: &'a dyn Api,
    pub(super) folder: &'a Folder,
    pub(super) file_name: &'a str,
    pub(super) uri: &'a S3Uri,
    /// Whether a large object may be fetched in parts.
    pub(super) may_split: bool,
}

impl Download<'_> {
    /// Writes the object to a temporary file and renames it, so that a reader sees either the complete old or new
    /// file.
    pub(super) async fn run(&self, head: &Head, body: Body) -> Result<FileStamp, Failed> {
        let path = self.folder.file(self.file_name);
        let fail = |error: &io::Error| Failed::Otherwise(Error::storage("write the download to", &path, error));

        self.folder.remove_leftovers();
        let temporary = Temporary(self.folder.part(self.file_name));
        match self.fill(&temporary, head, body).await {
            Ok(()) => {}
            Err(Broken::Body(error)) => return Err(Failed::Otherwise(error)),
            Err(Broken::Changed(error)) => return Err(Failed::Changed(error)),
            Err(Broken::File(error, written_bytes)) if is_full(&error) => {
                drop(temporary); // its space counts as free
                let needed =
                    head.size_bytes.map_or_else(|| format!("at least {written_bytes}"), |size| size.to_string());
                let free =
                    self.folder.free_bytes().map_or_else(String::new, |free| format!(", with {free} bytes free,"));
                let doing = format!("write {needed} bytes{free} to");
                return Err(Failed::Otherwise(Error::storage(&doing, &path, &error)));
            }
            Err(Broken::File(error, _)) => return Err(fail(&error)),
        }
        fs::rename(&temporary.0, &path).map_err(|error| fail(&error))?;
        FileStamp::of(&path).ok_or_else(|| fail(&io::ErrorKind::NotFound.into()))
    }

    /// Fills the file. Space for an announced size is reserved first, so that a lack of space is detected before
    /// anything is received.
    async fn fill(&self, temporary: &Temporary, head: &Head, body: Body) -> Result<(), Broken> {
        let broken = |error| Broken::File(error, 0);
        let file = Folder::create(&temporary.0).map_err(broken)?;
        file_system::reserve(&file, head.size_bytes.unwrap_or(0)).map_err(broken)?;
        match ParallelDownload::of(self.api, self.uri, head, &file).filter(|_| self.may_split) {
            Some(lanes) => lanes.fill(body).await,
            None => copy(self.uri, body, head.size_bytes, &file).await,
        }
    }
}

/// Copies the whole body of one answer.
async fn copy(uri: &S3Uri, mut body: Body, size_bytes: Option<u64>, mut file: &File) -> Result<(), Broken> {
    let mut received_bytes = 0;
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(Broken::Body)?;
        received_bytes += chunk.len() as u64;
        file.write_all(&chunk).map_err(|error| Broken::File(error, received_bytes))?;
    }
    match size_bytes {
        Some(size_bytes) if size_bytes != received_bytes => {
            Err(Broken::Body(incomplete(uri, received_bytes, size_bytes)))
        }
        _ => Ok(()),
    }
}

/// The failure of a download.
#[derive(Debug)]
pub(super) enum Failed {
    /// The object has changed since the download began.
    Changed(Error),
    Otherwise(Error),
}

impl Failed {
    pub(super) fn error(&self) -> &Error {
        let (Self::Changed(error) | Self::Otherwise(error)) = self;
        error
    }

    pub(super) fn into_error(self) -> Error {
        let (Self::Changed(error) | Self::Otherwise(error)) = self;
        error
    }
}

/// The reason why a temporary file could not be filled.
pub(super) enum Broken {
    Body(Error),
    Changed(Error),
    /// A file error, with the position that was or should have been written.
    File(io::Error, u64),
}

/// Returns the error for a body that is too short or too long.
pub(super) fn incomplete(uri: &S3Uri, received_bytes: u64, of_bytes: u64) -> Error {
    Error::new(
        ErrorKind::Unavailable,
        format!(
            "the download of {:?} broke off after {received_bytes} of {of_bytes} bytes; the file was left as it was",
            uri.to_string()
        ),
    )
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// A temporary file that is removed unless it was renamed.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::stream;

    use super::*;
    use crate::{
        aws::Aws,
        source::s3::{Checksum, Ranges, Version},
    };

    #[tokio::test]
    async fn a_body_of_a_wrong_length_keeps_the_old_file() {
        let dir = tempfile::tempdir().unwrap();
        let folder = &Folder::open(Some(dir.path())).unwrap();
        let uri = &S3Uri::parse("s3://bucket/key").unwrap();
        let api = &Aws::new(None, crate::aws::Order::Sdk);
        fs::write(folder.file("key"), "old").unwrap();
        for announced in [3, 5] {
            let head = Head {
                version: Version::default(),
                answered_s: None,
                size_bytes: Some(announced),
                ranges: Ranges::Refused,
                checksum: Checksum::None,
            };
            let body = stream::iter([Ok(Bytes::from_static(b"four"))]).boxed();
            let download = Download { api, folder, file_name: "key", uri, may_split: true };
            let failed = download.run(&head, body).await.unwrap_err();
            assert!(failed.error().is_transient(), "{failed:?}");
        }
        assert_eq!(fs::read_to_string(folder.file("key")).unwrap(), "old");
    }
}
