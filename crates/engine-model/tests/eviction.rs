//! A cache with room for one entry, used with two.

mod support;

use std::sync::Arc;

use engine_model::engine::MaxAge;
use shuttle::thread;
use support::{A, B, World, explore, give_up_after};

#[test]
fn a_full_cache_holds_one_entry_and_fetches_one_at_a_time() {
    explore("a_full_cache_holds_one_entry_and_fetches_one_at_a_time", 3_000, || {
        let world = World::with_capacity(1);
        thread::scope(|scope| {
            for key in [A, B, A] {
                let world = &world;
                scope.spawn(move || world.get(key, MaxAge::INFINITE));
            }
            scope.spawn(|| give_up_after(1, world.call(B, MaxAge::ZERO)));
        });
        let held = [A, B].into_iter().filter(|key| world.look(*key).is_some()).count();
        assert_eq!(held, 1);
    });
}

#[test]
fn a_referenced_slot_stays_the_slot_of_its_key() {
    explore("a_referenced_slot_stays_the_slot_of_its_key", 3_000, || {
        let world = World::with_capacity(1);
        thread::scope(|scope| {
            scope.spawn(|| {
                let held = world.slot(A);
                world.get(A, MaxAge::ZERO);
                assert!(Arc::ptr_eq(&held, &world.slot(A)));
            });
            scope.spawn(|| world.get(A, MaxAge::ZERO));
            scope.spawn(|| world.get(B, MaxAge::ZERO));
        });
        world.get(A, MaxAge::ZERO);
        assert!(world.look(A).is_some(), "a fetched entry is found by its key");
    });
}
