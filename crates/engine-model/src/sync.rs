//! The checker's replacements for the parts of the standard library and of `arc-swap` in `lambda_cache::runtime::sync`.

use std::{future::poll_fn, sync::Arc, task::Poll, time::Duration};

pub(crate) use arc_swap::Guard;
use arc_swap::{ArcSwapAny, RefCnt};
pub(crate) use shuttle::sync::{Mutex, MutexGuard, atomic};

/// A pointer that is swapped atomically. Another thread may run before each operation, but not during it.
pub(crate) struct Swapped<P: RefCnt> {
    pointer: ArcSwapAny<P>,
    /// Read only to create a scheduling point.
    seen: atomic::AtomicBool,
}

pub(crate) type ArcSwap<T> = Swapped<Arc<T>>;
pub(crate) type ArcSwapOption<T> = Swapped<Option<Arc<T>>>;

impl<P: RefCnt> Swapped<P> {
    fn new(pointer: P) -> Self {
        Self { pointer: ArcSwapAny::new(pointer), seen: atomic::AtomicBool::new(false) }
    }

    fn pointer(&self) -> &ArcSwapAny<P> {
        self.seen.load(atomic::Ordering::SeqCst);
        &self.pointer
    }

    pub(crate) fn load(&self) -> Guard<P> {
        self.pointer().load()
    }

    pub(crate) fn load_full(&self) -> P {
        self.pointer().load_full()
    }

    pub(crate) fn store(&self, pointer: P) {
        self.pointer().store(pointer);
    }

    pub(crate) fn swap(&self, pointer: P) -> P {
        self.pointer().swap(pointer)
    }
}

impl<T> ArcSwap<T> {
    pub(crate) fn from_pointee(pointee: T) -> Self {
        Self::new(Arc::new(pointee))
    }
}

impl<T> ArcSwapOption<T> {
    pub(crate) fn empty() -> Self {
        Self::new(None)
    }
}

/// Invisible to the checker, because it is set before a run and applies to all runs of the process.
static TIME_PASSES: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// Lets every timed wait end after any number of steps of other threads. Without it, time stands still.
pub fn let_time_pass() {
    TIME_PASSES.store(true, std::sync::atomic::Ordering::SeqCst);
}

/// Returns a timed wait.
pub(crate) fn sleep(_: Duration) -> impl Future<Output = ()> + Unpin {
    let mut is_over = false;
    poll_fn(move |cx| {
        if std::mem::replace(&mut is_over, TIME_PASSES.load(std::sync::atomic::Ordering::SeqCst)) {
            return Poll::Ready(());
        }
        if is_over {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    })
}
