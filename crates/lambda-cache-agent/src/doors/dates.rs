use std::time::{SystemTime, UNIX_EPOCH};

/// Returns the milliseconds since 1970, or `None` before that.
fn milliseconds(date: SystemTime) -> Option<u64> {
    let since = date.duration_since(UNIX_EPOCH).ok()?;
    u64::try_from((since.as_nanos() + 500_000) / 1_000_000).ok() // AWS's dates have milliseconds
}

/// Returns a date as Go and most languages write it in JSON: `2022-11-16T08:22:40.362Z`.
pub(super) fn iso(date: SystemTime) -> Option<String> {
    use aws_smithy_types::{DateTime, date_time::Format};
    let milliseconds = i64::try_from(milliseconds(date)?).ok()?;
    DateTime::from_millis(milliseconds).fmt(Format::DateTime).ok()
}
