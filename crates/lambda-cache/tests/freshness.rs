//! The conditions under which the engine fetches.

mod support;

use std::sync::Arc;

use lambda_cache::__binding::engine::{Clock, Engine, Fetched, Key, MaxAge};
use support::{Numbered, Rig, hit, seconds};

#[tokio::test]
async fn a_value_younger_than_its_max_age_is_served_without_a_fetch() {
    let rig = Rig::new();
    assert_eq!(rig.get("a", seconds(60.0)).await, 1);
    rig.advance(59);
    assert_eq!(rig.get("a", seconds(60.0)).await, 1);
}

#[tokio::test]
async fn a_value_as_old_as_its_max_age_is_fetched_again() {
    let rig = Rig::new();
    rig.get("a", seconds(5.0)).await;
    rig.advance(5);
    assert_eq!(rig.get("a", seconds(5.0)).await, 2);
}

#[tokio::test]
async fn each_caller_brings_its_own_max_age() {
    let rig = Rig::new();
    rig.get("a", seconds(300.0)).await;
    rig.advance(100);
    assert_eq!(rig.get("a", seconds(300.0)).await, 1);
    assert_eq!(rig.get("a", seconds(60.0)).await, 2);
    assert_eq!(rig.get("a", seconds(300.0)).await, 2, "what one caller refreshed, all see");
}

#[tokio::test]
async fn max_age_zero_always_fetches_and_infinity_once() {
    let rig = Rig::new();
    assert_eq!(rig.get("a", MaxAge::ZERO).await, 1);
    assert_eq!(rig.get("a", MaxAge::ZERO).await, 2);
    rig.advance(1_000_000_000);
    assert_eq!(rig.get("a", MaxAge::INFINITE).await, 2);
}

#[tokio::test]
async fn an_age_counts_from_the_start_of_the_fetch() {
    let rig = Rig::new();
    let slow = async |_| {
        rig.advance(40);
        Ok(Fetched::Now(rig.next()))
    };
    rig.engine.get(&rig.slot("a"), seconds(60.0), slow).await.unwrap();
    rig.advance(20);
    assert_eq!(rig.get("a", seconds(60.0)).await, 2);
}

#[tokio::test]
async fn a_wall_clock_that_went_backwards_causes_a_fetch() {
    let rig = Rig::new();
    rig.get("a", MaxAge::INFINITE).await;
    rig.clock.step_wall(-1_000_000_000);
    assert_eq!(rig.get("a", MaxAge::INFINITE).await, 2);
}

#[tokio::test]
async fn a_wall_clock_that_went_forwards_ages_the_entry() {
    let rig = Rig::new();
    rig.get("a", seconds(60.0)).await;
    rig.clock.step_wall(60_000_000_000); // a restored snapshot: the monotonic clock stood still
    assert_eq!(rig.get("a", seconds(60.0)).await, 2);
}

#[tokio::test]
async fn a_restarted_monotonic_clock_causes_a_fetch() {
    for restored_ns in [-3_600_000_000_000, 3_600_000_000_000] {
        let rig = Rig::new();
        rig.get("a", seconds(60.0)).await;
        rig.clock.advance(restored_ns); // restored on another machine, whose clock is unrelated
        rig.clock.step_wall(1_000_000_000 - restored_ns);
        assert_eq!(rig.get("a", seconds(60.0)).await, 2, "{restored_ns}");
    }
}

#[tokio::test]
async fn keys_with_the_same_end_are_separate_entries() {
    let rig = Rig::new();
    assert_eq!(rig.get("/prod/var", seconds(60.0)).await, 1);
    assert_eq!(rig.get("/test/var", seconds(60.0)).await, 2);
    let joined = Key::new("test", ["a, b".to_owned()]);
    let parted = Key::new("test", ["a".to_owned(), "b".to_owned()]);
    assert_ne!(joined, parted, "no character can make two keys equal");
    assert_ne!(Key::new("ssm", ["a".to_owned()]), Key::new("secret", ["a".to_owned()]));
}

