use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
};

use bytes::Bytes;
use futures_util::{StreamExt, stream::BoxStream};
use lambda_cache_names::s3::S3Uri;

use super::folder::Folder;
use crate::{Error, ErrorKind, file::Stamp};

/// Streams `body` into a temporary file and renames it into place: a reader sees the old file or the new one, whole.
pub(super) async fn download(
    folder: &Folder,
    entry_name: &str,
    uri: &S3Uri,
    size_bytes: Option<u64>,
    body: BoxStream<'static, Result<Bytes, Error>>,
) -> Result<Stamp, Error> {
    let path = folder.file(entry_name);
    let fail = |error: &io::Error| Error::storage("write the download to", &path, error);

    folder.remove_leftovers();
    let temporary = Temporary(folder.part(entry_name));
    let received_bytes = match fill(&temporary, size_bytes, body).await {
        Ok(received_bytes) => received_bytes,
        Err(Broken::Body(error)) => return Err(error),
        Err(Broken::File(error, needed)) if is_full(&error) => {
            drop(temporary); // what it took counts as free
            let doing = format!("write {needed} bytes, with {} bytes free, to", folder.free_bytes());
            return Err(Error::storage(&doing, &path, &error));
        }
        Err(Broken::File(error, _)) => return Err(fail(&error)),
    };
    if size_bytes.is_some_and(|size| size != received_bytes) {
        return Err(Error::new(
            ErrorKind::Unavailable,
            format!(
                "the download of {:?} broke off after {received_bytes} of {} bytes; the file was left as it was",
                uri.to_string(),
                size_bytes.unwrap_or_default()
            ),
        ));
    }
    fs::rename(&temporary.0, &path).map_err(|error| fail(&error))?;
    Stamp::of(&path).ok_or_else(|| fail(&io::ErrorKind::NotFound.into()))
}

/// Why a temporary file could not be filled.
enum Broken {
    Body(Error),
    /// And how many bytes were to be written, as far as is known.
    File(io::Error, String),
}

/// Writes the body to the file; the number of its bytes. Room for an announced size is taken first: where there is too
/// little, that is known before anything is received.
async fn fill(
    temporary: &Temporary,
    size_bytes: Option<u64>,
    mut body: BoxStream<'static, Result<Bytes, Error>>,
) -> Result<u64, Broken> {
    let mut received_bytes = 0;
    let broken = |error, received_bytes: u64| {
        let needed = size_bytes.map_or_else(|| format!("at least {received_bytes}"), |size| size.to_string());
        Broken::File(error, needed)
    };
    let mut file = Folder::create(&temporary.0).map_err(|error| broken(error, 0))?;
    Folder::reserve(&file, size_bytes.unwrap_or(0)).map_err(|error| broken(error, 0))?;
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(Broken::Body)?;
        received_bytes += chunk.len() as u64;
        file.write_all(&chunk).map_err(|error| broken(error, received_bytes))?;
    }
    Ok(received_bytes)
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// A temporary file, removed unless it was renamed.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    #[tokio::test]
    async fn a_body_of_another_length_than_announced_is_transient_and_leaves_the_old_file() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(Some(dir.path())).unwrap();
        let uri = S3Uri::parse("s3://bucket/key").unwrap();
        fs::write(folder.file("key"), "old").unwrap();
        for announced in [3, 5] {
            let body = stream::iter([Ok(Bytes::from_static(b"four"))]).boxed();
            let error = download(&folder, "key", &uri, Some(announced), body).await.unwrap_err();
            assert!(error.is_transient(), "{error:?}");
        }
        assert_eq!(fs::read_to_string(folder.file("key")).unwrap(), "old");
    }
}
