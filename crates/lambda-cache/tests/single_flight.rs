//! One fetch per key at a time, shared by the callers for whose max age it is recent enough.

mod support;

use std::{
    future::Future,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, Waker},
};

use futures_util::future::{join_all, poll_immediate};
use lambda_cache::{
    __binding::engine::{Entry, Fetched, MaxAge},
    Error, ErrorKind,
};
use support::{Numbered, Rig, seconds};
use tokio::sync::{Notify, oneshot};

type Outcome = Result<Arc<Entry<Numbered>>, Error>;
type Call = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// Returns a call whose fetch, if there is one, ends when the gate is opened, with the result sent through the gate.
fn gated(rig: &Arc<Rig>, name: &str, max_age: MaxAge) -> (Call, oneshot::Sender<Result<(), Error>>) {
    let (open, gate) = oneshot::channel();
    let (rig, slot) = (Arc::clone(rig), rig.slot(name));
    let call = async move {
        let fetch = async |_| {
            let number = rig.next();
            gate.await.unwrap_or(Ok(()))?;
            Ok(Fetched::Now(number))
        };
        rig.engine.get(&slot, max_age, fetch).await
    };
    (Box::pin(call), open)
}

/// Polls a call until it waits. The calls in these tests never end during this first poll.
async fn start(call: &mut Call) {
    assert!(poll_immediate(call).await.is_none(), "the call should be waiting");
}

fn number(outcome: Outcome) -> u64 {
    outcome.unwrap().value.number
}

#[tokio::test]
async fn callers_of_one_cold_key_share_one_fetch() {
    let rig = Rig::new();
    let (mut leader, open) = gated(&rig, "a", seconds(60.0));
    start(&mut leader).await;
    let mut waiters: Vec<_> = (0..31).map(|_| gated(&rig, "a", seconds(60.0)).0).collect();
    for waiter in &mut waiters {
        start(waiter).await;
    }
    open.send(Ok(())).unwrap();
    assert_eq!(number(leader.await), 1);
    for outcome in join_all(waiters).await {
        assert_eq!(number(outcome), 1);
    }
    assert_eq!(rig.count(), 1);
}

#[tokio::test]
async fn max_age_zero_joins_only_flights_that_begin_later() {
    let rig = Rig::new();
    let (mut first, open_first) = gated(&rig, "a", seconds(60.0));
    start(&mut first).await;
    let (mut second, open_second) = gated(&rig, "a", MaxAge::ZERO);
    let (mut third, open_third) = gated(&rig, "a", MaxAge::ZERO);
    start(&mut second).await;
    start(&mut third).await;
    assert_eq!(rig.count(), 1, "one fetch at a time");

    open_first.send(Ok(())).unwrap();
    open_second.send(Ok(())).unwrap();
    open_third.send(Ok(())).unwrap();
    assert_eq!(number(first.await), 1);
    let (second, third) = tokio::join!(second, third);
    assert_eq!((number(second), number(third)), (2, 2));
}

#[tokio::test]
async fn a_flight_is_joined_only_within_the_callers_max_age() {
    let rig = Rig::new();
    let (mut leader, open) = gated(&rig, "a", seconds(60.0));
    start(&mut leader).await;
    rig.advance(30);
    let (mut patient, _unused) = gated(&rig, "a", seconds(60.0));
    let (mut strict, open_strict) = gated(&rig, "a", seconds(30.0));
    start(&mut patient).await;
    start(&mut strict).await;
    rig.advance(1_000); // the duration of the flight does not matter
    open.send(Ok(())).unwrap();
    open_strict.send(Ok(())).unwrap();
    assert_eq!(number(leader.await), 1);
    assert_eq!(number(patient.await), 1);
    assert_eq!(number(strict.await), 2);
}

#[tokio::test]
async fn waiters_get_the_flights_error_and_the_next_call_fetches_again() {
    let rig = Rig::new();
    let (mut leader, open) = gated(&rig, "a", seconds(60.0));
    start(&mut leader).await;
    let (mut waiter, _unused) = gated(&rig, "a", seconds(60.0));
    start(&mut waiter).await;
    open.send(Err(Error::new(ErrorKind::AccessDenied, "no"))).unwrap();
    assert_eq!(leader.await.unwrap_err().kind(), ErrorKind::AccessDenied);
    assert_eq!(waiter.await.unwrap_err().kind(), ErrorKind::AccessDenied);
    assert_eq!(rig.count(), 1);
    assert_eq!(rig.get("a", seconds(60.0)).await, 2);
}

#[tokio::test]
async fn an_error_reaches_only_callers_that_joined_its_flight() {
    let rig = Rig::new();
    let (mut leader, open) = gated(&rig, "a", seconds(60.0));
    start(&mut leader).await;
    let (mut later, open_later) = gated(&rig, "a", MaxAge::ZERO);
    start(&mut later).await;
    open.send(Err(Error::new(ErrorKind::Throttled, "slow down"))).unwrap();
    open_later.send(Ok(())).unwrap();
    assert!(leader.await.is_err());
    assert_eq!(number(later.await), 2);
}