#[tokio::test]
async fn an_error_is_not_cached_and_keeps_the_older_value() {
    let rig = Rig::new();
    rig.get("a", seconds(60.0)).await;
    rig.advance(60);
    assert!(rig.fail("a", seconds(60.0)).await.unwrap_err().is_transient());
    assert_eq!(rig.get("a", seconds(90.0)).await, 1, "the value is still there for those who accept its age");
    assert_eq!(rig.get("a", seconds(60.0)).await, 3, "and the next call fetches");
}

#[tokio::test]
async fn a_damaged_value_is_fetched_again() {
    let rig = Rig::new();
    let slot = rig.slot("a");
    let fetch = async |_| Ok(Fetched::Now(rig.next()));
    let entry = rig.engine.get(&slot, seconds(60.0), fetch).await.unwrap();
    entry.value.damage();
    assert!(hit(&slot, rig.engine.clock(), seconds(60.0)).is_none());
    assert_eq!(rig.get("a", seconds(60.0)).await, 2);
}

#[tokio::test]
async fn a_value_taken_over_from_elsewhere_keeps_its_age() {
    let rig = Rig::new();
    let began = rig.engine.clock().now();
    rig.advance(50);
    let adopt = async |_| Ok(Fetched::Then(rig.next(), began));
    rig.engine.get(&rig.slot("a"), seconds(60.0), adopt).await.unwrap();
    rig.advance(10);
    assert_eq!(rig.get("a", seconds(60.0)).await, 2);
}

#[tokio::test]
async fn the_least_recently_used_entry_is_evicted_first() {
    let rig = Rig::with_capacity(3);
    for name in ["a", "b", "c"] {
        rig.get(name, MaxAge::INFINITE).await;
        rig.advance(1);
    }
    rig.get("a", MaxAge::INFINITE).await; // used again: b is now the oldest
    rig.advance(1);
    rig.get("d", MaxAge::INFINITE).await;
    rig.advance(1);
    for name in ["a", "c", "d"] {
        rig.get(name, MaxAge::INFINITE).await;
    }
    assert_eq!(rig.count(), 4);
    rig.get("b", MaxAge::INFINITE).await;
    assert_eq!(rig.count(), 5);
}

#[tokio::test]
async fn a_hit_without_a_lock_is_a_use_too() {
    let rig = Rig::with_capacity(2);
    let slot = rig.slot("a");
    rig.get("a", MaxAge::INFINITE).await;
    rig.advance(1);
    rig.get("b", MaxAge::INFINITE).await;
    rig.advance(1);
    assert!(hit(&slot, rig.engine.clock(), MaxAge::INFINITE).is_some());
    rig.get("c", MaxAge::INFINITE).await;
    assert!(hit(&slot, rig.engine.clock(), MaxAge::INFINITE).is_some(), "b was used less recently");
}

#[tokio::test]
async fn a_referenced_slot_stays_when_its_entry_is_evicted() {
    let rig = Rig::with_capacity(1);
    let held = rig.slot("a");
    rig.get("a", MaxAge::INFINITE).await;
    rig.advance(1);
    rig.get("b", MaxAge::INFINITE).await;
    assert!(hit(&held, rig.engine.clock(), MaxAge::INFINITE).is_none());
    rig.get("a", MaxAge::ZERO).await;
    let seen = hit(&held, rig.engine.clock(), MaxAge::INFINITE);
    assert_eq!(seen, Some(3), "the slot's owner sees a refresh");
}

#[tokio::test]
async fn a_referenced_slot_stays_when_its_first_fetch_fails() {
    let rig = Rig::new();
    let held = rig.slot("a");
    rig.fail("a", seconds(60.0)).await.unwrap_err();
    rig.get("a", seconds(60.0)).await;
    assert!(hit(&held, rig.engine.clock(), seconds(60.0)).is_some(), "the value of another caller is seen");
}

