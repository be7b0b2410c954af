//! Objects that are fetched over several connections, from a server that records its requests.
#![cfg(feature = "s3")]

use std::{fs, path::PathBuf, time::Duration};

use aws_config::{Region, SdkConfig, timeout::TimeoutConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use fault_server::{ChecksumKind, Fault, FaultServer, Seen, Times};
use lambda_cache::{Cache, Error, ErrorKind};
use tempfile::TempDir;

const MIB: usize = 1_024 * 1_024;
const URI: &str = "s3://bucket/object";
const CRCS: [ChecksumKind; 3] = [ChecksumKind::Crc32, ChecksumKind::Crc32c, ChecksumKind::Crc64Nvme];

struct Rig {
    server: FaultServer,
    cache: Cache,
    dir: TempDir,
}

impl Rig {
    async fn new() -> Self {
        Self::with_read_timeout(Duration::from_secs(3)).await
    }

    async fn with_read_timeout(limit: Duration) -> Self {
        let server = FaultServer::start().await.unwrap();
        let dir = tempfile::tempdir().unwrap();
        let credentials = Credentials::new("testing", "testing", None, None, "test");
        let config = SdkConfig::builder()
            .endpoint_url(server.http_url())
            .region(Region::new("eu-west-1"))
            .timeout_config(TimeoutConfig::builder().read_timeout(limit).build())
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        let cache = Cache::builder().sdk_config(&config).dir(dir.path()).build();
        Self { server, cache, dir }
    }

    /// Fetches the object and returns the content of its file.
    async fn fetch(&self) -> Result<Vec<u8>, Error> {
        let path: PathBuf = self.cache.s3().get_entry(URI).refresh().await?;
        Ok(fs::read(path).unwrap())
    }

    fn requests(&self) -> Vec<Seen> {
        self.server.requests(URI)
    }

    /// Returns the files next to the downloads, apart from lock files and records.
    fn leftovers(&self) -> Vec<PathBuf> {
        let beside = fs::read_dir(self.dir.path().join(".lambda-cache")).unwrap();
        let paths = beside.map(|entry| entry.unwrap().path());
        paths.filter(|path| path.extension().is_some_and(|end| end == "part")).collect()
    }
}

/// Returns bytes in which no two parts of a round size are equal.
fn bytes(length: usize) -> Vec<u8> {
    (0..=length / 8).flat_map(|number| (number as u64).to_be_bytes()).take(length).collect()
}

/// The start of the last part of an object of 20 MiB, which five connections share.
const LAST_PART: u64 = 16 * MIB as u64;

/// Returns the first byte of a request's range and the one after its last.
fn range(seen: &Seen) -> Option<(usize, usize)> {
    let (from, last) = seen.range.as_ref()?.strip_prefix("bytes=")?.split_once('-')?;
    Some((from.parse().ok()?, last.parse::<usize>().ok()? + 1))
}

#[tokio::test]
async fn parts_are_assembled_with_any_checksum_or_none() {
    let rig = Rig::new().await;
    let content = bytes(40 * MIB + 3);
    for checksum in CRCS.into_iter().chain([ChecksumKind::Composite, ChecksumKind::None]) {
        rig.server.put_object_with(URI, content.clone(), checksum);
        assert!(rig.fetch().await.unwrap() == content, "{checksum:?}");
    }
    assert!(rig.server.counts().most_at_once > 1, "one after the other");
}

#[tokio::test]
async fn only_the_first_request_has_no_range() {
    let rig = Rig::new().await;
    let content = bytes(64 * MIB);
    rig.server.put_object(URI, content.clone());
    rig.fetch().await.unwrap();
    let requests = rig.requests();
    let (first, others) = requests.split_first().unwrap();
    assert_eq!((range(first), &first.if_match), (None, &None));
    assert!(others.len() > 1, "{} requests", requests.len());
    let mut parts: Vec<_> = others.iter().map(|seen| range(seen).unwrap()).collect();
    parts.sort_unstable();
    assert!(parts.windows(2).all(|pair| pair[0].1 == pair[1].0), "{parts:?} overlap or have gaps");
    assert_eq!(parts.last().unwrap().1, content.len());
    assert!(others.iter().all(|seen| seen.if_match.is_some() && seen.if_match == others[0].if_match));
}

#[tokio::test]
async fn small_objects_and_whole_checksums_take_one_request() {
    let rig = Rig::new().await;
    let cases = [
        (0, ChecksumKind::Crc32),
        (1, ChecksumKind::Crc64Nvme),
        (8 * MIB, ChecksumKind::Crc32),
        (20 * MIB, ChecksumKind::Sha256),
    ];
    for (number, (length, checksum)) in cases.into_iter().enumerate() {
        let content = bytes(length);
        rig.server.put_object_with(URI, content.clone(), checksum);
        assert!(rig.fetch().await.unwrap() == content, "{length} bytes");
        assert_eq!(rig.requests().len(), number + 1, "{length} bytes");
    }
}

#[tokio::test]
async fn an_interrupted_part_is_resumed() {
    for fault in [Fault::ResetInBody, Fault::TruncatedBody] {
        let rig = Rig::new().await;
        let content = bytes(20 * MIB);
        rig.server.put_object(URI, content.clone());
        rig.server.fault_from(URI, LAST_PART, fault.clone(), Times::Times(1));
        assert!(rig.fetch().await.unwrap() == content, "{fault:?}");
        let befallen = rig.requests().into_iter().filter(|seen| seen.fault.is_some()).count();
        assert_eq!(befallen, 1, "{fault:?}: the last part began at another byte");
        let plain = rig.requests().into_iter().filter(|seen| seen.range.is_none()).count();
        assert_eq!(plain, 1, "{fault:?}: begun anew");
        let resumed = rig.requests().iter().filter_map(range).any(|(from, to)| from > 16 * MIB && to == content.len());
        assert!(resumed, "{fault:?}: {:?}", rig.requests().iter().filter_map(range).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn an_interrupted_first_answer_is_completed_by_parts() {
    let rig = Rig::new().await;
    let content = bytes(40 * MIB);
    rig.server.put_object(URI, content.clone());
    rig.server.fault(URI, Fault::ResetInBody, Times::Times(1));
    assert!(rig.fetch().await.unwrap() == content);
    let plain = rig.requests().into_iter().filter(|seen| seen.range.is_none()).count();
    assert_eq!(plain, 1, "begun anew");
}

#[tokio::test]
async fn failing_parts_are_read_from_the_first_answer() {
    for fault in [Fault::Unavailable, Fault::Throttled, Fault::AccessDenied, Fault::ResetBeforeAnswer, Fault::Silence] {
        let rig = Rig::with_read_timeout(Duration::from_hours(1)).await;
        let content = bytes(20 * MIB);
        rig.server.put_object(URI, content.clone());
        rig.server.fault_of_parts(URI, fault.clone(), Times::ALWAYS);
        let Ok(fetched) = tokio::time::timeout(Duration::from_mins(1), rig.fetch()).await else {
            panic!("{fault:?}: waited for a part that never came");
        };
        assert!(fetched.unwrap() == content, "{fault:?}");
        let (parts, plain): (Vec<_>, Vec<_>) = rig.requests().into_iter().partition(|seen| seen.range.is_some());
        assert_eq!(plain.len(), 1, "{fault:?}: begun anew");
        assert!((1..=4).contains(&parts.len()), "{fault:?}: {} failed requests for parts", parts.len());
    }
}

#[tokio::test]
async fn an_object_that_changes_between_two_parts_is_never_mixed() {
    let rig = Rig::new().await;
    let (old, new) = (bytes(20 * MIB), bytes(21 * MIB + 5).split_off(5));
    rig.server.put_object(URI, old.clone());
    let changes = Fault::ChangedInBetween { content: bytes::Bytes::from(new.clone()).into() };
    rig.server.fault_from(URI, LAST_PART, changes, Times::Times(1));
    let file = rig.fetch().await.unwrap();
    assert!(file == new || file == old);
    let parts = rig.requests().iter().filter_map(range).count();
    assert!(parts > 0, "never fetched in parts");
}

#[tokio::test]
async fn a_wrong_checksum_is_an_error_and_the_old_file_stays() {
    for checksum in CRCS {
        let rig = Rig::new().await;
        let old = bytes(17 * MIB);
        rig.server.put_object_with(URI, old.clone(), checksum);
        rig.fetch().await.unwrap();
        rig.server.put_object_with(URI, bytes(18 * MIB), checksum);
        rig.server.fault(URI, Fault::WrongChecksum, Times::ALWAYS);
        let error = rig.fetch().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{checksum:?}: {error}");
        assert!(error.to_string().contains("checksum"), "{checksum:?}: {error}");
        assert!(fs::read(rig.dir.path().join("object")).unwrap() == old, "{checksum:?}");
        assert_eq!(rig.leftovers(), Vec::<PathBuf>::new(), "{checksum:?}");
        let parts = rig.requests().into_iter().filter(|seen| seen.range.is_some()).count();
        assert!(parts > 0, "{checksum:?}: never fetched in parts");
    }
}
