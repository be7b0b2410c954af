//! The default ages of a separate cache.
#![cfg(feature = "ssm")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use lambda_cache::{
    __binding::{
        backend::{InMemoryBackend, ValueSource},
        engine::{Clock, ManualClock},
    },
    Cache, CacheBuilder, Error, Value,
};

const HOUR: Duration = Duration::from_hours(1);
const SECOND: Duration = Duration::from_secs(1);

/// A parameter that changes at every call.
#[derive(Default)]
struct Counting(AtomicUsize);

impl ValueSource for Counting {
    fn parameter(&self, _: &str) -> Result<Option<Value>, Error> {
        Ok(Some((self.0.fetch_add(1, Ordering::Relaxed) + 1).to_string().into()))
    }

    #[cfg(feature = "secrets-manager")]
    fn secret(&self, _: &str) -> Result<Option<Value>, Error> {
        Ok(None)
    }

    #[cfg(feature = "s3")]
    fn object(&self, _: &str) -> Result<Option<bytes::Bytes>, Error> {
        Ok(None)
    }

    fn advice(&self, _: &str, _: &[&str]) -> String {
        String::new()
    }
}

fn cache(describe: impl FnOnce(CacheBuilder) -> CacheBuilder) -> (Cache, ManualClock) {
    let clock = ManualClock::default();
    let builder =
        Cache::builder().api(Arc::new(InMemoryBackend::new(Counting::default()))).clock(Clock::Manual(clock.clone()));
    (describe(builder).build(), clock)
}

fn advance(clock: &ManualClock, time: Duration) {
    clock.advance(i64::try_from(time.as_nanos()).unwrap());
}

async fn get(cache: &Cache, max_age: Option<Duration>) -> u32 {
    let get = cache.ssm().get_entry("/app/var");
    match max_age {
        Some(max_age) => get.max_age(max_age).await.unwrap(),
        None => get.await.unwrap(),
    }
}

#[tokio::test]
async fn the_builders_ages_are_the_defaults_of_calls() {
    let (cache, clock) = cache(|builder| builder.max_age(HOUR));
    assert_eq!(get(&cache, None).await, 1);
    advance(&clock, HOUR.saturating_sub(SECOND));
    assert_eq!(get(&cache, None).await, 1);
    assert_eq!(get(&cache, Some(Duration::from_mins(1))).await, 2, "a given age overrides the default");
    assert_eq!(get(&cache.emptied(), None).await, 3);
}

/// Returns the age in seconds that an entry reaches in a cache with jittered max ages of a minute.
async fn lifetime_in_seconds(percent: u8) -> u32 {
    let (cache, clock) = cache(|builder| builder.jitter_in_percent(percent));
    let first = get(&cache, None).await;
    for age in 1..=61 {
        advance(&clock, SECOND);
        if get(&cache, None).await != first {
            return age;
        }
    }
    panic!("older than its max age");
}

#[tokio::test]
async fn jitter_shortens_max_ages_differently_in_each_environment() {
    for _ in 0..10 {
        assert_eq!(lifetime_in_seconds(0).await, 60);
    }
    let mut lifetimes = Vec::new();
    for _ in 0..100 {
        lifetimes.push(lifetime_in_seconds(20).await);
    }
    assert!(lifetimes.iter().all(|age| (48..=60).contains(age)), "{lifetimes:?}");
    let distinct: std::collections::BTreeSet<_> = lifetimes.iter().collect();
    assert!(distinct.len() > 6, "{lifetimes:?}");
}

#[tokio::test]
async fn jitter_does_not_change_zero_and_infinite_ages() {
    let (cache, clock) = cache(|builder| builder.jitter_in_percent(100));
    assert_eq!((get(&cache, Some(Duration::ZERO)).await, get(&cache, Some(Duration::ZERO)).await), (1, 2));
    advance(&clock, 1_000 * HOUR);
    assert_eq!(get(&cache, Some(Duration::MAX)).await, 2);
}

#[tokio::test]
async fn a_restored_snapshot_draws_a_new_jitter() {
    let (cache, clock) = cache(|builder| builder.jitter_in_percent(100));
    let mut lifetimes = std::collections::BTreeSet::new();
    for _ in 0..20 {
        cache.reset();
        let first = get(&cache, None).await;
        let mut age = 0;
        while get(&cache, None).await == first {
            advance(&clock, SECOND);
            age += 1;
        }
        lifetimes.insert(age);
    }
    assert!(lifetimes.len() > 3, "{lifetimes:?}");
}
