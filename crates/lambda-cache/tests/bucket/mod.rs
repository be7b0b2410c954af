//! The common parts of the tests of downloaded files: a bucket, processes that read it, a folder and a manual clock.

#![allow(dead_code, reason = "each test file uses its own part")]

pub(crate) mod gate;

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use lambda_cache::{
    __binding::{
        backend::{InMemoryBackend, ValueSource},
        engine::{Clock, ManualClock, MaxAge, Policy},
        source::{
            Request,
            s3::{Object, ObjectOptions},
        },
    },
    Cache, CacheBuilder, Error, Value,
};

pub(crate) const URI: &str = "s3://bucket/path/model.bin";

#[derive(Clone, Default)]
pub(crate) struct Bucket(Arc<Mutex<HashMap<String, Bytes>>>);

impl Bucket {
    pub(crate) fn put(&self, uri: &str, content: &'static str) {
        self.0.lock().unwrap().insert(uri.to_owned(), Bytes::from_static(content.as_bytes()));
    }
}

impl ValueSource for Bucket {
    #[cfg(feature = "ssm")]
    fn parameter(&self, _: &str) -> Result<Option<Value>, Error> {
        Ok(None)
    }

    #[cfg(feature = "secrets-manager")]
    fn secret(&self, _: &str) -> Result<Option<Value>, Error> {
        Ok(None)
    }

    fn object(&self, uri: &str) -> Result<Option<Bytes>, Error> {
        Ok(self.0.lock().unwrap().get(uri).cloned())
    }

    fn advice(&self, _: &str, _: &[&str]) -> String {
        "put it".to_owned()
    }
}

/// The cache of one process.
pub(crate) struct Process {
    pub(crate) cache: Cache,
    pub(crate) api: Arc<InMemoryBackend<Bucket>>,
}

impl Process {
    pub(crate) fn start(bucket: &Bucket, clock: &ManualClock, dir: &Path) -> Self {
        Self::build(Cache::builder(), bucket, clock, dir)
    }

    fn build(builder: CacheBuilder, bucket: &Bucket, clock: &ManualClock, dir: &Path) -> Self {
        let api = Arc::new(InMemoryBackend::new(bucket.clone()));
        let cache = builder.api(Arc::clone(&api) as _).clock(Clock::Manual(clock.clone())).dir(dir).build();
        Self { cache, api }
    }

    pub(crate) async fn get(&self, request: &Request, max_age: MaxAge) -> Result<PathBuf, Error> {
        let entry = self.cache.get(request, Policy::fresh(max_age)).await?;
        match entry.value.value() {
            Value::File(file) => Ok(file.path().to_path_buf()),
            other => panic!("not a file: {other:?}"),
        }
    }

    pub(crate) async fn read(&self, max_age: MaxAge) -> String {
        fs::read_to_string(self.get(&object(URI, None, false), max_age).await.unwrap()).unwrap()
    }

    /// Returns the number of requests, with or without a body in the answer.
    pub(crate) fn requests(&self) -> usize {
        self.api.calls().len()
    }
}

pub(crate) fn object(uri: &str, entry_name: Option<&str>, check: bool) -> Request {
    Request::Object(
        Object::new(uri, ObjectOptions { entry_name, check_before_download: check, ..ObjectOptions::default() })
            .unwrap(),
    )
}

pub(crate) struct Rig {
    pub(crate) bucket: Bucket,
    pub(crate) clock: ManualClock,
    pub(crate) dir: tempfile::TempDir,
}

impl Rig {
    pub(crate) fn new() -> Self {
        let rig = Self { bucket: Bucket::default(), clock: ManualClock::default(), dir: tempfile::tempdir().unwrap() };
        rig.bucket.put(URI, "one");
        rig
    }

    pub(crate) fn process(&self) -> Process {
        Process::start(&self.bucket, &self.clock, self.dir.path())
    }

    /// Starts a process with a limit of the total size of its files.
    pub(crate) fn process_with(&self, dir_max_bytes: u64) -> Process {
        Process::build(Cache::builder().dir_max_bytes(dir_max_bytes), &self.bucket, &self.clock, self.dir.path())
    }

    /// Starts a process with a limit whose S3 is behind a gate.
    pub(crate) fn process_through(&self, gate: &Arc<gate::Gate>, dir_max_bytes: u64) -> Process {
        let builder = Cache::builder().api(Arc::clone(gate) as _).dir_max_bytes(dir_max_bytes);
        let cache = builder.clock(Clock::Manual(self.clock.clone())).dir(self.dir.path()).build();
        Process { cache, api: Arc::clone(&gate.api) }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.dir.path().join("model.bin")
    }

    pub(crate) fn private(&self) -> PathBuf {
        self.dir.path().join(".lambda-cache")
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.advance(seconds * 1_000_000_000);
    }

    pub(crate) fn inode(&self) -> u64 {
        use std::os::unix::fs::MetadataExt;
        fs::metadata(self.file()).unwrap().ino()
    }
}
