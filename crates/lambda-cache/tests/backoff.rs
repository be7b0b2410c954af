//! `stale_if_error` in attributes and plain calls, with an API that fails when the test makes it.
#![cfg(feature = "ssm")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use lambda_cache::{
    __binding::{
        backend::{InMemoryBackend, ValueSource},
        engine::{Clock, ManualClock},
    },
    Cache, Error, ErrorKind, Value, ssm,
};

const MINUTE_NS: i64 = 60_000_000_000;

#[derive(Clone, Default)]
struct Flaky(Arc<AtomicBool>);

impl ValueSource for Flaky {
    fn parameter(&self, _: &str) -> Result<Option<Value>, Error> {
        if self.0.load(Ordering::SeqCst) {
            return Err(Error::new(ErrorKind::Throttled, "slow down"));
        }
        Ok(Some("x".into()))
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

#[ssm::cache(parameter = "/app/var", stale_if_error_in_seconds = 300, cache = cache)]
async fn lenient(cache: &Cache, var: String) -> Result<String, Error> {
    Ok(var)
}

#[ssm::cache(parameter = "/app/var", stale_if_error_in_seconds = Duration::from_secs(seconds), cache = cache)]
async fn as_lenient_as(cache: &Cache, seconds: u64, var: String) -> Result<String, Error> {
    Ok(var)
}

#[ssm::cache(parameter = "/app/var", cache = cache)]
async fn strict(cache: &Cache, var: String) -> Result<String, Error> {
    Ok(var)
}

#[tokio::test]
async fn a_failed_refresh_is_an_error_without_stale_if_error() {
    let (flaky, clock) = (Flaky::default(), ManualClock::default());
    let api = Arc::new(InMemoryBackend::new(flaky.clone()));
    let cache = Cache::builder().api(Arc::clone(&api) as _).clock(Clock::Manual(clock.clone())).build();
    assert_eq!(lenient(&cache).await.unwrap(), "x");

    clock.advance(2 * MINUTE_NS);
    flaky.0.store(true, Ordering::SeqCst);
    assert_eq!(lenient(&cache).await.unwrap(), "x");
    let calls = api.calls().len();
    assert_eq!(lenient(&cache).await.unwrap(), "x");
    assert_eq!(as_lenient_as(&cache, 61).await.unwrap(), "x");
    assert_eq!(api.calls().len(), calls, "a caller that accepts stale values fetches after the back-off");
    assert_eq!(strict(&cache).await.unwrap_err().kind(), ErrorKind::Throttled);
    assert_eq!(as_lenient_as(&cache, 60).await.unwrap_err().kind(), ErrorKind::Throttled);

    let get = || cache.ssm().get_entry::<String, _>("/app/var");
    assert_eq!(get().stale_if_error(Duration::from_secs(61)).await.unwrap(), "x");
    assert!(get().await.is_err() && get().stale_if_error(Duration::from_mins(1)).await.is_err());

    flaky.0.store(false, Ordering::SeqCst);
    assert_eq!(strict(&cache).await.unwrap(), "x");
    assert_eq!(lenient(&cache).await.unwrap(), "x");
}
