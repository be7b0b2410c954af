//! A leader that keeps its future without polling it. When time passes, other callers take the lead over.

mod support;

use engine_model::{engine::MaxAge, let_time_pass};
use futures_util::future::poll_immediate;
use shuttle::{future::block_on, thread};
use support::{A, World, explore};
use tokio::sync::oneshot;

/// Polls a call `polls` times and keeps it until the others are done. Then it continues, if `resumes`.
fn keep_after(world: &World, polls: usize, others_are_done: oneshot::Receiver<()>, resumes: bool) {
    let mut kept = Box::pin(world.call_beside(A, MaxAge::INFINITE));
    for _ in 0..polls {
        if block_on(poll_immediate(&mut kept)).is_some() {
            return;
        }
        thread::yield_now();
    }
    block_on(others_are_done).unwrap();
    if resumes {
        block_on(kept).unwrap();
    }
}

#[test]
fn kept_leader_loses_its_lead() {
    let_time_pass();
    explore("kept_leader_loses_its_lead", 500, || {
        let world = World::new();
        let (done, others_are_done) = oneshot::channel();
        thread::scope(|scope| {
            scope.spawn(|| keep_after(&world, 1, others_are_done, false));
            scope.spawn(|| {
                thread::scope(|others| {
                    for _ in 0..2 {
                        others.spawn(|| block_on(world.call_beside(A, MaxAge::INFINITE)).unwrap());
                    }
                });
                let _ = done.send(()); // the receiver may have ended early
            });
        });
        assert!((1..=3).contains(&world.fetches()), "at most one fetch per call");
        block_on(world.call_beside(A, MaxAge::INFINITE)).unwrap();
        assert!(world.fetches() <= 3, "the fetched value is stored");
    });
}

#[test]
fn late_outcome_never_replaces_a_newer_one() {
    let_time_pass();
    explore("late_outcome_never_replaces_a_newer_one", 500, || {
        let world = World::new();
        let (done, others_are_done) = oneshot::channel();
        thread::scope(|scope| {
            scope.spawn(|| keep_after(&world, 2, others_are_done, true));
            scope.spawn(|| block_on(world.call_beside(A, MaxAge::ZERO)).unwrap());
            scope.spawn(|| {
                block_on(world.call_beside(A, MaxAge::ZERO)).unwrap();
                let _ = done.send(()); // the receiver may have ended early
            });
            scope.spawn(|| {
                let mut last = 0;
                for _ in 0..4 {
                    let began = world.look(A).map_or(0, |entry| entry.began.monotonic_ns);
                    assert!(last <= began, "an older value came back");
                    last = began;
                    thread::yield_now();
                }
            });
        });
        assert!(world.look(A).is_some());
    });
}

#[test]
fn invalidation_holds_for_a_kept_leader_too() {
    let_time_pass();
    explore("invalidation_holds_for_a_kept_leader_too", 500, || {
        let world = World::new();
        let mut kept = Box::pin(world.call_beside(A, MaxAge::INFINITE));
        assert!(block_on(poll_immediate(&mut kept)).is_none());
        thread::scope(|scope| {
            scope.spawn(|| {
                world.change();
                world.engine.invalidate(|_| true);
                let after = block_on(world.call_beside(A, MaxAge::INFINITE)).unwrap();
                assert_eq!(after.value.version, 1, "a value from before the invalidation");
            });
            scope.spawn(|| block_on(kept).unwrap());
        });
        assert_eq!(world.look(A).unwrap().value.version, 1);
    });
}