#[tokio::test]
async fn failed_names_do_not_accumulate() {
    let rig = Rig::with_capacity(10);
    let first = Arc::downgrade(&rig.slot("missing 0"));
    for number in 0..20 {
        rig.fail(&format!("missing {number}"), MaxAge::DEFAULT).await.unwrap_err();
    }
    assert!(first.upgrade().is_none());
}

#[tokio::test]
async fn a_referenced_slot_survives_any_number_of_names() {
    let rig = Rig::with_capacity(10);
    let held = rig.slot("held");
    for number in 0..20 {
        rig.get(&number.to_string(), MaxAge::DEFAULT).await;
    }
    assert!(Arc::ptr_eq(&held, &rig.slot("held")));
}

#[tokio::test]
async fn a_hit_by_key_finds_fresh_entries_without_fetching() {
    let rig = Rig::new();
    let look = || rig.engine.hit(&support::key("a"), seconds(60.0)).map(|entry| entry.value.number);
    assert_eq!(look(), None);
    rig.get("a", seconds(60.0)).await;
    assert_eq!(look(), Some(1));
    rig.advance(60);
    assert_eq!(look(), None);
    assert_eq!(rig.count(), 1);
}

#[tokio::test]
async fn an_invalidated_entry_is_fetched_again_however_young() {
    let rig = Rig::new();
    for name in ["a", "b"] {
        rig.get(name, MaxAge::INFINITE).await;
    }
    rig.engine.invalidate(|key| *key == support::key("a"));
    assert_eq!(rig.get("a", MaxAge::INFINITE).await, 3);
    assert_eq!(rig.get("b", MaxAge::INFINITE).await, 2, "the other key is untouched");
    rig.engine.invalidate(|_| true);
    assert_eq!(rig.get("a", MaxAge::INFINITE).await, 4);
    assert_eq!(rig.get("b", MaxAge::INFINITE).await, 5);
}

#[tokio::test]
async fn a_value_on_the_system_clock_is_at_least_a_tick_old() {
    let engine = Engine::new(Clock::System, 10);
    let slot = engine.slot(&support::key("a"));
    let fetch = async |_| Ok(Fetched::Now(Numbered::new(1)));
    engine.get(&slot, MaxAge::DEFAULT, fetch).await.unwrap();
    assert!(hit(&slot, engine.clock(), MaxAge::DEFAULT).is_some());
    assert!(hit(&slot, engine.clock(), MaxAge::from(std::time::Duration::from_nanos(1))).is_none());
}

#[tokio::test]
async fn slots_read_together_show_changes_and_keep_nothing_removed() {
    let rig = Rig::with_capacity(2);
    let together = rig.engine.slot_group(&["a", "b"].map(support::key));
    let numbers = || together.read(|entries| entries.iter().map(|entry| entry.value.number).collect::<Vec<_>>());
    rig.get("a", MaxAge::INFINITE).await;
    assert_eq!(numbers(), None, "b was not fetched yet");
    rig.get("b", MaxAge::INFINITE).await;
    assert_eq!(numbers(), Some(vec![1, 2]));
    rig.get("a", MaxAge::ZERO).await;
    assert_eq!(numbers(), Some(vec![3, 2]));

    let weak = || together.read(|entries| entries.iter().map(Arc::downgrade).collect::<Vec<_>>()).expect("both");
    let refreshed = weak();
    rig.get("a", MaxAge::ZERO).await;
    assert_eq!(refreshed[0].strong_count(), 0, "a replaced entry is dropped before the next read");
    let evicted = weak();
    rig.advance(1);
    rig.get("b", MaxAge::INFINITE).await;
    rig.get("c", MaxAge::INFINITE).await;
    assert_eq!(evicted.iter().map(std::sync::Weak::strong_count).sum::<usize>(), 1, "an evicted entry is dropped");
    assert_eq!(numbers(), None);

    rig.get("a", MaxAge::INFINITE).await;
    rig.get("b", MaxAge::INFINITE).await;
    let invalidated = weak();
    rig.engine.invalidate(|_| true);
    assert!(invalidated.iter().all(|entry| entry.strong_count() == 0), "an invalidated entry is dropped");
    assert_eq!(numbers(), None);
}
