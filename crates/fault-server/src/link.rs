//! A simulated link to each client that is slower than this machine.

use std::{num::NonZeroU64, time::Duration};

use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep_until};

/// The number of pieces that are sent per second, within the sizes below.
const PIECES_PER_SECOND: u64 = 500;
const SMALLEST_PIECE: u64 = 4 * 1_024;
const LARGEST_PIECE: u64 = 256 * 1_024;
/// The resolution of Tokio's clock. Anything due within one tick is sent immediately.
const TICK: Duration = Duration::from_millis(1);
/// The maximum delay that is caught up after an overlong sleep. A longer one was caused by the client and is not
/// caught up.
const MADE_UP_FOR: Duration = Duration::from_millis(10);

/// The properties of each connection. The default adds no delay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The maximum rate of a body on each connection.
    pub bytes_per_second: Option<NonZeroU64>,
    /// The delay between a request's arrival and the first byte of its answer.
    #[serde(default)]
    pub first_byte_milliseconds: u64,
}

impl Link {
    /// Waits until an answer's first byte may be sent.
    pub(crate) async fn first_byte(self, request_arrived: Instant) {
        if self.first_byte_milliseconds > 0 {
            sleep_until(request_arrived + Duration::from_millis(self.first_byte_milliseconds)).await;
        }
    }

    /// Returns `true` if this number of bytes takes no measurable time.
    pub(crate) fn is_instant_for(self, bytes: u64) -> bool {
        self.bytes_per_second.is_none_or(|rate| time(bytes, rate) < TICK)
    }
}

/// The schedule of the pieces of one body.
#[derive(Debug)]
pub(crate) struct Pace {
    rate: NonZeroU64,
    due: Instant,
}

impl Pace {
    pub(crate) fn new(rate: NonZeroU64, now: Instant) -> Self {
        Self { rate, due: now }
    }

    /// Returns the size of the pieces.
    pub(crate) fn piece(&self) -> usize {
        let bytes = (self.rate.get() / PIECES_PER_SECOND).clamp(SMALLEST_PIECE, LARGEST_PIECE);
        usize::try_from(bytes).unwrap_or(usize::MAX)
    }

    /// Waits until this number of further bytes may be sent.
    pub(crate) async fn wait_for(&mut self, bytes: usize) {
        let now = Instant::now();
        let due = self.due_after(bytes as u64, now);
        if due > now + TICK {
            sleep_until(due).await;
        }
    }

    /// Returns the scheduled time, which does not depend on the delay of earlier pieces.
    fn due_after(&mut self, bytes: u64, now: Instant) -> Instant {
        let earliest = now.checked_sub(MADE_UP_FOR).unwrap_or(now);
        self.due = self.due.max(earliest) + time(bytes, self.rate);
        self.due
    }
}

fn time(bytes: u64, rate: NonZeroU64) -> Duration {
    Duration::from_nanos(bytes.saturating_mul(1_000_000_000) / rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: NonZeroU64 = NonZeroU64::new(1_000_000).unwrap();

    #[test]
    fn a_late_piece_does_not_delay_the_next_one() {
        let began = Instant::now();
        let mut pace = Pace::new(RATE, began);
        let mut now = began;
        for piece in 1..=1_000 {
            let due = pace.due_after(4_000, now);
            assert_eq!(due, began + Duration::from_millis(4) * piece);
            now = due + Duration::from_millis(3);
        }
    }

    #[test]
    fn a_stalled_client_does_not_catch_up_in_a_burst() {
        let began = Instant::now();
        let mut pace = Pace::new(RATE, began);
        let now = began + Duration::from_mins(1);
        let at_once = (0..1_000).filter(|_| pace.due_after(1_000, now) <= now).count();
        assert_eq!(at_once, 10);
    }

    #[test]
    fn pieces_suit_the_rate() {
        let piece = |rate| Pace::new(NonZeroU64::new(rate).unwrap(), Instant::now()).piece();
        assert_eq!([1, 90_000_000, u64::MAX].map(piece), [4_096, 180_000, 262_144]);
        let link = Link { bytes_per_second: Some(RATE), first_byte_milliseconds: 0 };
        assert!(link.is_instant_for(999) && !link.is_instant_for(1_000));
        assert!(Link::default().is_instant_for(u64::MAX));
    }
}
