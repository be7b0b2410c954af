//! The contenders. Each is a function that does a number of reads, and is called through a pointer once per batch.

use std::{
    cell::RefCell,
    collections::HashMap,
    hint::black_box,
    num::NonZeroUsize,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use aws_secretsmanager_caching::SecretsManagerCachingClient;
use lambda_cache::{
    __binding::{
        engine::{MaxAge, Policy, Slot},
        lookup::{EntrySpec, Lookup},
        source::{Request, ssm::Parameters},
    },
    Cache, Cached, Error, Secret, secrets_manager, ssm,
};
use rustix::time::{ClockId, clock_gettime};
use tokio::runtime::{Builder, Runtime};

/// The time to live, which is long enough that nothing expires during the measurement.
const TTL: Duration = Duration::from_hours(1);

/// A contender.
pub struct Contender {
    /// The name in the printed JSON.
    pub name: &'static str,
    /// The function that does this number of reads.
    pub read: Box<dyn Fn(u32) + Send + Sync>,
}

impl Contender {
    fn new(name: &'static str, read: impl Fn(u32) + Send + Sync + 'static) -> Self {
        Self { name, read: Box::new(read) }
    }
}

/// A function without entries, for the cost of the call alone.
#[allow(clippy::unused_async, reason = "it stands beside those that are")]
async fn bare(value: u32) -> Result<u32, Error> {
    Ok(black_box(value))
}

#[ssm::cache(parameter = "/app/one")]
async fn attribute_1(value: u32, one: Arc<str>) -> Result<u32, Error> {
    black_box(one);
    Ok(black_box(value))
}

#[ssm::cache(parameter = "/app/one")]
#[ssm::cache(parameter = "/app/two")]
#[secrets_manager::cache(name = "/app/three")]
async fn attribute_3(value: u32, one: Arc<str>, two: Arc<str>, three: Secret<Arc<str>>) -> Result<u32, Error> {
    black_box((one, two, three));
    Ok(black_box(value))
}

async fn get_entry(value: u32) -> Result<u32, Error> {
    let one: Arc<str> = ssm::get_entry(black_box("/app/one")).await?;
    black_box(one);
    Ok(black_box(value))
}

/// Returns the contenders for single hits, one after the other.
///
/// # Panics
/// If a value cannot be fetched.
#[must_use]
pub fn hits() -> Vec<Contender> {
    let text: Arc<str> = "x".into();
    vec![
        Contender::new("instant_now", |times| {
            for _ in 0..times {
                black_box(Instant::now());
            }
        }),
        Contender::new("coarse_clock_pair", |times| {
            for _ in 0..times {
                black_box(nanoseconds(ClockId::MonotonicCoarse));
                black_box(nanoseconds(ClockId::RealtimeCoarse));
            }
        }),
        Contender::new("arc_clone", move |times| {
            for _ in 0..times {
                black_box(Arc::clone(black_box(&text)));
            }
        }),
        slot(),
        lookup(),
        awaiting("bare", async |times| {
            for time in 0..times {
                let _ = black_box(bare(time).await);
            }
        }),
        awaiting("attribute_1", async |times| {
            for time in 0..times {
                attribute_1(time).await.expect("an entry");
            }
        }),
        awaiting("attribute_3", async |times| {
            for time in 0..times {
                attribute_3(time).await.expect("three entries");
            }
        }),
        awaiting("get_entry", async |times| {
            for time in 0..times {
                get_entry(time).await.expect("an entry");
            }
        }),
        moka(&["/app/one".to_owned()]),
        quick_cache(),
        rw_lock(&["/app/one".to_owned()]),
        aws_secretsmanager_caching(),
    ]
}

/// Returns the contenders for reads by several threads at the same time.
///
/// # Panics
/// If a value cannot be fetched.
#[must_use]
pub fn threads() -> Vec<Contender> {
    const NAMES: [&str; 6] = ["lookup", "attribute_1", "get_entry", "moka", "rw_lock", "aws_secretsmanager_caching"];
    hits().into_iter().filter(|contender| NAMES.contains(&contender.name)).collect()
}

/// Returns the contenders for reading `count` entries in turn.
///
/// # Panics
/// If a value cannot be fetched.
#[must_use]
pub fn entries(count: usize) -> Vec<Contender> {
    let names: Vec<String> = (0..count).map(|number| format!("/many/{number}")).collect();
    let cache = Cache::builder().capacity(2 * count).build();
    let lookups: Vec<_> = names.iter().map(|name| bound(&cache, name)).collect();
    let (by_lookup, cache_id) = (in_turn(lookups), cache.id());
    let lookup = Contender::new("lookup", move |times| {
        by_lookup(times, &|lookup| {
            read(lookup, cache_id);
        });
    });
    let (by_name, runtime) = (in_turn(names.clone()), runtime());
    let get_entry = Contender::new("get_entry", move |times| {
        by_name(times, &|name| {
            let got: Arc<str> =
                runtime.block_on(cache.ssm().get_entry(name.as_str()).max_age(TTL).into_future()).expect("an entry");
            black_box(got);
        });
    });
    vec![lookup, get_entry, moka(&names), rw_lock(&names)]
}

/// Reads `all` in turn, in an order that jumps.
fn in_turn<T: Send + Sync + 'static>(all: Vec<T>) -> impl Fn(u32, &dyn Fn(&T)) + Send + Sync + 'static {
    move |times, read| {
        let mut index = 0;
        for _ in 0..times {
            index = (index + 389) % all.len(); // a prime, so that every entry is read
            read(&all[index]);
        }
    }
}

fn nanoseconds(clock: ClockId) -> i64 {
    let time = clock_gettime(clock);
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}

fn spec(name: &str) -> EntrySpec {
    let request = Request::Parameters(Parameters::new(name).expect("a name"));
    EntrySpec::new(request, Policy::fresh(MaxAge::from(TTL)).into(), None).expect("an entry name")
}

fn bound(cache: &Cache, name: &str) -> Lookup {
    let lookup = Lookup::new(vec![spec(name)]);
    runtime().block_on(lookup.fetch(cache, None)).expect("an entry");
    lookup
}

/// Returns the contender that reads the slot, which is the cost of an entry alone.
fn slot() -> Contender {
    let cache = Cache::builder().build();
    let _held = bound(&cache, "/app/one");
    let spec = spec("/app/one");
    let slot: Arc<Slot<Cached>> = cache.slot(&spec.request);
    Contender::new("slot", move |times| {
        for _ in 0..times {
            let clock = black_box(cache.clock());
            let now = clock.now();
            let entry = slot.load();
            let entry = entry.as_ref().expect("an entry");
            assert!(slot.is_fresh(black_box(entry), clock, MaxAge::from(TTL), now), "a hit");
        }
    })
}

fn read(lookup: &Lookup, cache_id: u64) {
    let hit = lookup.read(cache_id, |entries| {
        black_box(entries[0].value.value());
    });
    hit.expect("a bound lookup").expect("a hit");
}

/// Returns the contender for the entries of a decorated handler, in Rust or Python, in the cache with this id.
fn lookup() -> Contender {
    let cache = Cache::builder().build();
    let lookup = bound(&cache, "/app/one");
    Contender::new("lookup", move |times| {
        for _ in 0..times {
            read(&lookup, black_box(&cache).id());
        }
    })
}

fn moka(names: &[String]) -> Contender {
    let cache: moka::sync::Cache<String, Arc<str>> =
        moka::sync::Cache::builder().max_capacity(2_000).time_to_live(TTL).build();
    names.iter().for_each(|name| cache.insert(name.clone(), "x".into()));
    let in_turn = in_turn(names.to_vec());
    Contender::new("moka", move |times| {
        in_turn(times, &|name| {
            black_box(cache.get(black_box(name.as_str())).expect("a hit"));
        });
    })
}

/// Returns the contender for `quick_cache`. It has no ages, so they are stored with the values.
fn quick_cache() -> Contender {
    let cache: quick_cache::sync::Cache<String, (Instant, Arc<str>)> = quick_cache::sync::Cache::new(2_000);
    cache.insert("/app/one".to_owned(), (Instant::now(), "x".into()));
    Contender::new("quick_cache", move |times| {
        for _ in 0..times {
            let (since, value) = cache.get(black_box("/app/one")).expect("a hit");
            assert!(since.elapsed() < TTL);
            black_box(value);
        }
    })
}

/// Returns the contender for code without a library.
fn rw_lock(names: &[String]) -> Contender {
    let map: HashMap<String, (Instant, Arc<str>)> =
        names.iter().map(|name| (name.clone(), (Instant::now(), "x".into()))).collect();
    let map = RwLock::new(map);
    let in_turn = in_turn(names.to_vec());
    Contender::new("rw_lock", move |times| {
        in_turn(times, &|name| {
            let map = map.read().unwrap_or_else(PoisonError::into_inner);
            let (since, value) = map.get(black_box(name.as_str())).expect("a hit");
            assert!(since.elapsed() < TTL);
            black_box(Arc::clone(value));
        });
    })
}

fn aws_secretsmanager_caching() -> Contender {
    let runtime = runtime();
    let size = NonZeroUsize::new(1_000).expect("not zero");
    let client = runtime.block_on(SecretsManagerCachingClient::default(size, TTL)).expect("a client");
    // The connection belongs to this runtime, which is not needed for a hit.
    runtime.block_on(client.get_secret_value("/app/three", None, None, false)).expect("a secret");
    awaiting_with("aws_secretsmanager_caching", Arc::new(client), async |client, times| {
        for _ in 0..times {
            black_box(client.get_secret_value(black_box("/app/three"), None, None, false).await.expect("a hit"));
        }
    })
}

fn awaiting(name: &'static str, read: impl AsyncFn(u32) + Send + Sync + 'static) -> Contender {
    Contender::new(name, move |times| on_this_thread(read(times)))
}

fn awaiting_with<T: Send + Sync + 'static>(
    name: &'static str,
    what: Arc<T>,
    read: impl AsyncFn(&T, u32) + Send + Sync + 'static,
) -> Contender {
    Contender::new(name, move |times| on_this_thread(read(&what, times)))
}

/// Runs a future on the thread's own runtime. Entering the runtime is part of a batch, not of a read.
fn on_this_thread(future: impl Future<Output = ()>) {
    thread_local! {
        static RUNTIME: RefCell<Option<Runtime>> = const { RefCell::new(None) };
    }
    RUNTIME.with_borrow_mut(|own| own.get_or_insert_with(runtime).block_on(future));
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}
