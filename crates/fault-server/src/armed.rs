use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::fault::{Fault, Times};

/// The faults that are to happen, by resource.
#[derive(Debug, Default)]
pub(crate) struct Armed(Mutex<HashMap<String, VecDeque<(Fault, Times)>>>);

impl Armed {
    /// Adds a fault behind those that the resource has already.
    pub(crate) fn arm(&self, resource: String, fault: Fault, times: Times) {
        if times != Times::Times(0) {
            self.queues().entry(resource).or_default().push_back((fault, times));
        }
    }

    /// The fault of the first of `resources` that has one, which has then happened once.
    pub(crate) fn take(&self, resources: &[String]) -> Option<(usize, Fault)> {
        let mut queues = self.queues();
        let position = resources.iter().position(|it| queues.get(it).is_some_and(|queue| !queue.is_empty()))?;
        let queue = queues.get_mut(&resources[position])?;
        let (fault, times) = queue.front_mut()?;
        let fault = fault.clone();
        if let Times::Times(left) = times {
            *left -= 1;
            if *left == 0 {
                queue.pop_front();
            }
        }
        Some((position, fault))
    }

    pub(crate) fn clear(&self, resource: &str) {
        self.queues().remove(resource);
    }

    pub(crate) fn clear_all(&self) {
        self.queues().clear();
    }

    fn queues(&self) -> MutexGuard<'_, HashMap<String, VecDeque<(Fault, Times)>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
