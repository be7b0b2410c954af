use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_types::{DateTime, date_time::Format};
use lambda_cache::__binding::engine::Clock;

/// Returns the time of day.
pub(crate) fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_nanos(Clock::System.now().wall_ns)
}

/// Parses `20260101T000000Z`.
pub(super) fn parse(text: &str) -> Option<SystemTime> {
    let is_form = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'T' || byte == b'Z');
    let (day, time) = text.strip_suffix('Z').filter(|_| is_form)?.split_once('T')?;
    let extended = format!(
        "{}-{}-{}T{}:{}:{}Z",
        day.get(0..4)?,
        day.get(4..6)?,
        day.get(6..8)?,
        time.get(0..2)?,
        time.get(2..4)?,
        time.get(4..6)?
    );
    SystemTime::try_from(DateTime::from_str(&extended, Format::DateTime).ok()?).ok()
}

/// Writes `20260101T000000Z`.
pub(super) fn written(time: SystemTime) -> String {
    let mut whole = DateTime::from(time);
    whole.set_subsec_nanos(0);
    whole.fmt(Format::DateTime).unwrap_or_default().replace(['-', ':'], "")
}
