//! A timer that works with or without a Tokio runtime. A caller that waits for another caller's fetch may run
//! anywhere.

use std::{
    future::Future,
    panic::catch_unwind,
    pin::Pin,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    thread,
    time::Duration,
};

use tokio::runtime::Handle;

/// A future that is ready after a time.
pub(crate) enum Sleep {
    /// Tokio's timer.
    Tokio(Pin<Box<tokio::time::Sleep>>),
    /// A waiting thread, for every other executor.
    Thread(Arc<Alarm>),
}

/// A time that a thread waits for.
#[derive(Default)]
pub(crate) struct Alarm {
    state: Mutex<State>,
    cancelled: Condvar,
}

#[derive(Default)]
struct State {
    /// `true` when the time has passed or the wait was cancelled.
    is_over: bool,
    waker: Option<Waker>,
}

/// Returns a future that is ready after `duration`.
pub(crate) fn sleep(duration: Duration) -> Sleep {
    // A runtime without timers reports that only by a panic.
    let tokio = Handle::try_current().ok().and_then(|_| catch_unwind(|| Box::pin(tokio::time::sleep(duration))).ok());
    tokio.map_or_else(|| Sleep::Thread(Alarm::start(duration)), Sleep::Tokio)
}

impl Alarm {
    fn start(duration: Duration) -> Arc<Self> {
        let alarm = Arc::new(Self::default());
        let own = Arc::clone(&alarm);
        let thread = thread::Builder::new().name("lambda-cache-timer".to_owned());
        if thread.spawn(move || own.ring_after(duration)).is_err() {
            // Without a thread the timer cannot work. A wait that is too short is better than one that never ends.
            alarm.state().is_over = true;
        }
        alarm
    }

    fn ring_after(&self, duration: Duration) {
        let waiting = self.cancelled.wait_timeout_while(self.state(), duration, |state| !state.is_over);
        let (mut state, _) = waiting.unwrap_or_else(PoisonError::into_inner);
        state.is_over = true;
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match &mut *self {
            Self::Tokio(sleep) => sleep.as_mut().poll(cx),
            Self::Thread(alarm) => {
                let mut state = alarm.state();
                if state.is_over {
                    return Poll::Ready(());
                }
                state.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Self::Thread(alarm) = self {
            let mut state = alarm.state();
            (state.is_over, state.waker) = (true, None);
            drop(state);
            alarm.cancelled.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleep_ends_without_a_tokio_runtime() {
        futures_executor::block_on(sleep(Duration::from_millis(1)));
    }

    #[test]
    fn sleep_ends_in_a_tokio_runtime_without_timers() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async { sleep(Duration::from_millis(1)).await });
    }

    #[test]
    fn dropped_sleep_ends_its_thread() {
        let sleep = sleep(Duration::from_hours(1));
        let Sleep::Thread(alarm) = &sleep else { panic!("there is no runtime here") };
        let alarm = Arc::downgrade(alarm);
        drop(sleep);
        while alarm.strong_count() > 0 {
            thread::yield_now();
        }
    }
}
