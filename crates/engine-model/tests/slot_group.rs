//! Slots that are read together, while others refresh and invalidate them.

mod support;

use std::sync::{Arc, Weak, atomic::Ordering::SeqCst};

use engine_model::engine::{Entry, Key, MaxAge, SlotGroup};
use shuttle::thread;
use support::{A, B, Seen, World, explore};

fn together(world: &World) -> Arc<SlotGroup<Seen>> {
    world.engine.slot_group(&[A, B].map(|key| Key::new("test", [key.to_string()])))
}

#[test]
fn a_group_read_never_goes_back_and_ends_with_the_newest() {
    explore("a_group_read_never_goes_back_and_ends_with_the_newest", 2_000, || {
        let world = World::new();
        world.get(A, MaxAge::INFINITE);
        world.get(B, MaxAge::INFINITE);
        let together = together(&world);
        let begun =
            || together.read(|entries| [entries[0].value.begun, entries[1].value.begun]).expect("a slot is empty");
        thread::scope(|scope| {
            for key in [A, B] {
                let (world, begun) = (&world, &begun);
                scope.spawn(move || {
                    let fetched = world.get(key, MaxAge::ZERO);
                    assert!(
                        begun()[key] >= fetched.value.begun,
                        "a later read does not see the value of an earlier call"
                    );
                });
            }
            scope.spawn(|| {
                let (first, second) = (begun(), begun());
                assert!(first[0] <= second[0] && first[1] <= second[1], "{first:?}, then {second:?}");
            });
        });
        assert_eq!(begun(), [A, B].map(|key| world.look(key).expect("an entry").value.begun));
    });
}

#[test]
fn invalidated_entries_are_neither_read_nor_kept() {
    explore("invalidated_entries_are_neither_read_nor_kept", 2_000, || {
        let world = World::new();
        let held: Vec<Weak<Entry<Seen>>> =
            [A, B].iter().map(|key| Arc::downgrade(&world.get(*key, MaxAge::INFINITE))).collect();
        let together = together(&world);
        thread::scope(|scope| {
            scope.spawn(|| {
                world.version.load(SeqCst);
                world.engine.invalidate(|_| true);
                assert!(together.read(|_| ()).is_none(), "read after the invalidation");
            });
            for _ in 0..2 {
                scope.spawn(|| together.read(|_| ()));
            }
        });
        assert!(held.iter().all(|entry| entry.strong_count() == 0), "kept alive by its readers");
    });
}
