//! The events of one case: a server, and processes that share a folder.

use std::{
    fs,
    future::{Future, poll_fn},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    pin::pin,
    sync::Arc,
    task::Poll,
};

use bytes::Bytes;
use lambda_cache::{
    __binding::{
        engine::{Clock, ManualClock, MaxAge, Policy},
        source::{
            Api, Request,
            s3::{Object, ObjectOptions},
        },
    },
    Cache, Error,
};
use proptest::prelude::*;

use super::server::{Change, Etag, Habits, Ranges, Server};

const URI: &str = "s3://bucket/object";

#[derive(Clone, Debug)]
pub(crate) struct Story {
    habits: Habits,
    size: usize,
    changes: Vec<(u32, Change)>,
    acts: Vec<Act>,
}

#[derive(Clone, Copy, Debug)]
enum Act {
    /// A process fetches, and is killed after this number of steps if there is one.
    Fetch {
        process: usize,
        check: bool,
        steps: Option<u32>,
    },
    /// Both processes fetch at the same time.
    Both {
        check: bool,
    },
    /// A process uses the download of another one, if there is one.
    Adopt {
        process: usize,
    },
    Happens(Change),
    Restart {
        process: usize,
    },
}

pub(crate) fn story() -> impl Strategy<Value = Story> {
    let changes = prop::collection::vec((1..60_u32, change()), 0..5);
    let acts = prop::collection::vec(act(), 1..6);
    (habits(), 0..400_usize, changes, acts).prop_map(|(habits, size, changes, acts)| Story {
        habits,
        size,
        changes,
        acts,
    })
}

fn act() -> impl Strategy<Value = Act> {
    let fetch = (0..2_usize, any::<bool>(), prop::option::weighted(0.3, 0..80_u32));
    prop_oneof![
        6 => fetch.prop_map(|(process, check, steps)| Act::Fetch { process, check, steps }),
        2 => any::<bool>().prop_map(|check| Act::Both { check }),
        1 => (0..2_usize).prop_map(|process| Act::Adopt { process }),
        3 => change().prop_map(Act::Happens),
        1 => (0..2_usize).prop_map(|process| Act::Restart { process }),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => Just(Change::Replace),
        2 => Just(Change::Lengthen),
        2 => Just(Change::Shorten),
        1 => Just(Change::Empty),
        1 => Just(Change::Delete),
        2 => Just(Change::Revert),
        1 => Just(Change::Touch),
        1 => etag().prop_map(Change::SetEtag),
        2 => Just(Change::Tick),
        1 => Just(Change::BreakBody),
        1 => Just(Change::LoseBody),
        1 => Just(Change::Fail),
    ]
}

fn etag() -> impl Strategy<Value = Etag> {
    prop_oneof![
        4 => Just(Etag::Strong),
        1 => Just(Etag::None),
        1 => Just(Etag::Weak),
        1 => Just(Etag::NotOnParts),
    ]
}

prop_compose! {
    fn habits()(
        etag in etag(),
        sends_last_modified in prop::bool::weighted(0.8),
        sends_date in prop::bool::weighted(0.8),
        accept_ranges in prop_oneof![4 => Just(Some("bytes")), 3 => Just(None), 1 => Just(Some("none"))],
        heeds_if_match in any::<bool>(),
        heeds_if_none_match in any::<bool>(),
        heeds_if_modified_since in any::<bool>(),
        ranges in prop_oneof![
            6 => Just(Ranges::Heeded), 1 => Just(Ranges::Ignored), 1 => Just(Ranges::Wrong), 1 => Just(Ranges::Refused)
        ],
        checksum in any::<bool>(),
        reads_live in any::<bool>(),
    ) -> Habits {
        // A body of two versions can be detected only by its checksum.
        let reads_live = reads_live && checksum;
        Habits {
            etag, sends_last_modified, sends_date, accept_ranges, heeds_if_match, heeds_if_none_match,
            heeds_if_modified_since, ranges, checksum, reads_live,
        }
    }
}

/// Plays a story and returns its error.
pub(crate) fn play(story: &Story) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let server = Server::new(story.habits, story.size, story.changes.clone());
        let api: Arc<dyn Api> = Arc::new(server.clone());
        let stage = Stage::new(server, api);
        let mut caches = [stage.cache(), stage.cache()];
        for act in &story.acts {
            stage.clock.advance(1_000_000_000);
            stage.act(&mut caches, *act).await.map_err(|wrong| format!("{act:?}: {wrong}"))?;
        }
        Ok(())
    })
}

pub(crate) struct Stage {
    server: Server,
    api: Arc<dyn Api>,
    clock: ManualClock,
    dir: tempfile::TempDir,
}

impl Stage {
    pub(crate) fn new(server: Server, api: Arc<dyn Api>) -> Self {
        Self { server, api, clock: ManualClock::default(), dir: tempfile::tempdir().unwrap() }
    }

