//! A large object over several connections at once: the answer to the plain request from the front, parts of it from the
//! back, until they meet. A connection to S3 gives less than a function's network does.

use std::{fs::File, ops::Range, os::unix::fs::FileExt};

use bytes::Bytes;
use crc_fast::Digest;
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream::FuturesUnordered};
use lambda_cache_names::s3::S3Uri;

use super::{
    attempts::Attempts,
    checksum::{Checksum, Crc},
    download::{Broken, incomplete},
    gap::Gap,
    get_object::{Body, Head},
};
use crate::{Error, ErrorKind, source::Api};

/// An object for which a second connection pays.
const SMALLEST_SPLIT: u64 = 16 * 1_024 * 1_024;
/// What a lane must have to do, on average, to be worth its connection.
const BYTES_A_LANE: u64 = 8 * 1_024 * 1_024;
/// With links of 90 MB/s eight give half of what one core can take.
const MOST_LANES: u64 = 12;

/// An object that is fetched in parts, into a file of its size.
pub(super) struct Lanes<'a> {
    api: &'a dyn Api,
    uri: &'a S3Uri,
    etag: &'a str,
    crc: Option<Crc>,
    gap: Gap,
    /// How many at once.
    count: u64,
    file: &'a File,
}

/// Bytes in a row that one answer after the other gave.
struct Run {
    from: u64,
    to: u64,
    digest: Option<Digest>,
}

impl<'a> Lanes<'a> {
    /// How to fetch the object in parts, where that can be done and pays.
    pub(super) fn of(api: &'a dyn Api, uri: &'a S3Uri, head: &'a Head, file: &'a File) -> Option<Self> {
        let size_bytes = head.size_bytes.filter(|size_bytes| *size_bytes >= SMALLEST_SPLIT)?;
        // If-Match takes no weak ones.
        let etag = head.etag.as_deref().filter(|etag| head.has_ranges && !etag.starts_with("W/"))?;
        let crc = match head.checksum {
            Checksum::None => None,
            Checksum::Crc(crc) => Some(crc),
            Checksum::OfWhole => return None,
        };
        let count = (size_bytes / BYTES_A_LANE).min(MOST_LANES);
        Some(Self { api, uri, etag, crc, gap: Gap::new(size_bytes), count, file })
    }

    /// Fills the file; `body` is the plain answer's.
    pub(super) async fn fill(self, body: Body) -> Result<(), Broken> {
        let lanes = FuturesUnordered::new();
        lanes.push(self.front(body).boxed());
        for _ in 1..self.count {
            lanes.push(self.parts(self.next()).boxed());
        }
        let mut runs: Vec<Run> = lanes.try_concat().await?;
        runs.sort_unstable_by_key(|run| run.from);
        match self.crc {
            Some(crc) if !crc.matches(runs.iter().map(Run::checksum)) => Err(Broken::Body(self.wrong_checksum())),
            _ => Ok(()),
        }
    }

    /// From the plain answer, up to where others have begun. Where it breaks off, parts are asked for instead.
    async fn front(&self, mut body: Body) -> Result<Vec<Run>, Broken> {
        let mut run = self.run(0);
        let broken = loop {
            let chunk = match body.next().await {
                Some(Ok(chunk)) => chunk,
                Some(Err(error)) => break Some(error),
                None => break None,
            };
            let taken = self.gap.take_front(chunk.len() as u64);
            let is_over = taken < chunk.len() as u64;
            run.write(self.file, &chunk.slice(..usize::try_from(taken).unwrap_or(0)))?;
            if is_over {
                break None;
            }
        };
        drop(body);
        if let Some(error) = broken.filter(|error| !error.is_transient()) {
            return Err(Broken::Body(error));
        }
        let mut runs = self.parts(self.next()).await?;
        runs.push(run);
        Ok(runs)
    }

    fn next(&self) -> Option<Range<u64>> {
        self.gap.take_back(self.count)
    }

    /// Parts from the back, this one first, as long as there are any.
    async fn parts(&self, mut next: Option<Range<u64>>) -> Result<Vec<Run>, Broken> {
        let mut runs = Vec::new();
        while let Some(part) = next {
            let mut run = self.run(part.start);
            let mut attempts = Attempts::new();
            while run.to < part.end {
                let body = self.api.get_part(self.uri, self.etag, run.to..part.end).await.map_err(Broken::Body)?;
                if let Err(broken) = self.read(&mut run, part.end, body).await {
                    match broken {
                        Broken::Body(error) if attempts.again(&error) => {}
                        broken => return Err(broken),
                    }
                }
            }
            runs.push(run);
            next = self.next();
        }
        Ok(runs)
    }

    /// Reads on with what a part's answer gives.
    async fn read(&self, run: &mut Run, end: u64, mut body: Body) -> Result<(), Broken> {
        while run.to < end {
            let Some(chunk) = body.next().await else {
                return Err(Broken::Body(incomplete(self.uri, run.to - run.from, end - run.from)));
            };
            let chunk = chunk.map_err(Broken::Body)?;
            let wanted = usize::try_from(end - run.to).unwrap_or(usize::MAX).min(chunk.len());
            run.write(self.file, &chunk.slice(..wanted))?;
        }
        Ok(())
    }

    fn run(&self, from: u64) -> Run {
        Run { from, to: from, digest: self.crc.map(|crc| crc.kind.start()) }
    }

    fn wrong_checksum(&self) -> Error {
        let uri = self.uri.to_string();
        Error::new(
            ErrorKind::Unavailable,
            format!("the download of {uri:?} does not match the object's checksum; the file was left as it was"),
        )
    }
}

impl Run {
    fn write(&mut self, file: &File, chunk: &Bytes) -> Result<(), Broken> {
        file.write_all_at(chunk, self.to).map_err(|error| Broken::File(error, self.to + chunk.len() as u64))?;
        if let Some(digest) = &mut self.digest {
            digest.update(chunk);
        }
        self.to += chunk.len() as u64;
        Ok(())
    }

    fn checksum(&self) -> (u64, u64) {
        (self.digest.as_ref().map_or(0, Digest::finalize), self.to - self.from)
    }
}