#[tokio::test]
async fn a_cancelled_leader_passes_the_lead_to_a_waiter() {
    let rig = Rig::new();
    let (mut leader, _open) = gated(&rig, "a", seconds(60.0));
    start(&mut leader).await;
    let (mut heir, open_heir) = gated(&rig, "a", seconds(60.0));
    let (mut other, _unused) = gated(&rig, "a", seconds(60.0));
    start(&mut heir).await;
    start(&mut other).await;
    drop(leader);
    start(&mut heir).await;
    start(&mut other).await;
    open_heir.send(Ok(())).unwrap();
    let (heir, other) = tokio::join!(heir, other);
    assert_eq!((number(heir), number(other)), (2, 2));
}

#[tokio::test]
async fn a_panicking_leader_passes_the_lead_to_a_waiter() {
    let rig = Rig::new();
    let crash = Arc::new(Notify::new());
    let leader = tokio::spawn({
        let (rig, crash) = (Arc::clone(&rig), Arc::clone(&crash));
        async move {
            let fetch = async |_| -> Result<Fetched<Numbered>, Error> {
                rig.next();
                crash.notified().await;
                panic!("the fetch crashed")
            };
            rig.engine.get(&rig.slot("a"), seconds(60.0), fetch).await
        }
    });
    while rig.count() == 0 {
        tokio::task::yield_now().await;
    }
    let (mut waiter, open) = gated(&rig, "a", seconds(60.0));
    start(&mut waiter).await;
    crash.notify_one();
    assert!(leader.await.unwrap_err().is_panic());
    open.send(Ok(())).unwrap();
    assert_eq!(number(waiter.await), 2);
}

#[tokio::test]
async fn a_cancelled_waiter_does_not_affect_others() {
    let rig = Rig::new();
    let (mut leader, open) = gated(&rig, "a", seconds(60.0));
    start(&mut leader).await;
    let (mut waiter, _unused) = gated(&rig, "a", seconds(60.0));
    start(&mut waiter).await;
    drop(waiter);
    open.send(Ok(())).unwrap();
    assert_eq!(number(leader.await), 1);
}

#[tokio::test]
async fn keys_do_not_wait_for_each_other() {
    let rig = Rig::new();
    let (mut slow, _open) = gated(&rig, "a", seconds(60.0));
    start(&mut slow).await;
    let mut other = pin!(rig.get("b", seconds(60.0)));
    let mut context = Context::from_waker(Waker::noop());
    assert_eq!(other.as_mut().poll(&mut context), Poll::Ready(2));
}

#[tokio::test]
async fn an_adopted_value_serves_only_within_the_callers_max_age() {
    let rig = Rig::new();
    let began = rig.engine.clock().now();
    rig.advance(50);
    let (open, gate) = oneshot::channel::<()>();
    let mut leader: Call = Box::pin({
        let (rig, slot) = (Arc::clone(&rig), rig.slot("a"));
        async move {
            let adopt = async |_| {
                let number = rig.next();
                let _ = gate.await;
                Ok(Fetched::Then(number, began))
            };
            rig.engine.get(&slot, seconds(60.0), adopt).await
        }
    });
    start(&mut leader).await;
    let (mut strict, open_strict) = gated(&rig, "a", seconds(10.0));
    start(&mut strict).await;
    open.send(()).unwrap();
    open_strict.send(Ok(())).unwrap();
    assert_eq!(number(leader.await), 1);
    assert_eq!(number(strict.await), 2, "an age of 50 s is too old for 10 s");
}

#[test]
fn max_age_zero_never_sees_an_older_value_on_real_threads() {
    use std::sync::atomic::{AtomicU64, Ordering};
    let rig = Rig::new();
    let rotation = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                for _ in 0..500 {
                    let rotated = rotation.fetch_add(1, Ordering::SeqCst) + 1;
                    let fetch = async |_| {
                        let seen = rotation.load(Ordering::SeqCst);
                        tokio::task::yield_now().await;
                        Ok(Fetched::Now(Numbered::new(seen)))
                    };
                    let entry = runtime.block_on(rig.engine.get(&rig.slot("a"), MaxAge::ZERO, fetch)).unwrap();
                    assert!(entry.value.number >= rotated, "{} is from before rotation {rotated}", entry.value.number);
                }
            });
        }
    });
}

#[tokio::test]
async fn a_fetch_from_before_an_invalidation_is_not_stored() {
    let rig = Rig::new();
    let (mut before, open) = gated(&rig, "a", MaxAge::INFINITE);
    start(&mut before).await;
    rig.engine.invalidate(|_| true);
    let (mut after, open_after) = gated(&rig, "a", MaxAge::INFINITE);
    start(&mut after).await;
    open.send(Ok(())).unwrap();
    assert_eq!(number(before.await), 1, "the earlier caller gets its value");
    start(&mut after).await;
    open_after.send(Ok(())).unwrap();
    assert_eq!(number(after.await), 2, "the later caller does not get it");
    assert_eq!(rig.get("a", MaxAge::INFINITE).await, 2);
}