    /// Returns the cache of a process that starts now.
    pub(crate) fn cache(&self) -> Cache {
        let builder = Cache::builder().api(Arc::clone(&self.api)).clock(Clock::Manual(self.clock.clone()));
        builder.dir(self.dir.path()).build()
    }

    async fn act(&self, caches: &mut [Cache; 2], act: Act) -> Result<(), String> {
        match act {
            Act::Fetch { process, check, steps: None } => self.fetch(&caches[process], check).await,
            Act::Adopt { process } => self.adopt(&caches[process]).await,
            Act::Fetch { process, check, steps: Some(steps) } => {
                let (since, before) = (self.server.version(), self.file());
                let fetch = get(&caches[process], check, MaxAge::ZERO);
                let killed = killed_after(steps, fetch).await;
                caches[process] = self.cache();
                match killed {
                    Some(outcome) => self.judge(outcome, since, before.as_ref()),
                    None if self.file() == before => Ok(()),
                    None => self.is_a_version(&self.file().unwrap_or_default(), since),
                }
            }
            Act::Both { check } => {
                let (since, before) = (self.server.version(), self.file());
                let [one, other] = caches;
                let (one, other) = tokio::join!(get(one, check, MaxAge::ZERO), get(other, check, MaxAge::ZERO));
                let failed = one.is_err() && other.is_err();
                for outcome in [one, other] {
                    match outcome {
                        Ok(path) => self.is_a_version(&read(&path).unwrap_or_default(), since)?,
                        Err(_) if failed && self.file() != before => return Err("the old file is gone".to_owned()),
                        Err(_) => {}
                    }
                }
                Ok(())
            }
            Act::Happens(change) => {
                self.server.apply(change);
                Ok(())
            }
            Act::Restart { process } => {
                caches[process] = self.cache();
                Ok(())
            }
        }
    }

    /// Fetches without using an earlier download.
    pub(crate) async fn fetch(&self, cache: &Cache, check: bool) -> Result<(), String> {
        let (since, before) = (self.server.version(), self.file());
        let outcome = get(cache, check, MaxAge::ZERO).await;
        self.judge(outcome, since, before.as_ref())
    }

    /// Fetches without using an earlier download. The fetch must succeed.
    pub(crate) async fn fetch_ok(&self, cache: &Cache, check: bool) -> Result<(), String> {
        let since = self.server.version();
        let path = get(cache, check, MaxAge::ZERO).await.map_err(|error| error.to_string())?;
        self.is_a_version(&read(&path).ok_or("there is no file")?, since)
    }

    /// Fetches, possibly using an earlier download.
    async fn adopt(&self, cache: &Cache) -> Result<(), String> {
        let before = self.file();
        let outcome = get(cache, true, MaxAge::INFINITE).await;
        self.judge(outcome, 0, before.as_ref())
    }

    fn judge(&self, outcome: Result<PathBuf, Error>, since: usize, before: Option<&Bytes>) -> Result<(), String> {
        match outcome {
            Ok(path) => self.is_a_version(&read(&path).ok_or("there is no file")?, since),
            Err(error) if self.file().as_ref() == before => {
                drop(error);
                self.nothing_is_left()
            }
            Err(error) => Err(format!("the call failed ({error}), and the file has changed")),
        }
    }

    fn is_a_version(&self, content: &Bytes, since: usize) -> Result<(), String> {
        let versions = self.server.contents_since(since);
        if !versions.contains(content) {
            return Err(format!("the file is not one of the versions: {content:?} of {versions:?}"));
        }
        self.nothing_is_left()
    }

    fn nothing_is_left(&self) -> Result<(), String> {
        let beside = fs::read_dir(self.dir.path().join(".lambda-cache")).into_iter().flatten().flatten();
        match beside.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|end| end == "part")) {
            Some(left) => Err(format!("{} was left", left.display())),
            None => Ok(()),
        }
    }

    pub(crate) fn inode(&self) -> u64 {
        fs::metadata(self.dir.path().join("object")).unwrap().ino()
    }

    fn file(&self) -> Option<Bytes> {
        read(&self.dir.path().join("object"))
    }
}

fn read(path: &Path) -> Option<Bytes> {
    fs::read(path).ok().map(Bytes::from)
}

async fn get(cache: &Cache, check: bool, max_age: MaxAge) -> Result<PathBuf, Error> {
    let request = Request::Object(
        Object::new(URI, ObjectOptions { check_before_download: check, ..ObjectOptions::default() }).unwrap(),
    );
    let entry = cache.get(&request, Policy::fresh(max_age)).await?;
    match entry.value.value() {
        lambda_cache::Value::File(file) => Ok(file.path().to_path_buf()),
        other => panic!("not a file: {other:?}"),
    }
}

/// Polls up to this number of times, and then drops the future.
async fn killed_after<T>(steps: u32, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut left = steps;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(cx).map(Some)
    })
    .await
}
