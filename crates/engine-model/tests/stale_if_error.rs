//! Failing refreshes, for callers that accept the stale value.

mod support;

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use engine_model::{
    Error,
    engine::{Fetched, MaxAge, Policy, Served},
};
use shuttle::{future::block_on, thread};
use support::{A, SECOND_NS, Seen, World, explore};

fn lenient() -> Policy {
    Policy { max_age: MaxAge::DEFAULT, stale_if_error: MaxAge::INFINITE }
}

/// Creates a world whose only value is too old.
fn world() -> World {
    let world = World::new();
    world.get(A, MaxAge::INFINITE);
    world.clock.advance(60 * SECOND_NS);
    world
}

/// Makes a call whose refresh, if there is one, fails if `fails`.
fn serve(world: &World, policy: Policy, fails: bool) -> Result<Served<Seen>, Error> {
    let slot = world.slot(A);
    let fetch = async |_| if fails { world.fail(A).await } else { Ok(Fetched::Now(world.fetch(A).await)) };
    block_on(world.engine.serve(&slot, policy, world.engine.get(&slot, policy.max_age, fetch)))
}

#[test]
fn a_stale_value_is_served_without_fetching_during_back_off() {
    explore("a_stale_value_is_served_without_fetching_during_back_off", 3_000, || {
        let world = world();
        let has_failed = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..2 {
                        let pauses = has_failed.load(SeqCst);
                        let slot = world.slot(A);
                        let refresh = world.engine.get(&slot, MaxAge::DEFAULT, async |_| {
                            assert!(!pauses, "fetched during the back-off");
                            world.fail(A).await
                        });
                        let served = block_on(world.engine.serve(&slot, lenient(), refresh)).unwrap();
                        assert_eq!(served.stale, Some(Error::Transient));
                        has_failed.store(true, SeqCst);
                    }
                });
            }
        });
        world.clock.advance(SECOND_NS);
        let before = world.fetches();
        assert!(serve(&world, lenient(), false).unwrap().stale.is_none(), "simultaneous failures count as one");
        assert_eq!(world.fetches(), before + 1);
    });
}

#[test]
fn a_caller_that_rejects_stale_values_fetches_anyway() {
    explore("a_caller_that_rejects_stale_values_fetches_anyway", 3_000, || {
        let world = world();
        thread::scope(|scope| {
            scope.spawn(|| serve(&world, lenient(), true).unwrap());
            scope.spawn(|| {
                if let Ok(served) = serve(&world, Policy::default(), false) {
                    assert!(served.stale.is_none() && served.entry.value.begun > 1);
                }
            });
        });
    });
}

#[test]
fn a_stale_value_is_older_than_its_callers_max_age() {
    explore("a_stale_value_is_older_than_its_callers_max_age", 3_000, || {
        let world = world();
        thread::scope(|scope| {
            scope.spawn(|| {
                let served = serve(&world, lenient(), true).unwrap();
                let age = world.engine.clock().age(served.entry.began, world.engine.clock().now());
                assert_eq!(served.stale.is_some(), !MaxAge::DEFAULT.allows(age));
            });
            scope.spawn(|| {
                world.change();
                let _ = serve(&world, Policy::fresh(MaxAge::ZERO), false);
            });
        });
    });
}

#[test]
fn an_invalidated_value_is_not_served_as_stale() {
    explore("an_invalidated_value_is_not_served_as_stale", 3_000, || {
        let world = world();
        thread::scope(|scope| {
            scope.spawn(|| serve(&world, lenient(), true));
            scope.spawn(|| {
                world.engine.invalidate(|_| true);
                assert_eq!(serve(&world, lenient(), true).unwrap_err(), Error::Transient);
            });
        });
    });
}
