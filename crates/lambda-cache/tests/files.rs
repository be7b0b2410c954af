//! S3 objects as files, in real folders, with an S3 that the test provides.
#![cfg(feature = "s3")]

mod bucket;

use std::{fs, os::unix::fs::symlink, path::Path};

use bucket::{Process, Rig, URI, object};
use lambda_cache::{__binding::engine::MaxAge, Cache, ErrorKind};

#[tokio::test]
async fn a_file_has_the_entry_name_and_leaves_nothing_temporary() {
    let rig = Rig::new();
    assert_eq!(rig.process().get(&object(URI, None, false), MaxAge::DEFAULT).await.unwrap(), rig.file());
    assert_eq!(fs::read_to_string(rig.file()).unwrap(), "one");
    for beside in fs::read_dir(rig.private()).unwrap() {
        let path = beside.unwrap().path();
        assert!(path.extension().is_some_and(|end| end != "part"), "a temporary file was left: {}", path.display());
    }
}

#[cfg(not(lambda_cache_portable))] // Windows has no modes
#[tokio::test]
async fn files_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;

    let rig = Rig::new();
    rig.process().read(MaxAge::DEFAULT).await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&rig.file()), 0o600);
    assert_eq!(mode(&rig.private()), 0o700);
    for beside in fs::read_dir(rig.private()).unwrap() {
        let path = beside.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[tokio::test]
async fn a_relative_folder_gives_an_absolute_path() {
    let rig = Rig::new();
    let dir = tempfile::tempdir_in(".").unwrap();
    let relative = Path::new(".").join(dir.path().file_name().unwrap());
    let process = Process::start(&rig.bucket, &rig.clock, &relative);
    let path = process.get(&object(URI, None, false), MaxAge::DEFAULT).await.unwrap();
    assert!(path.is_absolute(), "{}", path.display());
    assert_eq!(fs::read_to_string(path).unwrap(), "one");
}

#[tokio::test]
async fn an_expired_file_is_downloaded_again_whether_or_not_it_changed() {
    let rig = Rig::new();
    let process = rig.process();
    process.read(MaxAge::DEFAULT).await;
    let first = rig.inode();
    rig.advance(60);
    assert_eq!(process.read(MaxAge::DEFAULT).await, "one");
    assert_ne!(rig.inode(), first);
}

#[tokio::test]
async fn with_check_before_download_only_changes_are_downloaded() {
    let rig = Rig::new();
    let process = rig.process();
    let checked = object(URI, None, true);
    process.get(&checked, MaxAge::DEFAULT).await.unwrap();
    let first = rig.inode();
    rig.advance(60);
    process.get(&checked, MaxAge::DEFAULT).await.unwrap();
    assert_eq!((rig.inode(), process.requests()), (first, 2), "one conditional GET, no new file");
    rig.advance(59);
    process.get(&checked, MaxAge::DEFAULT).await.unwrap();
    assert_eq!(process.requests(), 2, "the check renewed its age");
    rig.bucket.put(URI, "two");
    rig.advance(1);
    process.get(&checked, MaxAge::DEFAULT).await.unwrap();
    assert_eq!(fs::read_to_string(rig.file()).unwrap(), "two");
}

#[tokio::test]
async fn a_changed_or_deleted_file_is_detected_at_the_next_call() {
    let rig = Rig::new();
    let process = rig.process();
    process.read(MaxAge::INFINITE).await;
    let damages: [fn(&Path); 4] = [
        |file| fs::remove_file(file).unwrap(),
        |file| fs::write(file, "").unwrap(),
        |file| {
            fs::remove_file(file).unwrap();
            fs::write(file, "eno").unwrap();
        },
        |file| {
            fs::remove_file(file).unwrap();
            symlink("/etc/hostname", file).unwrap();
        },
    ];
    for damage in damages {
        damage(&rig.file());
        assert_eq!(process.read(MaxAge::INFINITE).await, "one");
        assert!(fs::symlink_metadata(rig.file()).unwrap().is_file());
    }
    assert_eq!(process.requests(), 5);
    assert_ne!(fs::read_to_string("/etc/hostname").unwrap_or_default(), "one", "the symlink was not followed");
}

#[tokio::test]
async fn after_a_restart_the_file_is_used_again_after_one_conditional_get() {
    let rig = Rig::new();
    rig.process().read(MaxAge::DEFAULT).await;
    let first = rig.inode();
    rig.advance(1);
    let restarted = rig.process();
    assert_eq!(restarted.read(MaxAge::DEFAULT).await, "one");
    assert_eq!((rig.inode(), restarted.requests()), (first, 1));
    restarted.read(MaxAge::DEFAULT).await;
    assert_eq!(restarted.requests(), 1);
}

#[tokio::test]
async fn a_download_of_another_process_is_adopted_with_its_age() {
    let rig = Rig::new();
    let (ours, theirs) = (rig.process(), rig.process());
    theirs.read(MaxAge::DEFAULT).await;
    assert_eq!(ours.read(MaxAge::DEFAULT).await, "one");
    assert_eq!(ours.requests(), 0, "downloaded since this process started: no request");

    rig.advance(60);
    rig.bucket.put(URI, "two");
    theirs.read(MaxAge::DEFAULT).await;
    rig.advance(50);
    assert_eq!(ours.read(MaxAge::DEFAULT).await, "two");
    assert_eq!(ours.requests(), 0);
    rig.advance(10);
    ours.read(MaxAge::DEFAULT).await;
    assert_eq!(ours.requests(), 1, "its age is the age of the other's download");
}

#[tokio::test]
async fn an_invalid_record_is_ignored() {
    let rig = Rig::new();
    rig.process().read(MaxAge::DEFAULT).await;
    for nonsense in ["", "{", "[]", "{\"uri\": 1}", &"x".repeat(100_000)] {
        for beside in fs::read_dir(rig.private()).unwrap() {
            let path = beside.unwrap().path();
            if path.extension().is_some_and(|end| end == "json") {
                fs::write(path, nonsense).unwrap();
            }
        }
        assert_eq!(rig.process().read(MaxAge::DEFAULT).await, "one");
    }
}

#[tokio::test]
async fn a_record_of_another_object_is_ignored() {
    let rig = Rig::new();
    rig.process().read(MaxAge::DEFAULT).await;
    let other = "s3://bucket/elsewhere/model.bin";
    rig.bucket.put(other, "other");
    let restarted = rig.process();
    let path = restarted.get(&object(other, None, false), MaxAge::DEFAULT).await.unwrap();
    assert_eq!(fs::read_to_string(path).unwrap(), "other");
}

#[tokio::test]
async fn a_second_object_for_one_path_is_rejected() {
    let rig = Rig::new();
    let process = rig.process();
    process.read(MaxAge::DEFAULT).await;
    let other = "s3://bucket/elsewhere/model.bin";
    rig.bucket.put(other, "other");
    let error = process.get(&object(other, None, false), MaxAge::DEFAULT).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.to_string().contains("entry_name"), "{error}");
    assert_eq!(process.read(MaxAge::DEFAULT).await, "one");
    let renamed = process.get(&object(other, Some("other.bin"), false), MaxAge::DEFAULT).await.unwrap();
    assert_eq!(fs::read_to_string(renamed).unwrap(), "other");
}

