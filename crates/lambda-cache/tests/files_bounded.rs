//! The bytes that downloaded files take together, under a limit.
#![cfg(feature = "s3")]

mod bucket;

use std::{fs, path::Path};

use bucket::{Rig, object};
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
    let error = process.get(&object(&uri("large"), None, false), MaxAge::DEFAULT).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Storage);
    let text = error.to_string();
    assert!(text.contains("31 bytes") && text.contains("30 bytes") && text.contains("DIR_MAX_BYTES"), "{text}");
    assert_eq!(files(rig.dir.path()), [""; 0]);
}

async fn together(names: &[&str], limit: u64) -> Result<usize, Error> {
    let rig = rig();
    let process = rig.process_with(limit);
    let wanted = |name: &&str| Wanted::new(object(&uri(name), None, false), Policy::default(), None).unwrap();
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
    let wanted = |name, max_age| Wanted::new(object(&uri(name), None, false), Policy::fresh(max_age), None).unwrap();
    process.get(&object(&uri("a"), None, false), MaxAge::INFINITE).await.unwrap();
    let lookup = Lookup::new(vec![wanted("a", MaxAge::INFINITE), wanted("b", MaxAge::ZERO), wanted("c", MaxAge::ZERO)]);
    let error = lookup.fetch(&process.cache, None).await.unwrap_err();
    assert!(error.to_string().contains("was removed") && error.to_string().contains("DIR_MAX_BYTES"), "{error}");
}
