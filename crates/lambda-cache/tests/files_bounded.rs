//! The limit of the total size of downloaded files.
#![cfg(feature = "s3")]

mod bucket;

use std::{fs, os::unix::fs::MetadataExt, path::Path};

use bucket::{Rig, gate::Gate, object};
use lambda_cache::{
    __binding::{
        engine::{MaxAge, Policy},
        lookup::{EntrySpec, Lookup},
    },
    Error, ErrorKind,
};

const FOUR: [&str; 4] = ["a", "b", "c", "d"];

fn uri(name: &str) -> String {
    format!("s3://bucket/{name}")
}

/// Creates four objects of ten bytes each.
fn rig() -> Rig {
    let rig = Rig::new();
    for name in FOUR {
        rig.bucket.put(&uri(name), "ten bytes.");
    }
    rig
}

/// Returns the names of the present files.
fn files(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    let mut names: Vec<_> = files.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn without_a_limit_all_files_stay() {
    let rig = rig();
    let process = rig.process();
    for name in FOUR {
        process.get(&object(&uri(name), None, false), MaxAge::INFINITE).await.unwrap();
    }
    assert_eq!(files(rig.dir.path()), FOUR);
}

#[tokio::test]
async fn the_least_recently_used_file_is_evicted_first() {
    let rig = rig();
    let process = rig.process_with(30);
    let get = async |name| process.get(&object(&uri(name), None, false), MaxAge::INFINITE).await.unwrap();
    for name in ["a", "b", "c", "a"] {
        get(name).await;
    }
    get("d").await;
    assert_eq!(files(rig.dir.path()), ["a", "c", "d"], "b was used least recently");
    assert_eq!(process.requests(), 4);
    get("b").await;
    assert_eq!(process.requests(), 5);
    assert_eq!(files(rig.dir.path()).len(), 3);
    for beside in fs::read_dir(rig.private()).unwrap() {
        let path = beside.unwrap().path();
        assert!(path.extension().is_some_and(|end| end != "part"), "{}", path.display());
    }
}

#[tokio::test]
async fn a_replaced_file_does_not_evict_others() {
    let rig = rig();
    let process = rig.process_with(20);
    for _ in 0..3 {
        for name in ["a", "b"] {
            process.get(&object(&uri(name), None, false), MaxAge::ZERO).await.unwrap();
        }
    }
    assert_eq!(files(rig.dir.path()), ["a", "b"]);
    assert_eq!(process.requests(), 6);
}

#[tokio::test]
async fn a_file_without_an_entry_is_evicted_first() {
    let rig = rig();
    let process = rig.process_with(30);
    let get = async |name| process.get(&object(&uri(name), None, false), MaxAge::INFINITE).await.unwrap();
    for name in ["a", "b", "c", "b", "c", "a"] {
        get(name).await;
    }
    process.cache.s3().invalidate(uri("c").as_str()).unwrap();
    get("d").await;
    assert_eq!(files(rig.dir.path()), ["a", "b", "d"]);
}

#[tokio::test]
async fn an_object_beyond_the_limit_is_rejected_without_evicting() {
    let rig = rig();
    rig.bucket.put(&uri("large"), "this one is of thirty-one bytes");
    let process = rig.process_with(30);
    for name in ["a", "b"] {
        process.get(&object(&uri(name), None, false), MaxAge::DEFAULT).await.unwrap();
    }
    let error = process.get(&object(&uri("large"), None, false), MaxAge::DEFAULT).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Storage);
    let text = error.to_string();
    assert!(text.contains("31 bytes") && text.contains("30 bytes") && text.contains("DIR_MAX_BYTES"), "{text}");
    assert_eq!(files(rig.dir.path()), ["a", "b"]);
}

#[tokio::test]
async fn an_object_that_grew_beyond_the_limit_still_counts() {
    let rig = rig();
    let process = rig.process_with(30);
    let get = async |name, max_age| process.get(&object(&uri(name), None, false), max_age).await;
    get("a", MaxAge::DEFAULT).await.unwrap();
    rig.bucket.put(&uri("a"), "this one is of thirty-one bytes");
    get("a", MaxAge::ZERO).await.unwrap_err();
    for name in ["b", "c", "d"] {
        get(name, MaxAge::DEFAULT).await.unwrap();
    }
    assert_eq!(files(rig.dir.path()), ["b", "c", "d"]);
}

#[tokio::test]
async fn files_of_earlier_processes_are_evicted_first_oldest_first() {
    let rig = rig();
    let earlier = rig.process();
    for name in ["b", "a"] {
        earlier.get(&object(&uri(name), None, false), MaxAge::DEFAULT).await.unwrap();
        rig.advance(1);
    }
    let process = rig.process_with(30);
    for name in ["c", "d"] {
        process.get(&object(&uri(name), None, false), MaxAge::DEFAULT).await.unwrap();
    }
    assert_eq!(files(rig.dir.path()), ["a", "c", "d"]);
}

#[tokio::test]
async fn a_record_of_a_foreign_file_does_not_remove_it() {
    let rig = rig();
    let outside = tempfile::NamedTempFile::new().unwrap();
    fs::write(outside.path(), "fifty bytes fifty bytes fifty bytes fifty bytes 50").unwrap();
    let process = rig.process_with(20);
    process.get(&object(&uri("a"), None, false), MaxAge::DEFAULT).await.unwrap();
    let record = fs::read_dir(rig.private()).unwrap().map(|entry| entry.unwrap().path());
    let record = record.into_iter().find(|path| path.extension().is_some_and(|end| end == "json")).unwrap();
    let metadata = fs::metadata(outside.path()).unwrap();
    let mut planted: serde_json::Value = serde_json::from_slice(&fs::read(&record).unwrap()).unwrap();
    planted["entry_name"] = outside.path().to_str().unwrap().into();
    planted["size_bytes"] = metadata.size().into();
    planted["modified_ns"] = (metadata.mtime() * 1_000_000_000 + metadata.mtime_nsec()).into();
    planted["inode"] = metadata.ino().into();
    fs::write(rig.private().join("planted.json"), planted.to_string()).unwrap();
    for name in ["b", "c", "d"] {
        process.get(&object(&uri(name), None, false), MaxAge::DEFAULT).await.unwrap();
    }
    assert!(outside.path().exists());
    assert_eq!(files(rig.dir.path()), ["c", "d"]);
}

