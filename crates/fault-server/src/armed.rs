use std::{
    collections::{HashMap, VecDeque},
    ops::RangeInclusive,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::fault::{Fault, Times};

/// The pending faults by resource.
#[derive(Debug, Default)]
pub(crate) struct Armed(Mutex<HashMap<String, VecDeque<One>>>);

#[derive(Debug)]
struct One {
    fault: Fault,
    times: Times,
    /// Restricts the fault to requests for bytes that begin in this range.
    begins: Option<RangeInclusive<u64>>,
}

impl Armed {
    /// Adds a fault after those that the resource already has.
    pub(crate) fn arm(&self, resource: String, fault: Fault, times: Times, begins: Option<RangeInclusive<u64>>) {
        if times != Times::Times(0) {
            self.queues().entry(resource).or_default().push_back(One { fault, times, begins });
        }
    }

    /// Takes a fault from the first of `resources` that has one for a request from that byte on, and counts it as
    /// done.
    pub(crate) fn take(&self, resources: &[String], from: u64) -> Option<(usize, Fault)> {
        let mut queues = self.queues();
        for (position, resource) in resources.iter().enumerate() {
            let Some(queue) = queues.get_mut(resource) else { continue };
            let befalls = |one: &One| one.begins.as_ref().is_none_or(|begins| begins.contains(&from));
            let Some(place) = queue.iter().position(befalls) else { continue };
            let one = &mut queue[place];
            let fault = one.fault.clone();
            if let Times::Times(left) = &mut one.times {
                *left -= 1;
                if *left == 0 {
                    queue.remove(place);
                }
            }
            return Some((position, fault));
        }
        None
    }

    pub(crate) fn clear(&self, resource: &str) {
        self.queues().remove(resource);
    }

    pub(crate) fn clear_all(&self) {
        self.queues().clear();
    }

    fn queues(&self) -> MutexGuard<'_, HashMap<String, VecDeque<One>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
