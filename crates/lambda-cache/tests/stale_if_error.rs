//! The values that are served when a refresh fails, and the number of calls to a failing service.

mod support;

use std::{cell::Cell, sync::Arc};

use lambda_cache::{
    __binding::engine::{Fetched, MaxAge, Policy},
    Error, ErrorKind,
};
use support::{Rig, seconds};

const POLICY: Policy = Policy { max_age: MaxAge::DEFAULT, stale_if_error: MaxAge::from_nanos(300_000_000_000) };

/// A service that answers or fails, and counts its calls.
struct Service {
    rig: Arc<Rig>,
    failure: Cell<Option<ErrorKind>>,
}

impl Service {
    fn new() -> Self {
        Self { rig: Rig::new(), failure: Cell::new(None) }
    }

    /// Returns the number of the fetch whose value is served, and whether it is stale.
    async fn serve(&self, policy: Policy) -> Result<(u64, bool), Error> {
        let slot = self.rig.slot("a");
        let fetch = async |_| {
            let numbered = self.rig.next();
            match self.failure.get() {
                Some(kind) => Err(Error::new(kind, "no")),
                None => Ok(Fetched::Now(numbered)),
            }
        };
        let refresh = self.rig.engine.get(&slot, policy.max_age, fetch);
        let served = self.rig.engine.serve(&slot, policy, refresh).await?;
        Ok((served.entry.value.number, served.stale.is_some()))
    }

    async fn asked(&self, policy: Policy) -> bool {
        let before = self.rig.count();
        let _ = self.serve(policy).await;
        self.rig.count() > before
    }
}

#[tokio::test]
async fn a_stale_value_is_served_if_its_refresh_fails_transiently() {
    for kind in [ErrorKind::Throttled, ErrorKind::Unavailable] {
        let service = Service::new();
        assert_eq!(service.serve(POLICY).await.unwrap(), (1, false));
        service.failure.set(Some(kind));
        service.rig.advance(60);
        assert_eq!(service.serve(POLICY).await.unwrap(), (1, true));
        service.rig.advance(299);
        assert_eq!(service.serve(POLICY).await.unwrap(), (1, true), "it is 359 s old");
        service.rig.advance(1);
        assert_eq!(service.serve(POLICY).await.unwrap_err().kind(), kind, "it is 360 s old");
    }
}

#[tokio::test]
async fn nothing_older_than_its_max_age_is_served_by_default() {
    let service = Service::new();
    service.serve(Policy::default()).await.unwrap();
    service.failure.set(Some(ErrorKind::Throttled));
    service.rig.advance(60);
    assert!(service.serve(Policy::default()).await.is_err());
    assert!(service.asked(Policy::default()).await, "the next call fetches without a back-off");
}

#[tokio::test]
async fn a_permanent_failure_is_always_an_error() {
    for kind in [ErrorKind::NotFound, ErrorKind::AccessDenied, ErrorKind::Rejected, ErrorKind::Configuration] {
        let service = Service::new();
        service.serve(POLICY).await.unwrap();
        service.failure.set(Some(kind));
        service.rig.advance(60);
        assert_eq!(service.serve(POLICY).await.unwrap_err().kind(), kind);
    }
}

#[tokio::test]
async fn a_stale_value_never_becomes_fresh() {
    let service = Service::new();
    service.serve(POLICY).await.unwrap();
    service.failure.set(Some(ErrorKind::Throttled));
    service.rig.advance(60);
    service.serve(POLICY).await.unwrap();
    assert!(service.serve(Policy::default()).await.is_err(), "a caller that accepts 60 s gets nothing older");
    service.failure.set(None);
    assert_eq!(service.serve(Policy::default()).await.unwrap(), (4, false));
    assert_eq!(service.serve(POLICY).await.unwrap(), (4, false));
}

#[tokio::test]
async fn a_failure_without_a_value_is_an_error() {
    let service = Service::new();
    service.failure.set(Some(ErrorKind::Unavailable));
    assert_eq!(service.serve(POLICY).await.unwrap_err().kind(), ErrorKind::Unavailable);
    assert!(service.asked(POLICY).await);
}

#[tokio::test]
async fn failing_refreshes_are_retried_with_growing_back_offs() {
    let service = Service::new();
    service.serve(POLICY).await.unwrap();
    service.failure.set(Some(ErrorKind::Throttled));
    service.rig.advance(60);
    for longest in [1, 2, 4, 8, 16, 30, 30] {
        assert!(service.asked(POLICY).await, "the back-off is over");
        for _ in 0..10 {
            assert!(!service.asked(POLICY).await, "the back-off has just begun");
        }
        assert_eq!(service.serve(POLICY).await.unwrap(), (1, true));
        service.rig.advance(longest);
    }
    service.failure.set(None);
    assert!(service.asked(POLICY).await);
    assert!(!service.asked(POLICY).await, "it is fresh");
    service.failure.set(Some(ErrorKind::Throttled));
    service.rig.advance(60);
    assert!(service.asked(POLICY).await);
    service.rig.advance(1);
    assert!(service.asked(POLICY).await, "a success resets the back-off");
}

#[tokio::test]
async fn callers_that_reject_stale_values_ignore_the_back_off() {
    let service = Service::new();
    service.serve(POLICY).await.unwrap();
    service.failure.set(Some(ErrorKind::Throttled));
    service.rig.advance(60);
    service.serve(POLICY).await.unwrap();
    assert!(service.asked(Policy::fresh(MaxAge::ZERO)).await);
    service.failure.set(None);
    service.serve(Policy::fresh(MaxAge::ZERO)).await.unwrap();
    service.rig.advance(60);
    assert!(service.asked(POLICY).await, "a success ends the back-off for all callers");
}

#[tokio::test]
async fn a_value_fresh_for_its_caller_is_not_stale_during_back_off() {
    let service = Service::new();
    service.serve(POLICY).await.unwrap();
    service.failure.set(Some(ErrorKind::Throttled));
    service.rig.advance(60);
    service.serve(POLICY).await.unwrap();
    let lenient = Policy { max_age: seconds(3_600.0), ..POLICY };
    assert_eq!(service.serve(lenient).await.unwrap(), (1, false));
}

#[tokio::test]
async fn an_invalidated_value_is_not_served_stale() {
    let service = Service::new();
    service.serve(POLICY).await.unwrap();
    service.failure.set(Some(ErrorKind::Throttled));
    service.rig.advance(60);
    service.serve(POLICY).await.unwrap();
    service.rig.engine.invalidate(|_| true);
    assert!(service.asked(POLICY).await);
    assert!(service.serve(POLICY).await.is_err());
}

#[tokio::test]
async fn nothing_stale_is_served_after_a_clock_went_backwards() {
    let service = Service::new();
    service.serve(POLICY).await.unwrap();
    service.failure.set(Some(ErrorKind::Throttled));
    service.rig.clock.step_wall(-1);
    assert!(service.serve(POLICY).await.is_err());
}
