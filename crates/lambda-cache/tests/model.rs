//! The engine against a simple model of its behaviour, on random histories.

mod effort;
mod support;

use std::{cell::RefCell, collections::HashMap};

use lambda_cache::{
    __binding::engine::{Fetched, MaxAge, Policy},
    Error, ErrorKind,
};
use proptest::{prelude::*, test_runner::TestRunner};
use support::{Numbered, Rig, seconds};

const CAPACITY: usize = 4;
const HISTORIES: usize = 512;

#[derive(Clone, Copy, Debug)]
enum Answer {
    Value,
    ErrorThatPasses,
    ErrorThatStays,
}

#[derive(Clone, Debug)]
enum Step {
    Get { key: u8, max_age_seconds: u16, answer: Answer },
    Serve { key: u8, max_age_seconds: u16, stale_seconds: u16, answer: Answer },
    Look { key: u8, max_age_seconds: u16 },
    Damage { key: u8 },
    Invalidate { key: u8 },
    Clear,
    Wait { ms: u16 },
    SetWall { ms: i32 },
}

fn step() -> impl Strategy<Value = Step> {
    let key = || 0..7_u8;
    let max_age_seconds = || prop_oneof![Just(0), 1..100_u16];
    let answer =
        || prop_oneof![4 => Just(Answer::Value), 1 => Just(Answer::ErrorThatPasses), 1 => Just(Answer::ErrorThatStays)];
    let answer_in_trouble =
        || prop_oneof![1 => Just(Answer::Value), 6 => Just(Answer::ErrorThatPasses), 1 => Just(Answer::ErrorThatStays)];
    let serve = |keys: std::ops::Range<u8>| {
        (keys, max_age_seconds(), prop_oneof![1 => Just(0), 4 => 1..200_u16], answer_in_trouble()).prop_map(
            |(key, max_age_seconds, stale_seconds, answer)| Step::Serve { key, max_age_seconds, stale_seconds, answer },
        )
    };
    prop_oneof![
        6 => (key(), max_age_seconds(), answer())
            .prop_map(|(key, max_age_seconds, answer)| Step::Get { key, max_age_seconds, answer }),
        4 => serve(0..7),
        2 => (key(), max_age_seconds()).prop_map(|(key, max_age_seconds)| Step::Look { key, max_age_seconds }),
        1 => key().prop_map(|key| Step::Damage { key }),
        1 => key().prop_map(|key| Step::Invalidate { key }),
        1 => Just(Step::Clear),
        3 => long_wait(),
        2 => short_wait(),
        1 => (-50_000..50_000_i32).prop_map(|ms| Step::SetWall { ms }),
    ]
}

/// Generates a step of a service that keeps failing, so that failures follow each other and their back-offs grow.
fn step_in_trouble() -> impl Strategy<Value = Step> {
    let answer = prop_oneof![20 => Just(Answer::ErrorThatPasses), 1 => Just(Answer::Value)];
    let serve =
        (0..2_u8, 0..3_u16, 500..30_000_u16, answer).prop_map(|(key, max_age_seconds, stale_seconds, answer)| {
            Step::Serve { key, max_age_seconds, stale_seconds, answer }
        });
    let set_wall = (-3_000..3_000_i32).prop_map(|ms| Step::SetWall { ms });
    prop_oneof![16 => serve, 8 => short_wait(), 4 => long_wait(), 1 => set_wall]
}

fn short_wait() -> impl Strategy<Value = Step> {
    (100..2_500_u16).prop_map(|ms| Step::Wait { ms })
}

fn long_wait() -> impl Strategy<Value = Step> {
    (1_000..40_000_u16).prop_map(|ms| Step::Wait { ms })
}

fn history() -> impl Strategy<Value = Vec<Step>> {
    let calm = || prop::collection::vec(step(), 1..120);
    let troubled = (prop::collection::vec(step(), 1..20), prop::collection::vec(step_in_trouble(), 1..100));
    prop_oneof![2 => calm(), 1 => troubled.prop_map(|(before, then)| [before, then].concat())]
}

/// The result of a call: the number of the fetch that made the value, and whether the value is stale.
type Given = Result<(u64, bool), ErrorKind>;

/// The expected behaviour of the engine, with the simplest implementation: a list of entries and two clocks.
#[derive(Default)]
struct Model {
    now: Time,
    entries: HashMap<u8, Known>,
    fetches: u64,
}

