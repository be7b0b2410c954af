//! A caller that keeps its future without polling it does not block others, and a slow caller keeps its lead.
#![cfg(all(feature = "ssm", feature = "secrets-manager", feature = "s3"))]

mod aws_stand_in;
mod support;

use std::{
    future::IntoFuture,
    pin::pin,
    sync::Arc,
    task::{Context, Waker},
    time::Duration,
};

use aws_stand_in::StandIn;
use futures_util::future::poll_immediate;
use lambda_cache::{__binding::engine::Fetched, Error};
use support::{Rig, hit, seconds};
use tokio::{
    runtime::{Builder, Runtime},
    sync::oneshot,
    time::{sleep, timeout},
};

const SHORT: Duration = Duration::from_millis(50);
/// The delay of the answer to the kept call, which is longer than any test waits.
const DELAY: Duration = Duration::from_mins(1);
/// The maximum wait on a busy machine. A stuck leader is usually detected in about two seconds.
const BOUND: Duration = Duration::from_secs(10);

/// Waits until the server has received a request.
async fn asked(aws: &StandIn) {
    while aws.requests() == 0 {
        sleep(Duration::from_millis(1)).await;
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

#[tokio::test]
async fn leader_kept_by_select_loses_its_lead() {
    let aws = StandIn::start();
    aws.delay("/app/var", DELAY);
    let cache = aws.cache();
    let call = || cache.ssm().get_entry::<String, _>("/app/var").into_future();
    let mut kept = pin!(call());
    let got = tokio::select! {
        _ = &mut kept => unreachable!("the answer is delayed"),
        () = asked(&aws) => timeout(BOUND, call()).await,
    };
    assert_eq!(got.expect("the call ends").unwrap(), "x");
    assert_eq!(aws.requests(), 2);
    assert_eq!(kept.await.unwrap(), "x", "the former leader can still continue");
}

#[tokio::test]
async fn leader_kept_while_the_connection_opens_loses_its_lead() {
    let aws = StandIn::start();
    let cache = aws.cache();
    let call = || cache.ssm().get_entry::<String, _>("/app/var").into_future();
    let mut kept = call();
    assert!(poll_immediate(&mut kept).await.is_none());
    assert_eq!(timeout(BOUND, call()).await.expect("the call ends").unwrap(), "x");
    let other = cache.ssm().get_entry::<String, _>("/app/other").into_future();
    assert_eq!(timeout(BOUND, other).await.expect("so does another key's").unwrap(), "y");
}

#[tokio::test]
async fn kept_download_gives_up_its_file() {
    let aws = StandIn::start();
    aws.delay("s3://bucket/key", DELAY);
    let cache = aws.cache();
    let call = || cache.s3().get_entry::<std::path::PathBuf>("s3://bucket/key").into_future();
    let mut kept = pin!(call());
    let got = tokio::select! {
        _ = &mut kept => unreachable!("the answer is delayed"),
        () = asked(&aws) => timeout(BOUND, call()).await,
    };
    let path = got.expect("the call ends").unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "object");
    assert_eq!(kept.await.unwrap(), path, "the former leader gets the other caller's value");
    assert_eq!(aws.requests(), 2);
}

#[test]
fn leader_in_a_runtime_that_is_not_driven_loses_its_lead() {
    let aws = StandIn::start();
    aws.delay("/app/var", DELAY);
    let cache = aws.cache();
    let (first, second) = (runtime(), runtime());
    let call = || cache.ssm().get_entry::<String, _>("/app/var").into_future();
    let mut kept = pin!(call());
    first.block_on(async {
        tokio::select! {
            _ = &mut kept => unreachable!("the answer is delayed"),
            () = asked(&aws) => {}
        }
    });
    let got = second.block_on(async { timeout(BOUND, call()).await });
    assert_eq!(got.expect("the call ends").unwrap(), "x");
    assert_eq!(first.block_on(kept).unwrap(), "x");
}

#[test]
fn secret_and_object_can_be_fetched_in_a_second_runtime() {
    let aws = StandIn::start();
    let cache = aws.cache();
    for _ in 0..2 {
        // Each runtime ends with its connections, as in tests that share a cache.
        runtime().block_on(async {
            let secret: lambda_cache::Secret<String> =
                cache.secrets_manager().get_entry("login").refresh().await.unwrap();
            let path: std::path::PathBuf = cache.s3().get_entry("s3://bucket/key").refresh().await.unwrap();
            assert_eq!((secret.expose().as_str(), std::fs::read(path).unwrap()), ("z", b"object".to_vec()));
        });
    }
}

#[tokio::test]
async fn slow_leader_keeps_its_lead() {
    let aws = StandIn::start();
    aws.delay("/app/var", Duration::from_secs(3));
    let cache = aws.cache();
    let call = || cache.ssm().get_entry::<String, _>("/app/var").into_future();
    let leader = tokio::spawn({
        let cache = cache.clone();
        async move { cache.ssm().get_entry::<String, _>("/app/var").await }
    });
    tokio::task::yield_now().await;
    let (one, other) = tokio::join!(call(), call());
    assert_eq!((one.unwrap(), other.unwrap(), leader.await.unwrap().unwrap()), ("x".into(), "x".into(), "x".into()));
    assert_eq!(aws.requests(), 1);
}

/// Makes a call whose fetch ends when the gate opens.
async fn gated(rig: &Rig, gate: oneshot::Receiver<()>) -> Result<u64, Error> {
    let fetch = async |_| {
        let number = rig.next();
        gate.await.unwrap();
        Ok(Fetched::Now(number))
    };
    rig.engine.get(&rig.slot("a"), seconds(60.0), fetch).await.map(|entry| entry.value.number)
}

#[tokio::test(start_paused = true)]
async fn late_outcome_does_not_replace_a_newer_one() {
    let rig = Rig::new();
    let (open, gate) = oneshot::channel();
    let mut kept = Box::pin(gated(&rig, gate));
    assert!(poll_immediate(&mut kept).await.is_none());
    assert_eq!(rig.get("a", seconds(60.0)).await, 2, "taken over");
    open.send(()).unwrap();
    assert_eq!(kept.await.unwrap(), 1, "its own caller accepts the value");
    assert_eq!(hit(&rig.slot("a"), rig.engine.clock(), seconds(60.0)), Some(2), "and the cache keeps the newer");
}

#[tokio::test(start_paused = true)]
async fn late_outcome_that_comes_first_serves_the_waiters() {
    let rig = Rig::new();
    let (open_first, first_gate) = oneshot::channel();
    let (open_second, second_gate) = oneshot::channel();
    let mut first = Box::pin(gated(&rig, first_gate));
    assert!(poll_immediate(&mut first).await.is_none());
    let second = {
        let rig = Arc::clone(&rig);
        tokio::spawn(async move { gated(&rig, second_gate).await })
    };
    while rig.count() < 2 {
        sleep(SHORT).await;
    }
    open_first.send(()).unwrap();
    assert_eq!(first.await.unwrap(), 1);
    assert_eq!(rig.get("a", seconds(60.0)).await, 1, "it is fresh, so it is served until the later one comes");
    open_second.send(()).unwrap();
    assert_eq!(second.await.unwrap().unwrap(), 2);
    assert_eq!(hit(&rig.slot("a"), rig.engine.clock(), seconds(60.0)), Some(2));
}

#[test]
fn waiter_without_a_tokio_runtime_takes_over_too() {
    let rig = Rig::new();
    let (_open, gate) = oneshot::channel();
    let mut kept = Box::pin(gated(&rig, gate));
    assert!(kept.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert_eq!(futures_executor::block_on(rig.get("a", seconds(60.0))), 2);
}
