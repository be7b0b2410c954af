//! Parallel download of a large object: the answer without a range delivers it from the front, and parts from the
//! back, until they meet. One connection to S3 is slower than a function's network.

use std::{
    fs::File,
    ops::Range,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use crc_fast::Digest;
use futures_util::StreamExt;
use lambda_cache_names::s3::S3Uri;

use super::{
    checksum::{Checksum, Crc},
    crew::Crew,
    download::{Broken, incomplete},
    get_object::{Body, GetPart, Head},
    part,
    remaining_range::RemainingRange,
    splitting::Splitting,
};
use crate::{Error, ErrorKind, runtime::file_system, source::Api};

/// An object that is fetched in parts into a file of its size.
pub(super) struct ParallelDownload<'a> {
    api: &'a dyn Api,
    uri: &'a S3Uri,
    pub(super) head: &'a Head,
    pub(super) size_bytes: u64,
    splitting: Splitting,
    file: &'a File,
    gap: Mutex<RemainingRange>,
    /// The completed runs.
    runs: Mutex<Vec<Segment>>,
}

/// Consecutive bytes from one writer.
struct Segment {
    from: u64,
    to: u64,
    digest: Option<Digest>,
}

/// The result of one step of one lane.
pub(super) enum Event {
    /// The body without a range and its position. Other lanes are delivering the rest.
    FrontRests(Body, u64),
    /// The answer without a range was interrupted, or its bytes could not be written.
    FrontBroke(Broken),
    /// The answer to a part.
    Answered(Range<u64>, Result<GetPart, Error>),
    /// The end of a part's answer, and whether it delivered any bytes.
    Read(Range<u64>, bool, Result<(), Broken>),
}

impl<'a> ParallelDownload<'a> {
    /// Prepares to fetch the object in parts, if that is faster and can be proven to give one version.
    pub(super) fn of(api: &'a dyn Api, uri: &'a S3Uri, head: &'a Head, file: &'a File) -> Option<Self> {
        let splitting = api.splitting();
        let size_bytes = head.size_bytes.filter(|size_bytes| splitting.lanes(*size_bytes) > 1)?;
        let (gap, runs) = (Mutex::new(RemainingRange::new(size_bytes)), Mutex::default());
        part::can_be_proven(head).then_some(Self { api, uri, head, size_bytes, splitting, file, gap, runs })
    }

    /// Fills the file. `body` is that of the answer without a range.
    pub(super) async fn fill(self, body: Body) -> Result<(), Broken> {
        Crew::new(&self, body).work().await?;
        match self.crc() {
            Some(crc) if !crc.matches(self.sums()) => Err(Broken::Body(self.wrong_checksum())),
            _ => Ok(()),
        }
    }

    /// Returns the number of connections for the object, including the first one.
    pub(super) fn count(&self) -> u64 {
        self.splitting.lanes(self.size_bytes)
    }

    pub(super) fn gap(&self) -> MutexGuard<'_, RemainingRange> {
        self.gap.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn next_part(&self) -> Option<Range<u64>> {
        self.gap().next_part(self.count(), &self.splitting)
    }

    /// Continues to read the answer without a range while it delivers bytes that no part does.
    pub(super) async fn front(&self, mut body: Body, mut position: u64) -> Event {
        let mut writer = self.writer();
        while self.needs_front(position) {
            let chunk = match body.next().await {
                Some(Ok(chunk)) => chunk,
                Some(Err(error)) => return Event::FrontBroke(Broken::Body(error)),
                None => return Event::FrontBroke(Broken::Body(incomplete(self.uri, position, self.size_bytes))),
            };
            if let Err(broken) = writer.write(position, &chunk) {
                return Event::FrontBroke(broken);
            }
            position += chunk.len() as u64;
            self.gap().front_is_at(Some(position));
        }
        Event::FrontRests(body, position)
    }