#[tokio::test]
async fn a_failed_download_does_not_reserve_its_path() {
    let rig = Rig::new();
    let process = rig.process();
    let mistyped = object("s3://bucket/mistyped/model.bin", None, false);
    assert!(process.get(&mistyped, MaxAge::DEFAULT).await.is_err());
    assert_eq!(process.read(MaxAge::DEFAULT).await, "one");
}

#[tokio::test]
async fn one_object_with_two_entry_names_has_two_files() {
    let rig = Rig::new();
    let process = rig.process();
    let first = process.get(&object(URI, Some("a"), false), MaxAge::DEFAULT).await.unwrap();
    let second = process.get(&object(URI, Some("b"), false), MaxAge::DEFAULT).await.unwrap();
    assert_ne!(first, second);
    assert_eq!(fs::read_to_string(first).unwrap(), fs::read_to_string(second).unwrap());
}

#[tokio::test]
async fn an_empty_object_and_a_name_of_255_bytes_work() {
    let rig = Rig::new();
    let name = "n".repeat(255);
    rig.bucket.put("s3://bucket/empty", "");
    let path = rig.process().get(&object("s3://bucket/empty", Some(&name), true), MaxAge::DEFAULT).await.unwrap();
    assert_eq!(fs::read(path).unwrap(), b"");
}