#[tokio::test]
async fn a_file_that_is_being_refreshed_is_not_evicted() {
    let rig = rig();
    let gate = Gate::new(&rig.bucket, &uri("a"));
    let process = rig.process_through(&gate, 20);
    let checked = |name| object(&uri(name), None, true);
    gate.let_through.notify_one();
    process.get(&checked("a"), MaxAge::DEFAULT).await.unwrap();
    gate.is_waiting.notified().await;
    process.get(&checked("b"), MaxAge::DEFAULT).await.unwrap();
    let refreshed = checked("a");
    let refresh = process.get(&refreshed, MaxAge::ZERO);
    let meanwhile = async {
        gate.is_waiting.notified().await;
        process.get(&checked("c"), MaxAge::DEFAULT).await.unwrap();
        gate.let_through.notify_one();
    };
    let (refreshed, ()) = tokio::join!(refresh, meanwhile);
    assert!(refreshed.unwrap().exists());
    assert_eq!(files(rig.dir.path()), ["a", "c"]);
}

#[tokio::test]
async fn a_file_removed_during_its_check_is_downloaded() {
    let rig = rig();
    let gate = Gate::new(&rig.bucket, &uri("a"));
    let process = rig.process_through(&gate, 20);
    let checked = object(&uri("a"), None, true);
    gate.let_through.notify_one();
    let path = process.get(&checked, MaxAge::DEFAULT).await.unwrap();
    gate.is_waiting.notified().await;
    let meanwhile = async {
        gate.is_waiting.notified().await;
        fs::remove_file(&path).unwrap();
        gate.let_through.notify_one();
        gate.is_waiting.notified().await;
        gate.let_through.notify_one();
    };
    let (refreshed, ()) = tokio::join!(process.get(&checked, MaxAge::ZERO), meanwhile);
    assert_eq!(fs::read_to_string(refreshed.unwrap()).unwrap(), "ten bytes.");
}

#[tokio::test]
async fn a_file_replaced_by_another_process_is_served() {
    let rig = rig();
    let gate = Gate::new(&rig.bucket, &uri("b"));
    let (ours, theirs) = (rig.process_through(&gate, 100), rig.process());
    let spec = |name| EntrySpec::new(object(&uri(name), None, false), Policy::default().into(), None).unwrap();
    ours.get(&object(&uri("a"), None, false), MaxAge::DEFAULT).await.unwrap();
    let lookup = Lookup::new(vec![spec("a"), spec("b")]);
    let meanwhile = async {
        gate.is_waiting.notified().await;
        rig.bucket.put(&uri("a"), "another content");
        theirs.get(&object(&uri("a"), None, false), MaxAge::ZERO).await.unwrap();
        gate.let_through.notify_one();
    };
    let (served, ()) = tokio::join!(lookup.fetch(&ours.cache, None), meanwhile);
    assert_eq!(served.unwrap().len(), 2);
}

async fn together(names: &[&str], limit: u64) -> Result<usize, Error> {
    let rig = rig();
    let process = rig.process_with(limit);
    let spec = |name: &&str| EntrySpec::new(object(&uri(name), None, false), Policy::default().into(), None).unwrap();
    let lookup = Lookup::new(names.iter().map(spec).collect());
    let served = lookup.fetch(&process.cache, None).await?;
    assert_eq!(files(rig.dir.path()), names, "a file of the handler is missing");
    Ok(served.len())
}

#[tokio::test]
async fn the_files_of_one_handler_must_fit() {
    assert_eq!(together(&["a", "b", "c"], 30).await.unwrap(), 3);
    let error = together(&["a", "b", "c"], 29).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Storage);
    assert!(error.to_string().contains("DIR_MAX_BYTES"), "{error}");
}

#[tokio::test]
async fn a_file_evicted_for_the_same_handler_is_an_error() {
    let rig = rig();
    let process = rig.process_with(20);
    let spec =
        |name, max_age| EntrySpec::new(object(&uri(name), None, false), Policy::fresh(max_age).into(), None).unwrap();
    process.get(&object(&uri("a"), None, false), MaxAge::INFINITE).await.unwrap();
    let lookup = Lookup::new(vec![spec("a", MaxAge::INFINITE), spec("b", MaxAge::ZERO), spec("c", MaxAge::ZERO)]);
    let error = lookup.fetch(&process.cache, None).await.unwrap_err();
    assert!(error.to_string().contains("was removed") && error.to_string().contains("DIR_MAX_BYTES"), "{error}");
}

#[tokio::test]
async fn just_fetched_files_are_evicted_last() {
    let rig = rig();
    let process = rig.process_with(30);
    let spec = |name| EntrySpec::new(object(&uri(name), None, false), Policy::default().into(), None).unwrap();
    for _ in 0..2 {
        for name in ["a", "b"] {
            process.get(&object(&uri(name), None, false), MaxAge::DEFAULT).await.unwrap();
        }
    }
    Lookup::new(vec![spec("c"), spec("d")]).fetch(&process.cache, None).await.unwrap();
    assert_eq!(files(rig.dir.path()), ["b", "c", "d"]);
}
