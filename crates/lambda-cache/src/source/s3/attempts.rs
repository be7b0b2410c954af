use crate::Error;

/// The maximum number of attempts if the body of an answer is interrupted. The SDK's own retries end with the
/// headers.
const MOST: usize = 3;

/// The remaining attempts.
#[derive(Debug)]
pub(super) struct Attempts(usize);

impl Attempts {
    pub(super) fn new() -> Self {
        Self(MOST)
    }

    /// Returns `true` if the call is repeated after this error. A stalled attempt took seconds already, so the next
    /// one is the last.
    pub(super) fn again(&mut self, error: &Error) -> bool {
        if !error.is_transient() || self.0 <= 1 {
            return false;
        }
        self.0 = if error.is_timeout() { 1 } else { self.0 - 1 };
        true
    }

    /// Returns `true` if the present attempt is the last one.
    pub(super) fn is_last(&self) -> bool {
        self.0 <= 1
    }
}