/// A time in milliseconds.
#[derive(Clone, Copy, Default)]
struct Time {
    monotonic: i64,
    wall: i64,
}

impl Time {
    /// Returns the age since `then`, or `None` if a clock went back.
    fn since(self, then: Self) -> Option<i64> {
        let ages = [self.monotonic - then.monotonic, self.wall - then.wall];
        ages.into_iter().max().filter(|_| ages.iter().all(|age| *age >= 0))
    }
}

struct Known {
    number: u64,
    began: Time,
    last_used: i64,
    is_intact: bool,
    trouble: Option<Backoff>,
}

/// Consecutive failures, and the bounds of the back-off after the last one.
#[derive(Clone, Copy)]
struct Backoff {
    count: u32,
    at: Time,
    at_least: i64,
    at_most: i64,
}

impl Backoff {
    fn new(count: u32, at: Time) -> Self {
        let whole = 1_000_i64.saturating_mul(1 << (count - 1).min(16)).min(30_000);
        Self { count, at, at_least: whole / 2, at_most: whole }
    }

    /// Returns whether the back-off is over, if that is certain.
    fn is_over(&self, now: Time) -> Option<bool> {
        match now.since(self.at) {
            None => Some(true),
            Some(age) if age >= self.at_most => Some(true),
            Some(age) if age < self.at_least => Some(false),
            Some(_) => None,
        }
    }
}

impl Model {
    /// Returns `true` if the key's value is present, intact, and younger than this.
    fn has_younger(&self, key: u8, seconds: u32) -> bool {
        let is_younger =
            |known: &Known| self.now.since(known.began).is_some_and(|age| age < i64::from(seconds) * 1_000);
        self.entries.get(&key).is_some_and(|known| known.is_intact && is_younger(known))
    }

    fn take(&mut self, key: u8) -> u64 {
        let known = self.entries.get_mut(&key).unwrap();
        known.last_used = self.now.monotonic;
        known.number
    }

    fn fresh(&mut self, key: u8, max_age_seconds: u16) -> Option<u64> {
        self.has_younger(key, max_age_seconds.into()).then(|| self.take(key))
    }

    fn get(&mut self, key: u8, max_age_seconds: u16, answer: Answer) -> Given {
        if let Some(number) = self.fresh(key, max_age_seconds) {
            return Ok((number, false));
        }
        self.fetches += 1;
        match answer {
            Answer::Value => Ok((self.insert(key), false)),
            Answer::ErrorThatPasses => Err(ErrorKind::Throttled),
            Answer::ErrorThatStays => Err(ErrorKind::AccessDenied),
        }
    }

    fn insert(&mut self, key: u8) -> u64 {
        let (number, began) = (self.fetches, self.now);
        let known = Known { number, began, last_used: began.monotonic, is_intact: true, trouble: None };
        self.entries.insert(key, known);
        if self.entries.len() > CAPACITY {
            let others = self.entries.iter().filter(|(other, _)| **other != key);
            let oldest = others.min_by_key(|(_, known)| (known.last_used, known.number)).map(|(key, _)| *key);
            self.entries.remove(&oldest.unwrap());
        }
        number
    }

    /// Serves a call. `asked` is whether the engine fetched, because both are right if the back-off may or may not be
    /// over.
    fn serve(&mut self, key: u8, max_age_seconds: u16, stale_seconds: u16, answer: Answer, asked: bool) -> Given {
        let (now, oldest) = (self.now, u32::from(max_age_seconds) + u32::from(stale_seconds));
        let is_fresh = self.has_younger(key, max_age_seconds.into());
        let is_tolerable = stale_seconds > 0 && self.has_younger(key, oldest);
        let trouble = self.entries.get_mut(&key).and_then(|known| known.trouble.as_mut());
        let pauses = trouble.is_some_and(|trouble| match trouble.is_over(now) {
            Some(is_over) => !is_over,
            None if asked || is_fresh || !is_tolerable => false,
            None => {
                trouble.at_least = now.since(trouble.at).unwrap_or_default() + 1; // at least this long, as the engine shows
                true
            }
        });
        if pauses && is_tolerable {
            return Ok((self.take(key), !is_fresh));
        }
        match self.get(key, max_age_seconds, answer) {
            Err(ErrorKind::Throttled) if is_tolerable => {
                let known = self.entries.get_mut(&key).unwrap();
                known.trouble = Some(Backoff::new(known.trouble.map_or(1, |trouble| trouble.count + 1), now));
                Ok((self.take(key), true))
            }
            given => given,
        }
    }

