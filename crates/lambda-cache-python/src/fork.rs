//! Work that a fork must not interrupt.
//!
//! The AWS SDK and its libraries initialise statics at their first use, and Python imports modules. If another thread
//! forks in the middle of either, the child inherits a static or a module that a thread initialises which does not exist
//! there, and waits for it forever. Hence a fork waits until no fetch is being polled and no module is being imported
//! for one. A fetch that waits for the network does not delay it.

use std::{
    cell::{Cell, RefCell},
    future::{Future, poll_fn},
    pin::Pin,
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError},
};

use pyo3::{prelude::*, types::PyModule};

/// Locked for reading by work that a fork must not interrupt, and for writing by a fork.
static WORK: RwLock<()> = RwLock::new(());

thread_local! {
    /// Whether this thread is in such work. Python code that it calls may fork, and must not wait for itself.
    static IS_WORKING: Cell<bool> = const { Cell::new(false) };
    /// The lock while this thread forks. In the child, this thread is the one that is left.
    static FORKING: RefCell<Option<RwLockWriteGuard<'static, ()>>> = const { RefCell::new(None) };
}

/// Work of this thread that a fork waits for.
struct Working {
    _lock: Option<RwLockReadGuard<'static, ()>>,
    was_working: bool,
}

impl Working {
    /// Begins the work when `lock` returns. It is not called if this thread has the lock already, for such work or for
    /// a fork: code of others that runs in the child before [`after`] may fetch.
    fn begin(lock: impl FnOnce() -> RwLockReadGuard<'static, ()>) -> Self {
        let has_lock = IS_WORKING.get() || FORKING.with_borrow(Option::is_some);
        let lock = (!has_lock).then(lock);
        Self { _lock: lock, was_working: IS_WORKING.replace(true) }
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        IS_WORKING.set(self.was_working);
    }
}

/// Waits until no thread is in such work, and lets none begin it until [`after`].
///
/// The GIL is released, because the work may need it.
pub(crate) fn before(py: Python<'_>) {
    if !IS_WORKING.get() {
        py.detach(|| FORKING.set(Some(WORK.write().unwrap_or_else(PoisonError::into_inner))));
    }
}

/// Lets the work of other threads continue, in the parent as in the child.
pub(crate) fn after() {
    drop(FORKING.take());
}

/// Returns the future's output. No fork interrupts a poll. It is called without the GIL, which a thread that forks may
/// hold.
pub(crate) async fn uninterrupted<F: Future>(mut future: Pin<&mut F>) -> F::Output {
    poll_fn(|context| {
        let _working = Working::begin(|| WORK.read().unwrap_or_else(PoisonError::into_inner));
        future.as_mut().poll(context)
    })
    .await
}

/// Returns the result of Python code that may import modules. No fork interrupts it.
pub(crate) fn importing<T>(py: Python<'_>, code: impl FnOnce() -> T) -> T {
    let _working = Working::begin(|| {
        loop {
            match WORK.try_read() {
                Ok(lock) => return lock,
                Err(TryLockError::Poisoned(error)) => return error.into_inner(),
                // The thread that forks needs the GIL to continue.
                Err(TryLockError::WouldBlock) => py.detach(|| drop(WORK.read())),
            }
        }
    });
    code()
}

/// Imports a module of this package.
pub(crate) fn import<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyModule>> {
    importing(py, || py.import(name))
}
