use std::{
    ops::RangeInclusive,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::watch,
    time::{Instant, sleep},
};

use crate::{
    account::Account,
    armed::Armed,
    fault::{Fault, Times, is_object},
    link::Link,
    record::Record,
};

/// The default maximum age of a signature.
const SIGNATURE_LIMIT: Duration = Duration::from_mins(5);
/// The delay before closing idle connections. A client may have its answer before the server's side is idle.
const BEFORE_CLOSING_IDLE: Duration = Duration::from_millis(10);

/// The state that all connections of a server share.
#[derive(Debug)]
pub(crate) struct Shared {
    started: Instant,
    account: Account,
    armed: Armed,
    record: Record,
    signature_limit_ms: AtomicU64,
    link: Mutex<Link>,
    idle: Mutex<watch::Sender<()>>,
}

impl Shared {
    pub(crate) fn new() -> Self {
        Self {
            started: Instant::now(),
            account: Account::default(),
            armed: Armed::default(),
            record: Record::default(),
            signature_limit_ms: AtomicU64::new(milliseconds(SIGNATURE_LIMIT)),
            link: Mutex::default(),
            idle: Mutex::new(watch::Sender::new(())),
        }
    }

    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    pub(crate) fn armed(&self) -> &Armed {
        &self.armed
    }

    pub(crate) fn record(&self) -> &Record {
        &self.record
    }

    pub(crate) fn milliseconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64() * 1_000.0
    }

    /// Adds a fault, or returns the reason why the resource cannot have it.
    pub(crate) fn arm(
        &self,
        resource: String,
        fault: Fault,
        times: Times,
        begins: Option<RangeInclusive<u64>>,
    ) -> Result<(), String> {
        if !fault.can_befall(&resource) {
            return Err(format!("{} cannot befall {resource}", fault.name()));
        }
        if begins.is_some() && !is_object(&resource) {
            return Err(format!("{resource} has no ranges"));
        }
        self.armed.arm(resource, fault, times, begins);
        Ok(())
    }

    pub(crate) fn signature_limit(&self) -> Duration {
        Duration::from_millis(self.signature_limit_ms.load(Ordering::SeqCst))
    }

    pub(crate) fn set_signature_limit(&self, limit: Duration) {
        self.signature_limit_ms.store(milliseconds(limit), Ordering::SeqCst);
    }

    pub(crate) fn link(&self) -> Link {
        *self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_link(&self, link: Link) {
        *self.link.lock().unwrap_or_else(PoisonError::into_inner) = link;
    }

    /// Removes all contents, faults and counters.
    pub(crate) fn reset(&self) {
        self.account.clear();
        self.armed.clear_all();
        self.record.clear();
        self.set_signature_limit(SIGNATURE_LIMIT);
        self.set_link(Link::default());
    }

    /// Returns the receiver of an idle connection. It changes when the connection must be closed.
    pub(crate) fn idle(&self) -> watch::Receiver<()> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).subscribe()
    }

    /// Closes each idle connection and waits until it is closed.
    pub(crate) async fn close_idle(&self) {
        sleep(BEFORE_CLOSING_IDLE).await;
        let of_the_idle =
            std::mem::replace(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner), watch::Sender::new(()));
        of_the_idle.send_replace(());
        of_the_idle.closed().await;
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
