//! Custom entries, with the rules of the cache for any call.
#![cfg(all(feature = "ssm", feature = "secrets-manager", feature = "s3"))]

use std::{
    error::Error as _,
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use lambda_cache::{Cache, Error, ErrorKind, custom, ssm, testing};

const MINUTE: Duration = Duration::from_mins(1);

/// A source that counts its fetches.
#[derive(Clone, Default)]
struct Counter(Arc<AtomicUsize>);

impl Counter {
    fn calls(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl custom::Fetch for Counter {
    type Value = usize;
    type Error = io::Error;

    async fn fetch(&self) -> Result<usize, io::Error> {
        tokio::task::yield_now().await;
        Ok(self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

#[tokio::test]
async fn a_custom_entry_is_fetched_again_when_it_is_too_old() {
    let (fake, counter) = (testing::values(), Counter::default());
    let get = || custom::get_entry("count", counter.clone());
    assert_eq!((get().await.unwrap(), get().await.unwrap()), (1, 1));
    fake.advance(MINUTE);
    assert_eq!(get().await.unwrap(), 2);
    assert_eq!(get().refresh().await.unwrap(), 3);
    assert_eq!(get().max_age(Duration::MAX).await.unwrap(), 3);
    custom::invalidate("count", counter.clone());
    assert_eq!(get().await.unwrap(), 4);
}

#[tokio::test]
async fn concurrent_calls_share_a_fetch() {
    let (_fake, counter) = (testing::values(), Counter::default());
    let asks = (0..50).map(|_| async { custom::get_entry("count", counter.clone()).await.unwrap() });
    let seen: Vec<_> = futures_util::future::join_all(asks).await;
    assert_eq!((seen, counter.calls()), (vec![1; 50], 1));
}

#[tokio::test]
async fn entries_are_distinguished_by_name_and_source() {
    let (_fake, counter) = (testing::values(), Counter::default());
    assert_eq!(custom::get_entry("a", counter.clone()).await.unwrap(), 1);
    assert_eq!(custom::get_entry("b", counter.clone()).await.unwrap(), 2);
    let text = async || Ok::<_, io::Error>("text".to_owned());
    assert_eq!(custom::get_entry("a", text).await.unwrap(), "text");
    assert_eq!(custom::get_entry("a", counter.clone()).await.unwrap(), 1);
}

#[tokio::test]
async fn a_failure_is_not_cached_and_has_the_sources_error() {
    let _fake = testing::values();
    let tries = Arc::new(AtomicUsize::new(0));
    let get = || {
        let tries = Arc::clone(&tries);
        custom::get_entry("rates", move || {
            let tries = Arc::clone(&tries);
            async move {
                match tries.fetch_add(1, Ordering::Relaxed) {
                    0 => Err(io::Error::other("no such host")),
                    _ => Ok(1),
                }
            }
        })
    };
    let error = get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Custom);
    assert_eq!(error.to_string(), "custom rates could not be fetched: no such host");
    assert!(error.source().unwrap().downcast_ref::<io::Error>().is_some());
    assert_eq!(get().await.unwrap(), 1);
}

#[tokio::test]
async fn an_error_of_this_crate_is_returned_unchanged() {
    let _fake = testing::values();
    let fetch = async || ssm::get_entry::<String, _>("/not/supplied").await;
    let error = custom::get_entry("var", fetch).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSupplied);
}

#[tokio::test]
async fn a_stale_value_is_served_if_the_source_fails() {
    let (fake, fails) = (testing::values(), Arc::new(AtomicUsize::new(0)));
    let get = || {
        let fails = Arc::clone(&fails);
        custom::get_entry("rates", move || {
            let fails = fails.load(Ordering::Relaxed) == 1;
            async move { if fails { Err(io::Error::other("down")) } else { Ok(1) } }
        })
    };
    assert_eq!(get().await.unwrap(), 1);
    fails.store(1, Ordering::Relaxed);
    fake.advance(MINUTE);
    assert!(get().await.is_err());
    assert_eq!(get().stale_if_error(MINUTE).await.unwrap(), 1);
}

async fn fetch_rates() -> Result<Arc<Vec<f64>>, io::Error> {
    Ok(Arc::new(vec![1.5]))
}

#[tokio::test]
async fn an_attribute_stacks_with_the_others() {
    #[ssm::cache(parameter = "/app/var")]
    #[custom::cache(fetch = fetch_rates, entry_name = "rates", max_age_in_seconds = 300)]
    #[custom::cache(fetch = counter.clone(), entry_name = "count")]
    async fn handler(counter: &Counter, var: String, rates: Arc<Vec<f64>>, count: usize) -> Result<String, Error> {
        Ok(format!("{var} {} {count}", rates[0]))
    }
    let (fake, counter) = (testing::values(), Counter::default());
    fake.ssm("/app/var", "x");
    assert_eq!(handler(&counter).await.unwrap(), "x 1.5 1");
    assert_eq!(handler(&counter).await.unwrap(), "x 1.5 1");
    fake.advance(MINUTE);
    assert_eq!(handler(&counter).await.unwrap(), "x 1.5 2");
    assert_eq!((fake.count("/app/var"), fake.count("rates"), fake.count("count")), (2, 1, 2));
}

#[tokio::test]
async fn a_separate_cache_has_separate_entries() {
    let (_fake, counter, cache) = (testing::values(), Counter::default(), Cache::builder().build());
    assert_eq!(cache.custom().get_entry("count", counter.clone()).await.unwrap(), 1);
    assert_eq!(custom::get_entry("count", counter.clone()).await.unwrap(), 2);
    cache.custom().invalidate("count", counter.clone());
    assert_eq!(cache.custom().get_entry("count", counter.clone()).await.unwrap(), 3);
}

#[tokio::test]
async fn a_test_can_replace_the_fetch_by_a_value_or_a_failure() {
    #[custom::cache(fetch = fetch_rates, entry_name = "rates")]
    async fn handler(rates: Arc<Vec<f64>>) -> Result<f64, Error> {
        Ok(rates[0])
    }
    let fake = testing::values();
    fake.custom("rates", Arc::new(vec![7.0]));
    assert_eq!(handler().await.unwrap().to_bits(), 7.0_f64.to_bits());
    fake.advance(MINUTE);
    fake.fail("rates", Error::new(ErrorKind::Throttled, "slow down"));
    assert_eq!(handler().await.unwrap_err().kind(), ErrorKind::Throttled);
    fake.recover("rates");
    assert_eq!(handler().await.unwrap().to_bits(), 7.0_f64.to_bits());
    assert_eq!(fake.calls(), ["custom rates"; 3]);
}