#[tokio::test]
async fn a_folder_at_the_files_path_is_reported() {
    let rig = Rig::new();
    fs::create_dir(rig.file()).unwrap();
    let error = rig.process().get(&object(URI, None, false), MaxAge::DEFAULT).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Storage);
    assert!(error.to_string().contains("another entry_name"), "{error}");
}

#[tokio::test]
async fn a_record_that_cannot_be_written_is_only_missing() {
    let rig = Rig::new();
    let process = rig.process();
    process.read(MaxAge::DEFAULT).await;
    for beside in fs::read_dir(rig.private()).unwrap() {
        let path = beside.unwrap().path();
        if path.extension().is_some_and(|end| end == "json") {
            fs::remove_file(&path).unwrap();
            fs::create_dir(&path).unwrap();
        }
    }
    rig.bucket.put(URI, "two");
    assert_eq!(process.read(MaxAge::ZERO).await, "two");
    assert_eq!(process.read(MaxAge::DEFAULT).await, "two");
    assert_eq!(process.requests(), 2);
}

#[tokio::test]
async fn a_private_folder_that_is_a_symlink_is_rejected() {
    let rig = Rig::new();
    let elsewhere = tempfile::tempdir().unwrap();
    symlink(elsewhere.path(), rig.private()).unwrap();
    let error = rig.process().get(&object(URI, None, false), MaxAge::DEFAULT).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Storage);
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn eight_processes_that_start_together_download_once() {
    let rig = Rig::new();
    let processes: Vec<_> = (0..8).map(|_| rig.process()).collect();
    std::thread::scope(|scope| {
        for process in &processes {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
                assert_eq!(runtime.block_on(process.read(MaxAge::DEFAULT)), "one");
            });
        }
    });
    let requests: usize = processes.iter().map(Process::requests).sum();
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn an_invalidated_object_is_fetched_again_under_every_name() {
    let rig = Rig::new();
    let process = rig.process();
    let names = [None, Some("other.bin")];
    for name in names {
        process.get(&object(URI, name, false), MaxAge::INFINITE).await.unwrap();
    }
    rig.bucket.put("s3://bucket/kept", "kept");
    process.get(&object("s3://bucket/kept", None, false), MaxAge::INFINITE).await.unwrap();
    rig.bucket.put(URI, "two");
    rig.advance(1);
    process.cache.s3().invalidate(URI).unwrap();
    for name in names {
        let path = process.get(&object(URI, name, false), MaxAge::INFINITE).await.unwrap();
        assert_eq!(fs::read_to_string(path).unwrap(), "two");
    }
    process.get(&object("s3://bucket/kept", None, false), MaxAge::INFINITE).await.unwrap();
    assert_eq!(process.requests(), 5);
    process.cache.clear();
    rig.bucket.put("s3://bucket/kept", "changed");
    let path = process.get(&object("s3://bucket/kept", None, false), MaxAge::INFINITE).await.unwrap();
    assert_eq!(fs::read_to_string(path).unwrap(), "changed");
}

#[tokio::test]
async fn an_invalidated_file_is_never_adopted_from_the_folder() {
    let rig = Rig::new();
    let (ours, theirs) = (rig.process(), rig.process());
    for (content, forget) in
        [("two", (|cache: &Cache| cache.s3().invalidate(URI).unwrap()) as fn(&Cache)), ("three", |cache| cache.clear())]
    {
        ours.read(MaxAge::INFINITE).await;
        theirs.read(MaxAge::INFINITE).await;
        rig.bucket.put(URI, content);
        rig.advance(1);
        forget(&ours.cache);
        for number in 0..1_001 {
            let vain = object(&format!("s3://bucket/{number}"), None, false);
            assert!(ours.get(&vain, MaxAge::DEFAULT).await.is_err());
        }
        assert_eq!(ours.read(MaxAge::INFINITE).await, content);
    }
}

#[tokio::test]
async fn thousands_of_objects_stay_invalidated() {
    let rig = Rig::new();
    let process = rig.process();
    process.read(MaxAge::INFINITE).await;
    rig.bucket.put(URI, "two");
    rig.advance(1);
    process.cache.s3().invalidate(URI).unwrap();
    for number in 0..1_001 {
        process.cache.s3().invalidate(&format!("s3://bucket/{number}")).unwrap();
    }
    assert_eq!(process.read(MaxAge::INFINITE).await, "two");
}
