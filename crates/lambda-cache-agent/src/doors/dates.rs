use std::time::{SystemTime, UNIX_EPOCH};

use aws_smithy_types::{DateTime, date_time::Format};

/// Returns a date as Go writes it in JSON: `2022-11-16T08:22:40.362Z`.
pub(super) fn iso(date: SystemTime) -> Option<String> {
    of(date)?.fmt(Format::DateTime).ok()
}

/// Returns a date as the text of a number of seconds: `1569534789.046`.
pub(super) fn seconds(date: SystemTime) -> Option<String> {
    of(date)?.fmt(Format::EpochSeconds).ok()
}

/// Returns a date as a number of seconds, as AWS writes it in JSON: 1569534789.046.
pub(super) fn number(date: SystemTime) -> Option<f64> {
    seconds(date)?.parse().ok()
}

/// Rounds a date to milliseconds, which AWS's dates have: a number with a fraction in JSON is never exact.
fn of(date: SystemTime) -> Option<DateTime> {
    let since = date.duration_since(UNIX_EPOCH).ok()?;
    let milliseconds = i64::try_from((since.as_nanos() + 500_000) / 1_000_000).ok()?;
    Some(DateTime::from_millis(milliseconds))
}
