use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use lambda_cache::{
    __binding::{
        backend::InMemoryBackend,
        engine::{Clock, ManualClock, MaxAge, Moment},
        source::{
            Request,
            s3::{Object, ObjectOptions},
        },
    },
    Cache,
};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::{
    bucket::Bucket,
    input::Input,
    outcome::{get, path},
};

const URI: &str = "s3://bucket/path/model.bin";
/// Another object whose file has the same name.
const OTHER_URI: &str = "s3://bucket/elsewhere/model.bin";

const TOKENS: [&str; 14] = [
    "null",
    "0",
    "-1",
    "18446744073709551615",
    "1e999",
    "[",
    "{",
    "\"",
    "\\u0000",
    "\"uri\":",
    "\"etag\":null",
    OTHER_URI,
    "s3://bucket/path/model.bin\"",
    "\u{feff}",
];

/// Checks any record of a downloaded file. A new process that requests the object must get its content.
///
/// # Panics
/// If it does not.
pub fn record(data: &[u8]) {
    let mut input = Input::new(data);
    let world = World::new();
    let record = world.download_and_find_record();
    if input.flag() {
        world.bucket.supply().put(URI, "two");
    }
    let text = damaged(&mut input, &fs::read(&record).expect("the record"));
    fs::write(&record, &text).expect("a folder that can be written");
    if input.flag() {
        fs::write(world.file(), "a longer content").expect("a folder that can be written");
    }
    world.clock.advance(i64::from(input.byte()) * 1_000_000_000);

    let uri = if input.flag() { URI } else { OTHER_URI };
    let process = world.start();
    let max_age = *input.pick(&[MaxAge::DEFAULT, MaxAge::ZERO, MaxAge::INFINITE]);
    let request = Request::Object(
        Object::new(uri, ObjectOptions { check_before_download: input.flag(), ..ObjectOptions::default() })
            .expect("a URI"),
    );
    let on_disk = fs::read(world.file()).expect("the file");
    let allows_the_file = world.is_true_of_the_file(&text, uri, max_age);
    let got = read(&process, &request, max_age);
    assert!(got == world.content(uri) || (allows_the_file && got == on_disk), "an old file, or another's");

    let unchecked = Request::Object(Object::new(uri, ObjectOptions::default()).expect("a URI"));
    assert_eq!(read(&process, &unchecked, MaxAge::ZERO), world.content(uri), "the record did lasting harm");
}

fn read(process: &Cache, request: &Request, max_age: MaxAge) -> Vec<u8> {
    let value = get(process, request, max_age).expect("a record must not cause a failure");
    fs::read(path(&value)).expect("the returned file")
}

/// Returns the record with a few changes or with other values in its fields, or arbitrary bytes.
fn damaged(input: &mut Input<'_>, record: &[u8]) -> Vec<u8> {
    match input.below(4) {
        0 => input.chunk().to_vec(),
        1 => vec![*input.pick(b"[{\" 0"); 100_000],
        2 => {
            let mut fields: Json = serde_json::from_slice(record).expect("a record that was just written");
            for _ in 0..=input.below(3) {
                let names = [
                    "uri",
                    "etag",
                    "size_bytes",
                    "modified_ns",
                    "inode",
                    "began_monotonic_ns",
                    "began_wall_ns",
                    "ended_wall_ns",
                ];
                let values = [
                    json!(null),
                    json!(0),
                    json!(-1),
                    json!(u64::MAX),
                    json!(i64::MAX),
                    json!(1.5),
                    json!(""),
                    json!([]),
                ];
                fields[*input.pick(&names)] = input.pick(&values).clone();
            }
            serde_json::to_vec(&fields).expect("JSON")
        }
        _ => input.mutated(record, &TOKENS),
    }
}

struct World {
    bucket: Arc<InMemoryBackend<Bucket>>,
    clock: ManualClock,
    dir: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let bucket = Bucket::default();
        bucket.put(URI, "one");
        bucket.put(OTHER_URI, "other");
        let dir = tempfile::tempdir().expect("a folder");
        Self { bucket: Arc::new(InMemoryBackend::new(bucket)), clock: ManualClock::default(), dir }
    }

    /// Starts a cache that knows of no file, like a new process.
    fn start(&self) -> Cache {
        let builder = Cache::builder().api(Arc::clone(&self.bucket) as _).clock(Clock::Manual(self.clock.clone()));
        builder.dir(self.dir.path()).build()
    }

    fn file(&self) -> PathBuf {
        self.dir.path().join("model.bin")
    }

    fn download_and_find_record(&self) -> PathBuf {
        let request = Request::Object(Object::new(URI, ObjectOptions::default()).expect("a URI"));
        read(&self.start(), &request, MaxAge::DEFAULT);
        let private = fs::read_dir(self.dir.path().join(".lambda-cache")).expect("the private folder");
        let is_record = |path: &PathBuf| path.extension().is_some_and(|end| end == "json");
        private.filter_map(|entry| Some(entry.ok()?.path())).find(is_record).expect("a record")
    }

    fn content(&self, uri: &str) -> Vec<u8> {
        use lambda_cache::__binding::backend::ValueSource;
        self.bucket.supply().object(uri).expect("no failure").expect("an object").to_vec()
    }

    /// Returns `true` if the record describes the present file as the requested object, and is fresh or has the
    /// present `ETag`. Such a record may be trusted, because only this user can have written it.
    fn is_true_of_the_file(&self, record: &[u8], uri: &str, max_age: MaxAge) -> bool {
        let Ok(fields) = serde_json::from_slice::<Json>(record) else { return false };
        let number = |name: &str| fields[name].as_u64();
        let is_of_the_file = fields["uri"] == uri && FileStamp::of(&self.file()).is(&fields);
        let etag =
            Sha256::digest(self.content(uri)).iter().fold(String::new(), |etag, byte| format!("{etag}{byte:02x}"));
        let is_fresh = || {
            let began = Moment { monotonic_ns: number("began_monotonic_ns")?, wall_ns: number("began_wall_ns")? };
            let clock = Clock::Manual(self.clock.clone());
            Some(max_age.allows(clock.age(began, clock.now())) && number("ended_wall_ns")? >= clock.now().wall_ns)
        };
        is_of_the_file && (fields["etag"] == etag || is_fresh().unwrap_or(false))
    }
}

/// The identity of a file.
struct FileStamp {
    size_bytes: u64,
    modified_ns: i64,
    inode: u64,
}

impl FileStamp {
    fn of(path: &Path) -> Self {
        let metadata = fs::metadata(path).expect("the file");
        let modified_ns = metadata.mtime() * 1_000_000_000 + metadata.mtime_nsec();
        Self { size_bytes: metadata.size(), modified_ns, inode: metadata.ino() }
    }

    fn is(&self, fields: &Json) -> bool {
        fields["size_bytes"] == self.size_bytes
            && fields["modified_ns"] == self.modified_ns
            && fields["inode"] == self.inode
    }
}
