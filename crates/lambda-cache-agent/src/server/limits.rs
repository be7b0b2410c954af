use std::time::Duration;

/// The largest body, which holds the largest request of the services: a secret of 64 KiB in Base64, and its text.
pub(super) const BODY_BYTES: usize = 512 * 1024;
/// The largest head of a request.
pub(super) const HEAD_BYTES: usize = 64 * 1024;
/// The time for the head of a request, from its first byte, and for its body.
pub(super) const READING: Duration = Duration::from_secs(10);
/// The pause before accepting again when too many files are open.
pub(super) const ACCEPT_PAUSE: Duration = Duration::from_millis(10);
