//! The engine against a plain model of what it should do, on random histories.

mod support;

use std::collections::HashMap;

use lambda_cache::engine::MaxAge;
use proptest::prelude::*;
use support::{Rig, seconds};

const CAPACITY: usize = 4;

#[derive(Clone, Debug)]
enum Step {
    Get { key: u8, max_age_seconds: u16 },
    Fail { key: u8, max_age_seconds: u16 },
    Wait { seconds: u16 },
    SetWall { seconds: i16 },
    Look { key: u8, max_age_seconds: u16 },
    Invalidate { key: u8 },
    Clear,
}

fn step() -> impl Strategy<Value = Step> {
    let max_age_seconds = prop_oneof![Just(0), 1..100_u16];
    prop_oneof![
        6 => (0..7_u8, max_age_seconds.clone()).prop_map(|(key, max_age_seconds)| Step::Get { key, max_age_seconds }),
        1 => (0..7_u8, max_age_seconds.clone()).prop_map(|(key, max_age_seconds)| Step::Fail { key, max_age_seconds }),
        2 => (0..7_u8, max_age_seconds).prop_map(|(key, max_age_seconds)| Step::Look { key, max_age_seconds }),
        1 => (0..7_u8).prop_map(|key| Step::Invalidate { key }),
        1 => Just(Step::Clear),
        3 => (1..40_u16).prop_map(|seconds| Step::Wait { seconds }),
        1 => (-50..50_i16).prop_map(|seconds| Step::SetWall { seconds }),
    ]
}

/// What the engine should be, with nothing of how it is: a list of entries and two clocks.
#[derive(Default)]
struct Model {
    monotonic: i64,
    wall: i64,
    entries: HashMap<u8, Known>,
    fetches: u64,
}

struct Known {
    number: u64,
    monotonic: i64,
    wall: i64,
    last_used: i64,
}

impl Model {
    fn fresh(&mut self, key: u8, max_age_seconds: u16) -> Option<u64> {
        let (monotonic, wall) = (self.monotonic, self.wall);
        let known = self.entries.get_mut(&key)?;
        let ages = [monotonic - known.monotonic, wall - known.wall];
        let is_fresh = ages.iter().all(|age| (0..i64::from(max_age_seconds)).contains(age));
        if is_fresh {
            known.last_used = monotonic;
        }
        is_fresh.then_some(known.number)
    }

    fn get(&mut self, key: u8, max_age_seconds: u16) -> u64 {
        if let Some(number) = self.fresh(key, max_age_seconds) {
            return number;
        }
        self.fetches += 1;
        let (number, monotonic, wall) = (self.fetches, self.monotonic, self.wall);
        self.entries.insert(key, Known { number, monotonic, wall, last_used: monotonic });
        if self.entries.len() > CAPACITY {
            let others = self.entries.iter().filter(|(other, _)| **other != key);
            let oldest = others.min_by_key(|(_, known)| (known.last_used, known.number)).map(|(key, _)| *key);
            self.entries.remove(&oldest.unwrap());
        }
        number
    }

    fn fail(&mut self, key: u8, max_age_seconds: u16) -> Option<u64> {
        let fresh = self.fresh(key, max_age_seconds);
        if fresh.is_none() {
            self.fetches += 1;
        }
        fresh
    }
}

fn max_age(max_age_seconds: u16) -> MaxAge {
    seconds(f64::from(max_age_seconds))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_history_gives_what_the_model_gives(steps in prop::collection::vec(step(), 1..120)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let rig = Rig::with_capacity(CAPACITY);
        let mut model = Model::default();
        for step in steps {
            match step {
                Step::Get { key, max_age_seconds } => {
                    let got = runtime.block_on(rig.get(&key.to_string(), max_age(max_age_seconds)));
                    prop_assert_eq!(got, model.get(key, max_age_seconds));
                }
                Step::Fail { key, max_age_seconds } => {
                    let got = runtime.block_on(rig.fail(&key.to_string(), max_age(max_age_seconds)));
                    prop_assert_eq!(got.ok(), model.fail(key, max_age_seconds));
                }
                Step::Wait { seconds } => {
                    rig.advance(seconds.into());
                    model.monotonic += i64::from(seconds);
                    model.wall += i64::from(seconds);
                }
                Step::Look { key, max_age_seconds } => {
                    let found = rig.engine.hit(&support::key(&key.to_string()), max_age(max_age_seconds));
                    prop_assert_eq!(found.map(|entry| entry.value.number), model.fresh(key, max_age_seconds));
                }
                Step::Invalidate { key } => {
                    rig.engine.invalidate(|other| *other == support::key(&key.to_string()));
                    model.entries.remove(&key);
                }
                Step::Clear => {
                    rig.engine.invalidate(|_| true);
                    model.entries.clear();
                }
                Step::SetWall { seconds } => {
                    rig.clock.step_wall(i64::from(seconds) * 1_000_000_000);
                    model.wall += i64::from(seconds);
                }
            }
            prop_assert_eq!(rig.count(), model.fetches);
        }
    }
}
