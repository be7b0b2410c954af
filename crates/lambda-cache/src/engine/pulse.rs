//! Whether a future is polled, as others can see it.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::PoisonError,
    task::Waker,
};

use crate::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicU64, Ordering},
};

/// How often a future was polled, and how to have it polled once more.
#[derive(Default)]
pub(super) struct Pulse {
    beats: AtomicU64,
    waker: Mutex<Option<Waker>>,
}

impl Pulse {
    /// Runs a future, and counts its polls.
    pub(super) async fn count_polls<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        poll_fn(|cx| {
            self.beat(cx.waker());
            future.as_mut().poll(cx)
        })
        .await
    }

    /// The polls so far.
    pub(super) fn beats(&self) -> u64 {
        self.beats.load(Ordering::SeqCst)
    }

    /// Has the future polled, if anybody still drives it.
    pub(super) fn wake(&self) {
        let waker = self.waker().clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn beat(&self, waker: &Waker) {
        self.beats.fetch_add(1, Ordering::SeqCst);
        let mut last = self.waker();
        if !last.as_ref().is_some_and(|last| last.will_wake(waker)) {
            *last = Some(waker.clone());
        }
    }

    fn waker(&self) -> MutexGuard<'_, Option<Waker>> {
        self.waker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
