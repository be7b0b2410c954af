use crate::Error;

/// How often something is tried whose answer's body breaks off: the SDK's own retries end with the headers.
const MOST: usize = 3;

/// The attempts that are left.
#[derive(Debug)]
pub(super) struct Attempts(usize);

impl Attempts {
    pub(super) fn new() -> Self {
        Self(MOST)
    }

    /// Whether what failed so is tried again. One that stood still took seconds already: the next is the last.
    pub(super) fn again(&mut self, error: &Error) -> bool {
        if !error.is_transient() || self.0 <= 1 {
            return false;
        }
        self.0 = if error.is_timeout() { 1 } else { self.0 - 1 };
        true
    }

    /// Returns true if none follows the one under way.
    pub(super) fn is_last(&self) -> bool {
        self.0 <= 1
    }
}