    fn advance(&mut self, ms: i64) {
        self.now.monotonic += ms;
        self.now.wall += ms;
    }
}

/// The engine, with all values that were ever fetched.
struct Real {
    rig: std::sync::Arc<Rig>,
    fetched: RefCell<Vec<Numbered>>,
    runtime: tokio::runtime::Runtime,
}

impl Real {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        Self { rig: Rig::with_capacity(CAPACITY), fetched: RefCell::default(), runtime }
    }

    fn fetch(&self, answer: Answer) -> Result<Fetched<Numbered>, Error> {
        let value = self.rig.next();
        self.fetched.borrow_mut().push(value.clone());
        match answer {
            Answer::Value => Ok(Fetched::Now(value)),
            Answer::ErrorThatPasses => Err(Error::new(ErrorKind::Throttled, "slow down")),
            Answer::ErrorThatStays => Err(Error::new(ErrorKind::AccessDenied, "no")),
        }
    }

    fn get(&self, key: u8, max_age: MaxAge, answer: Answer) -> Given {
        let slot = self.rig.slot(&key.to_string());
        let get = self.rig.engine.get(&slot, max_age, async |_| self.fetch(answer));
        self.runtime.block_on(get).map(|entry| (entry.value.number, false)).map_err(|error| error.kind())
    }

    fn serve(&self, key: u8, policy: Policy, answer: Answer) -> Given {
        let slot = self.rig.slot(&key.to_string());
        let refresh = self.rig.engine.get(&slot, policy.max_age, async |_| self.fetch(answer));
        let served = self.runtime.block_on(self.rig.engine.serve(&slot, policy, refresh));
        served.map(|served| (served.entry.value.number, served.stale.is_some())).map_err(|error| error.kind())
    }
}

fn max_age(seconds_: u16) -> MaxAge {
    seconds(f64::from(seconds_))
}

fn follow(steps: &[Step]) -> Result<(), TestCaseError> {
    let (real, mut model) = (Real::new(), Model::default());
    let engine = &real.rig.engine;
    for step in steps {
        match *step {
            Step::Get { key, max_age_seconds, answer } => {
                let got = real.get(key, max_age(max_age_seconds), answer);
                prop_assert_eq!(got, model.get(key, max_age_seconds, answer));
            }
            Step::Serve { key, max_age_seconds, stale_seconds, answer } => {
                let policy = Policy { max_age: max_age(max_age_seconds), stale_if_error: max_age(stale_seconds) };
                let served = real.serve(key, policy, answer);
                let asked = real.rig.count() > model.fetches;
                prop_assert_eq!(served, model.serve(key, max_age_seconds, stale_seconds, answer, asked));
            }
            Step::Look { key, max_age_seconds } => {
                let found = engine.hit(&support::key(&key.to_string()), max_age(max_age_seconds));
                prop_assert_eq!(found.map(|entry| entry.value.number), model.fresh(key, max_age_seconds));
            }
            Step::Damage { key } => {
                if let Some(known) = model.entries.get_mut(&key) {
                    known.is_intact = false;
                    real.fetched.borrow()[usize::try_from(known.number).unwrap() - 1].damage();
                }
            }
            Step::Invalidate { key } => {
                engine.invalidate(|other| *other == support::key(&key.to_string()));
                model.entries.remove(&key);
            }
            Step::Clear => {
                engine.invalidate(|_| true);
                model.entries.clear();
            }
            Step::Wait { ms } => {
                real.rig.clock.advance(i64::from(ms) * 1_000_000);
                model.advance(ms.into());
            }
            Step::SetWall { ms } => {
                real.rig.clock.step_wall(i64::from(ms) * 1_000_000);
                model.now.wall += i64::from(ms);
            }
        }
        prop_assert_eq!(real.rig.count(), model.fetches);
    }
    Ok(())
}

#[test]
fn every_history_matches_the_model() {
    let cases = effort::times(HISTORIES);
    let config =
        ProptestConfig { cases: u32::try_from(cases).unwrap(), failure_persistence: None, ..ProptestConfig::default() };
    let steps = std::cell::Cell::new(0);
    let outcome = TestRunner::new(config).run(&history(), |history| {
        steps.set(steps.get() + history.len());
        follow(&history)
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    effort::report("lambda-cache model", cases, &format!("histories of {} steps together", steps.get()));
}
