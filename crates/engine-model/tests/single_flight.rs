//! At most one fetch of a key at a time, whichever caller leads it and however it ends.

mod support;

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::atomic::{AtomicU64, Ordering::SeqCst},
};

use engine_model::{Error, engine::MaxAge};
use shuttle::{future::block_on, thread};
use support::{A, B, SECOND_NS, World, explore, give_up_after};
use tokio::sync::oneshot;

#[test]
fn callers_of_a_cold_key_share_one_fetch() {
    explore("callers_of_a_cold_key_share_one_fetch", 3_000, || {
        let world = World::new();
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| assert_eq!(world.get(A, MaxAge::INFINITE).value.version, 0));
            }
        });
        assert_eq!(world.fetches(), 1);
    });
}

#[test]
fn a_panicking_leader_passes_the_lead_to_a_waiter() {
    explore("a_panicking_leader_passes_the_lead_to_a_waiter", 3_000, || {
        let world = World::new();
        thread::scope(|scope| {
            scope.spawn(|| {
                let crash = async {
                    support::pause().await;
                    resume_unwind(Box::new("the fetch crashed"));
                };
                let mut fetched = false;
                let fetch = async |_| {
                    fetched = true;
                    world.fetch_and(A, crash).await
                };
                let slot = world.slot(A);
                let call = world.engine.get(&slot, MaxAge::INFINITE, fetch);
                let ended = catch_unwind(AssertUnwindSafe(|| block_on(call)));
                assert_eq!(ended.is_err(), fetched, "the leader panics, and the waiter gets the fetched value");
            });
            for _ in 0..2 {
                scope.spawn(|| world.get(A, MaxAge::INFINITE));
            }
        });
        assert!(world.fetches() <= 2);
    });
}

#[test]
fn a_cancelled_caller_gives_up_its_lead_or_its_wait() {
    explore("a_cancelled_caller_gives_up_its_lead_or_its_wait", 3_000, || {
        let world = World::new();
        thread::scope(|scope| {
            for polls in 1..3 {
                let world = &world;
                scope.spawn(move || give_up_after(polls, world.call(A, MaxAge::INFINITE)));
            }
            for _ in 0..2 {
                scope.spawn(|| world.get(A, MaxAge::INFINITE));
            }
        });
        let fetches = world.fetches();
        assert!((1..=3).contains(&fetches), "one for each cancelled caller, and one that ends");
        world.get(A, MaxAge::INFINITE);
        assert_eq!(world.fetches(), fetches, "the last one is stored");
    });
}

#[test]
fn a_cancelled_endless_leader_passes_the_lead() {
    explore("a_cancelled_endless_leader_passes_the_lead", 3_000, || {
        let world = World::new();
        thread::scope(|scope| {
            scope.spawn(|| {
                let slot = world.slot(A);
                let fetch = async |_| world.fetch_and(A, std::future::pending()).await;
                give_up_after(1, world.engine.get(&slot, MaxAge::ZERO, fetch))
            });
            scope.spawn(|| world.get(A, MaxAge::ZERO));
            scope.spawn(|| world.get(A, MaxAge::from_nanos(1)));
        });
        assert!(world.fetches() <= 3);
    });
}

#[test]
fn keys_do_not_wait_for_each_other() {
    explore("keys_do_not_wait_for_each_other", 3_000, || {
        let world = World::new();
        let (done, other_is_done) = oneshot::channel::<()>();
        thread::scope(|scope| {
            scope.spawn(|| {
                let slot = world.slot(A);
                let fetch = async |_| world.fetch_and(A, async { other_is_done.await.unwrap() }).await;
                block_on(world.engine.get(&slot, MaxAge::INFINITE, fetch)).unwrap()
            });
            scope.spawn(|| {
                world.get(B, MaxAge::INFINITE);
                done.send(()).unwrap();
            });
        });
        assert_eq!(world.fetches(), 2);
    });
}

#[test]
fn a_value_stays_available_during_a_refresh() {
    explore("a_value_stays_available_during_a_refresh", 3_000, || {
        let world = World::new();
        world.get(A, MaxAge::INFINITE);
        world.clock.advance(60 * SECOND_NS);
        thread::scope(|scope| {
            scope.spawn(|| world.get(A, MaxAge::ZERO));
            scope.spawn(|| world.get(A, MaxAge::DEFAULT));
            scope.spawn(|| {
                let mut last = 0;
                for _ in 0..3 {
                    let begun = world.look(A).expect("the value is missing during a refresh").value.begun;
                    assert!(last <= begun, "an older value came back");
                    last = begun;
                }
            });
        });
        assert!((2..=3).contains(&world.fetches()));
    });
}

#[test]
fn an_error_reaches_all_waiters_and_is_not_cached() {
    explore("an_error_reaches_all_waiters_and_is_not_cached", 3_000, || {
        let world = World::new();
        let failing = || {
            let slot = world.slot(A);
            let fetch = async |_| {
                world.fetch(A).await;
                Err(Error::Lasting)
            };
            block_on(world.engine.get(&slot, MaxAge::INFINITE, fetch)).map(|entry| entry.value.version)
        };
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let outcome = failing();
                    assert!(matches!(outcome, Ok(0) | Err(Error::Lasting)), "{outcome:?}");
                });
            }
            scope.spawn(|| match block_on(world.call(A, MaxAge::INFINITE)) {
                Ok(_) => assert!(world.look(A).is_some(), "the value is missing after a later error"),
                Err(error) => assert_eq!(error, Error::Lasting),
            });
        });
        world.get(A, MaxAge::INFINITE);
        assert!(world.fetches() <= 4);
    });
}

#[test]
fn a_zero_max_age_never_gets_an_error_from_before_the_call() {
    explore("a_zero_max_age_never_gets_an_error_from_before_the_call", 3_000, || {
        let world = World::new();
        let failed_began = AtomicU64::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                let slot = world.slot(A);
                let fetch = async |_| {
                    failed_began.store(world.event(), SeqCst);
                    world.fetch(A).await;
                    Err(Error::Lasting)
                };
                let _ = block_on(world.engine.get(&slot, MaxAge::INFINITE, fetch));
            });
            for _ in 0..2 {
                scope.spawn(|| {
                    let called = world.event();
                    let outcome = block_on(world.call(A, MaxAge::ZERO));
                    assert!(outcome.is_ok() || failed_began.load(SeqCst) > called, "the error is older than the call");
                });
            }
        });
    });
}
