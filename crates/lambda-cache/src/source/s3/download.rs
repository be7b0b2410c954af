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
    mut body: BoxStream<'static, Result<Bytes, Error>>,
) -> Result<Stamp, Error> {
    let path = folder.file(entry_name);
    let temporary = Temporary(folder.beside(entry_name, "part"));
    let fail = |error: &io::Error| Error::storage("write the download to", &path, error);

    let mut file = Folder::create(&temporary.0).map_err(|error| fail(&error))?;
    let mut received_bytes = 0;
    while let Some(chunk) = body.next().await {
        let chunk = chunk?;
        file.write_all(&chunk).map_err(|error| fail(&error))?;
        received_bytes += chunk.len() as u64;
    }
    if size_bytes.is_some_and(|size| size != received_bytes) {
        return Err(Error::new(
            ErrorKind::Unavailable,
            format!(
                "the download of {uri} broke off after {received_bytes} of {} bytes; the file was left as it was",
                size_bytes.unwrap_or_default()
            ),
        ));
    }
    drop(file);
    fs::rename(&temporary.0, &path).map_err(|error| fail(&error))?;
    Stamp::of(&path).ok_or_else(|| fail(&io::ErrorKind::NotFound.into()))
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