    /// Requests a part after a delay.
    pub(super) async fn ask(&self, part: Range<u64>, pause: Duration) -> Event {
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        let answer = self.api.get_part(self.uri, self.head.version.strong_etag(), part.clone()).await;
        Event::Answered(part, answer)
    }

    /// Reads a part's answer while some of its bytes are missing.
    pub(super) async fn read(&self, part: Range<u64>, mut body: Body) -> Event {
        let mut writer = self.writer();
        let mut position = part.start;
        let outcome = loop {
            if !self.gap().is_open_in(&(position..part.end)) {
                break Ok(());
            }
            let chunk = match body.next().await {
                Some(Ok(chunk)) => chunk,
                Some(Err(error)) => break Err(Broken::Body(error)),
                None => {
                    let (received, of) = (position - part.start, part.end - part.start);
                    break Err(Broken::Body(incomplete(self.uri, received, of)));
                }
            };
            let wanted = usize::try_from(part.end - position).unwrap_or(usize::MAX).min(chunk.len());
            if let Err(broken) = writer.write(position, &chunk.slice(..wanted)) {
                break Err(broken);
            }
            position += wanted as u64;
        };
        let gained = position > part.start;
        Event::Read(part, gained, outcome)
    }

    /// Returns the error for an object that has changed since the first answer.
    pub(super) fn changed(&self) -> Broken {
        let uri = self.uri.to_string();
        Broken::Changed(Error::new(
            ErrorKind::Unavailable,
            format!("{uri:?} changed while it was downloaded; the file was left as it was"),
        ))
    }

    fn needs_front(&self, position: u64) -> bool {
        self.gap().needs_front(position)
    }

    fn writer(&self) -> Writer<'_> {
        Writer { lanes: self, run: None }
    }

    fn crc(&self) -> Option<Crc> {
        match self.head.checksum {
            Checksum::Crc(crc) => Some(crc),
            Checksum::None | Checksum::OfWhole => None,
        }
    }

    /// Returns each run's checksum and length, in order.
    fn sums(&self) -> Vec<(u64, u64)> {
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        runs.sort_unstable_by_key(|run| run.from);
        runs.iter().map(|run| (run.digest.as_ref().map_or(0, Digest::finalize), run.to - run.from)).collect()
    }

    fn wrong_checksum(&self) -> Error {
        let uri = self.uri.to_string();
        Error::new(
            ErrorKind::Unavailable,
            format!("the download of {uri:?} does not match the object's checksum; the file was left as it was"),
        )
    }
}

/// A writer of one answer's bytes that are still missing.
struct Writer<'a> {
    lanes: &'a ParallelDownload<'a>,
    run: Option<Segment>,
}

impl Writer<'_> {
    fn write(&mut self, at: u64, chunk: &Bytes) -> Result<(), Broken> {
        let taken = self.lanes.gap().take(&(at..at + chunk.len() as u64));
        for bytes in taken {
            let within = |position: u64| usize::try_from(position - at).unwrap_or(usize::MAX);
            let chunk = &chunk[within(bytes.start)..within(bytes.end)];
            if self.run.as_ref().is_none_or(|run| run.to != bytes.start) {
                self.end_run();
            }
            let digest = || self.lanes.crc().map(|crc| crc.kind.start());
            let run = self.run.get_or_insert_with(|| Segment { from: bytes.start, to: bytes.start, digest: digest() });
            let written = file_system::write_all_at(self.lanes.file, chunk, bytes.start);
            written.map_err(|error| Broken::File(error, bytes.end))?;
            if let Some(digest) = &mut run.digest {
                digest.update(chunk);
            }
            run.to = bytes.end;
        }
        Ok(())
    }

    fn end_run(&mut self) {
        if let Some(run) = self.run.take() {
            self.lanes.runs.lock().unwrap_or_else(PoisonError::into_inner).push(run);
        }
    }
}

/// Keeps the bytes of a lane that is no longer needed.
impl Drop for Writer<'_> {
    fn drop(&mut self) {
        self.end_run();
    }
}
