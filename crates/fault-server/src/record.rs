use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use serde::{Deserialize, Serialize};

/// Requests that are remembered for each resource.
const REMEMBERED: usize = 1_000;

/// What the server has counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All requests that arrived whole.
    pub requests: u64,
    /// The same, by AWS operation.
    pub operations: BTreeMap<String, u64>,
    /// The same, by resource; a request for several counts for each.
    pub resources: BTreeMap<String, u64>,
    /// Connections accepted, on both ports.
    pub connections: u64,
    /// Those of them that are open.
    pub open_connections: u64,
    /// Requests between their arrival and the last byte of their answer.
    pub under_way: u64,
    /// The most of them at once.
    pub most_at_once: u64,
    /// Requests whose signature was wrong, too old, or made with another key.
    pub refused_signatures: u64,
}

/// One request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// The AWS operation.
    pub operation: String,
    /// What it asks for.
    pub resources: Vec<String>,
    /// When it had arrived, in milliseconds since the server started.
    pub milliseconds: f64,
    /// The connection's number, from 1.
    pub connection: u64,
    /// Whether it came over TLS.
    pub tls: bool,
    /// When it was signed: its `x-amz-date`.
    pub amz_date: Option<String>,
    /// The Region that it was signed for.
    pub region: Option<String>,
    /// Its `Range`.
    pub range: Option<String>,
    /// Its `If-Match`.
    pub if_match: Option<String>,
    /// Its `If-None-Match`.
    pub if_none_match: Option<String>,
    /// The fault that befell it.
    pub fault: Option<String>,
    /// Whether its signature was refused.
    pub refused: bool,
}

/// What has happened so far.
#[derive(Debug, Default)]
pub(crate) struct Record {
    counted: Mutex<Counted>,
    connections: AtomicU64,
    open_connections: AtomicU64,
    under_way: AtomicU64,
    most_at_once: AtomicU64,
}

#[derive(Debug, Default)]
struct Counted {
    requests: u64,
    refused: u64,
    operations: BTreeMap<String, u64>,
    resources: HashMap<String, Resource>,
}

#[derive(Debug, Default)]
struct Resource {
    requests: u64,
    latest: VecDeque<Seen>,
}

impl Record {
    /// The request's number.
    pub(crate) fn note(&self, seen: &Seen) -> u64 {
        let mut counted = self.counted();
        counted.requests += 1;
        counted.refused += u64::from(seen.refused);
        match counted.operations.get_mut(&seen.operation) {
            Some(count) => *count += 1,
            None => drop(counted.operations.insert(seen.operation.clone(), 1)),
        }
        for name in &seen.resources {
            if !counted.resources.contains_key(name) {
                counted.resources.insert(name.clone(), Resource::default());
            }
            let Some(resource) = counted.resources.get_mut(name) else { continue };
            resource.requests += 1;
            if resource.latest.len() == REMEMBERED {
                resource.latest.pop_front();
            }
            resource.latest.push_back(seen.clone());
        }
        counted.requests
    }

    pub(crate) fn seen(&self, resource: &str) -> Vec<Seen> {
        self.counted().resources.get(resource).map(|it| it.latest.iter().cloned().collect()).unwrap_or_default()
    }

    pub(crate) fn counts(&self) -> Counts {
        let counted = self.counted();
        Counts {
            requests: counted.requests,
            operations: counted.operations.clone(),
            resources: counted.resources.iter().map(|(name, it)| (name.clone(), it.requests)).collect(),
            connections: self.connections.load(Ordering::SeqCst),
            open_connections: self.open_connections.load(Ordering::SeqCst),
            under_way: self.under_way.load(Ordering::SeqCst),
            most_at_once: self.most_at_once.load(Ordering::SeqCst),
            refused_signatures: counted.refused,
        }
    }

    /// A connection's number, and that it is open until the guard goes.
    pub(crate) fn connection(&self) -> (u64, Present<'_>) {
        let number = self.connections.fetch_add(1, Ordering::SeqCst) + 1;
        self.open_connections.fetch_add(1, Ordering::SeqCst);
        (number, Present(&self.open_connections))
    }

    /// A request is under way until the guard goes.
    pub(crate) fn request(&self) -> Present<'_> {
        let at_once = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(at_once, Ordering::SeqCst);
        Present(&self.under_way)
    }

    /// Forgets everything but what is there now.
    pub(crate) fn clear(&self) {
        *self.counted() = Counted::default();
        self.connections.store(0, Ordering::SeqCst);
        self.most_at_once.store(0, Ordering::SeqCst);
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts for one as long as it lives.
pub(crate) struct Present<'a>(&'a AtomicU64);

impl Drop for Present<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
