use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use serde::{Deserialize, Serialize};

/// The number of requests that are kept for each resource.
const REMEMBERED: usize = 1_000;

/// The counters of the server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// The number of complete requests.
    pub requests: u64,
    /// The number of requests by AWS operation.
    pub operations: BTreeMap<String, u64>,
    /// The number of requests by resource. A request for several resources counts for each.
    pub resources: BTreeMap<String, u64>,
    /// The number of accepted connections on both ports.
    pub connections: u64,
    /// The number of open connections.
    pub open_connections: u64,
    /// The number of requests whose answer has not been sent completely.
    pub under_way: u64,
    /// The maximum number of concurrent requests.
    pub most_at_once: u64,
    /// The number of requests whose signature was wrong, too old, or made with another key.
    pub refused_signatures: u64,
}

/// A request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// The AWS operation.
    pub operation: String,
    /// The requested resources.
    pub resources: Vec<String>,
    /// The time of arrival, in milliseconds since the server started.
    pub milliseconds: f64,
    /// The connection's number, from 1.
    pub connection: u64,
    /// Whether it arrived over TLS.
    pub tls: bool,
    /// The time of its signature, from `x-amz-date`.
    pub amz_date: Option<String>,
    /// The Region of its signature.
    pub region: Option<String>,
    /// Its `Range`.
    pub range: Option<String>,
    /// Its `If-Match`.
    pub if_match: Option<String>,
    /// Its `If-None-Match`.
    pub if_none_match: Option<String>,
    /// The fault that was applied.
    pub fault: Option<String>,
    /// Whether its signature was rejected.
    pub refused: bool,
}

/// The record of all requests so far.
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
    /// Records a request and returns its number.
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

    /// Counts an open connection until the guard is dropped. Returns the connection's number.
    pub(crate) fn connection(&self) -> (u64, Present<'_>) {
        let number = self.connections.fetch_add(1, Ordering::SeqCst) + 1;
        self.open_connections.fetch_add(1, Ordering::SeqCst);
        (number, Present(&self.open_connections))
    }

    /// Counts a request as being in progress until the guard is dropped.
    pub(crate) fn request(&self) -> Present<'_> {
        let at_once = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(at_once, Ordering::SeqCst);
        Present(&self.under_way)
    }

    /// Clears everything except the present connections and requests.
    pub(crate) fn clear(&self) {
        *self.counted() = Counted::default();
        self.connections.store(0, Ordering::SeqCst);
        self.most_at_once.store(0, Ordering::SeqCst);
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A guard that counts as one while it exists.
pub(crate) struct Present<'a>(&'a AtomicU64);

impl Drop for Present<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
