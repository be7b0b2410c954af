//! The bytes that downloaded files take together, under a limit.
#![cfg(feature = "s3")]

mod bucket;

use std::{fs, os::unix::fs::MetadataExt, path::Path};

use bucket::{Rig, gate::Gate, object};
use lambda_cache::{
    Error, ErrorKind,
    engine::{MaxAge, Policy},
    lookup::{Lookup, Wanted},
};

const FOUR: [&str; 4] = ["a", "b", "c", "d"];

fn uri(name: &str) -> String {
    format!("s3://bucket/{name}")
}

/// Four objects of ten bytes each.
fn rig() -> Rig {
    let rig = Rig::new();
    for name in FOUR {
        rig.bucket.put(&uri(name), "ten bytes.");
    }
    rig
}

/// The files that are there.
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
async fn the_least_recently_used_file_makes_room_and_is_downloaded_again_when_asked_for() {
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
async fn a_file_that_is_replaced_makes_its_own_room() {
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
async fn a_file_whose_entry_is_gone_makes_room_first() {
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
async fn an_object_beyond_the_limit_is_refused_with_both_numbers_and_removes_nothing_in_vain() {
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
async fn an_object_that_grew_beyond_the_limit_is_still_counted() {
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
async fn what_lies_in_the_folder_from_earlier_makes_room_first_and_the_oldest_of_it_before_the_rest() {
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
async fn a_record_that_describes_somebody_elses_file_removes_nothing() {
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
async fn a_file_that_is_being_refreshed_makes_no_room() {
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
async fn a_file_that_was_removed_while_s3_said_that_it_had_not_changed_is_downloaded() {
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
async fn a_file_that_another_process_replaced_meanwhile_is_served() {
    let rig = rig();
    let gate = Gate::new(&rig.bucket, &uri("b"));
    let (ours, theirs) = (rig.process_through(&gate, 100), rig.process());
    let wanted = |name| Wanted::new(object(&uri(name), None, false), Policy::default().into(), None).unwrap();
    ours.get(&object(&uri("a"), None, false), MaxAge::DEFAULT).await.unwrap();
    let lookup = Lookup::new(vec![wanted("a"), wanted("b")]);
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
    let wanted = |name: &&str| Wanted::new(object(&uri(name), None, false), Policy::default().into(), None).unwrap();
    let lookup = Lookup::new(names.iter().map(wanted).collect());
    let served = lookup.fetch(&process.cache, None).await?;
    assert_eq!(files(rig.dir.path()), names, "all that a handler gets is there");
    Ok(served.len())
}

#[tokio::test]
async fn what_one_handler_uses_at_once_must_fit() {
    assert_eq!(together(&["a", "b", "c"], 30).await.unwrap(), 3);
    let error = together(&["a", "b", "c"], 29).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Storage);
    assert!(error.to_string().contains("DIR_MAX_BYTES"), "{error}");
}

#[tokio::test]
async fn a_file_that_made_room_for_another_of_its_handler_is_an_error_and_not_a_path_to_nothing() {
    let rig = rig();
    let process = rig.process_with(20);
    let wanted =
        |name, max_age| Wanted::new(object(&uri(name), None, false), Policy::fresh(max_age).into(), None).unwrap();
    process.get(&object(&uri("a"), None, false), MaxAge::INFINITE).await.unwrap();
    let lookup = Lookup::new(vec![wanted("a", MaxAge::INFINITE), wanted("b", MaxAge::ZERO), wanted("c", MaxAge::ZERO)]);
    let error = lookup.fetch(&process.cache, None).await.unwrap_err();
    assert!(error.to_string().contains("was removed") && error.to_string().contains("DIR_MAX_BYTES"), "{error}");
}

#[tokio::test]
async fn what_a_handler_just_fetched_makes_no_room_where_others_can() {
    let rig = rig();
    let process = rig.process_with(30);
    let wanted = |name| Wanted::new(object(&uri(name), None, false), Policy::default().into(), None).unwrap();
    for _ in 0..2 {
        for name in ["a", "b"] {
            process.get(&object(&uri(name), None, false), MaxAge::DEFAULT).await.unwrap();
        }
    }
    Lookup::new(vec![wanted("c"), wanted("d")]).fetch(&process.cache, None).await.unwrap();
    assert_eq!(files(rig.dir.path()), ["b", "c", "d"]);
}
