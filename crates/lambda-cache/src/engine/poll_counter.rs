//! Detection of futures that are not polled.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::PoisonError,
    task::Waker,
};

use crate::runtime::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicU64, Ordering},
};

/// The number of polls of a future, and its waker.
#[derive(Default)]
pub(super) struct PollCounter {
    count: AtomicU64,
    waker: Mutex<Option<Waker>>,
}

impl PollCounter {
    /// Runs a future and counts its polls.
    pub(super) async fn count_polls<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        poll_fn(|cx| {
            self.record(cx.waker());
            future.as_mut().poll(cx)
        })
        .await
    }

    /// Returns the number of polls so far.
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::SeqCst)
    }

    /// Wakes the future, so that it is polled if it is still being driven.
    pub(super) fn wake(&self) {
        let waker = self.waker().clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn record(&self, waker: &Waker) {
        self.count.fetch_add(1, Ordering::SeqCst);
        let mut last = self.waker();
        if !last.as_ref().is_some_and(|last| last.will_wake(waker)) {
            *last = Some(waker.clone());
        }
    }

    fn waker(&self) -> MutexGuard<'_, Option<Waker>> {
        self.waker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
