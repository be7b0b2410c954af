//! A value fetched before an invalidation is not returned after it.

mod support;

use std::sync::atomic::Ordering::SeqCst;

use engine_model::engine::MaxAge;
use shuttle::thread;
use support::{A, B, World, explore};

#[test]
fn an_invalidation_reveals_earlier_changes() {
    explore("an_invalidation_reveals_earlier_changes", 3_000, || {
        let world = World::new();
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| world.get(A, MaxAge::INFINITE));
            }
            for _ in 0..2 {
                scope.spawn(|| {
                    world.change();
                    let version = world.version.load(SeqCst);
                    world.engine.invalidate(|_| true);
                    assert!(
                        world.get(A, MaxAge::INFINITE).value.version >= version,
                        "a value from before the invalidation"
                    );
                });
            }
        });
        assert!(world.fetches() <= 4);
        assert_eq!(world.get(A, MaxAge::INFINITE).value.version, 2, "an older value came back");
    });
}

#[test]
fn an_invalidation_of_one_key_leaves_the_others_alone() {
    explore("an_invalidation_of_one_key_leaves_the_others_alone", 1_000, || {
        let world = World::new();
        world.get(B, MaxAge::INFINITE);
        let key = engine_model::engine::Key::new("test", [A.to_string()]);
        thread::scope(|scope| {
            scope.spawn(|| world.get(A, MaxAge::INFINITE));
            scope.spawn(|| world.engine.invalidate(|other| *other == key));
            scope.spawn(|| world.get(B, MaxAge::INFINITE));
        });
        assert_eq!(world.fetches(), 2);
    });
}
