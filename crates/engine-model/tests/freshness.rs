//! The guarantee about ages, for calls in any order.

mod support;

use std::sync::atomic::Ordering::SeqCst;

use engine_model::engine::MaxAge;
use futures_util::future::poll_immediate;
use shuttle::{
    future::block_on,
    rand::{Rng, thread_rng},
    thread,
};
use support::{A, SECOND_NS, World, explore};
use tokio::sync::oneshot;

#[test]
fn no_caller_gets_a_value_older_than_its_max_age() {
    explore("no_caller_gets_a_value_older_than_its_max_age", 6_000, || {
        let world = World::new();
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for _ in 0..2 {
                        call(&world);
                    }
                });
            }
            scope.spawn(|| {
                for _ in 0..3 {
                    world.change();
                    world.clock.advance(SECOND_NS);
                }
            });
        });
        assert!(world.fetches() <= 6, "no more fetches than calls");
    });
}

/// Makes one call with a max age of 0 to 3 s. Its value was fetched after the call, or within its max age before it.
fn call(world: &World) {
    let seconds = thread_rng().gen_range(0..4_u32);
    let max_age = MaxAge::from_seconds(seconds.into()).unwrap();
    let (version, called, made) = (world.version.load(SeqCst), world.event(), world.engine.clock().now());
    let entry = world.get(A, max_age);
    let is_later = entry.value.begun > called;
    assert!(
        is_later || max_age.allows(world.engine.clock().age(entry.began, made)),
        "max age {seconds} s: a value of {:?} for a call at {made:?}",
        entry.began
    );
    // AWS's value changes before each second passes, and a fetch reads it after it began.
    let oldest = version.saturating_sub(u64::from(seconds));
    assert!(
        entry.value.version >= oldest,
        "max age {seconds} s: at version {version}, version {}",
        entry.value.version
    );
}

#[test]
fn a_zero_max_age_rejects_fetches_that_began_before_the_call() {
    explore("a_zero_max_age_rejects_fetches_that_began_before_the_call", 3_000, || {
        let world = World::new();
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    world.change();
                    let version = world.version.load(SeqCst);
                    assert!(world.get(A, MaxAge::ZERO).value.version >= version);
                });
            }
        });
        assert!(world.fetches() <= 3);
    });
}

#[test]
fn a_zero_max_age_shares_a_fetch_that_begins_after_the_call() {
    explore("a_zero_max_age_shares_a_fetch_that_begins_after_the_call", 3_000, || {
        let world = World::new();
        let (end, first_ends) = oneshot::channel::<()>();
        let slot = world.slot(A);
        let fetch = async |_| world.fetch_and(A, async { first_ends.await.unwrap() }).await;
        let mut first = Box::pin(world.engine.get(&slot, MaxAge::ZERO, fetch));
        let mut waiters: Vec<_> = (0..2).map(|_| Box::pin(world.call(A, MaxAge::ZERO))).collect();
        block_on(async {
            assert!(poll_immediate(&mut first).await.is_none());
            for waiter in &mut waiters {
                assert!(poll_immediate(waiter).await.is_none(), "a fetch that began earlier is in progress");
            }
        });
        thread::scope(|scope| {
            for waiter in waiters {
                scope.spawn(|| block_on(waiter).unwrap());
            }
            end.send(()).unwrap();
            block_on(first).unwrap();
        });
        assert_eq!(world.fetches(), 2);
    });
}
