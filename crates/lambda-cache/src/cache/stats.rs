//! Statistics of a cache by entry, and as a line in `CloudWatch`'s embedded metric format.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::engine::Counted;

/// The statistics of one entry since its cache was made, returned by [`Cache::stats`](crate::Cache::stats).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EntryStats {
    /// A description of the entry, such as `ssm parameter /app/var`.
    pub key: String,
    /// Calls that found the entry fresh. Some simultaneous hits may not be counted.
    pub hits: u64,
    /// Fetches without an existing entry.
    pub misses: u64,
    /// Fetches when the entry was too old.
    pub refreshes: u64,
    /// Calls that got a stale entry because a refresh failed.
    pub stale: u64,
    /// Fetches that failed.
    pub errors: u64,
    /// The size of the present value, in UTF-8 for text and on the disk for a file. It is 0 if the value is missing or
    /// its size is unknown.
    pub bytes: u64,
    /// The total duration of all fetches.
    pub fetch_time: Duration,
}

impl EntryStats {
    pub(crate) fn new(key: String, counted: Counted, bytes: u64) -> Self {
        let Counted { hits, misses, refreshes, stale, errors, fetch_time } = counted;
        Self { key, hits, misses, refreshes, stale, errors, bytes, fetch_time }
    }
}

/// The totals of the previous line. Each line reports the difference.
#[derive(Debug, Default)]
pub(crate) struct LastReported(Mutex<Counted>);

impl LastReported {
    /// Returns a line for the log of a Lambda function, from which `CloudWatch` extracts metrics
    /// (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>).
    pub(crate) fn emf_line(&self, namespace: &str, stats: &[EntryStats], wall_ns: u64) -> String {
        let sum = stats.iter().fold(Counted::default(), |sum, one| Counted {
            hits: sum.hits + one.hits,
            misses: sum.misses + one.misses,
            refreshes: sum.refreshes + one.refreshes,
            stale: sum.stale + one.stale,
            errors: sum.errors + one.errors,
            fetch_time: sum.fetch_time + one.fetch_time,
        });
        let before = std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), sum);
        let metrics = [
            ("Hits", sum.hits.saturating_sub(before.hits)),
            ("Misses", sum.misses.saturating_sub(before.misses)),
            ("Refreshes", sum.refreshes.saturating_sub(before.refreshes)),
            ("StaleServed", sum.stale.saturating_sub(before.stale)),
            ("Errors", sum.errors.saturating_sub(before.errors)),
        ];
        let fetch_ms = sum.fetch_time.saturating_sub(before.fetch_time).as_secs_f64() * 1_000.0;
        let bytes: u64 = stats.iter().map(|one| one.bytes).sum();
        let function = std::env::var("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_else(|_| "local".to_owned());
        let declared: Vec<_> = metrics.iter().map(|(name, _)| declaration(name, "Count")).collect();
        let values: Vec<_> = metrics.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        format!(
            "{{\"_aws\":{{\"Timestamp\":{},\"CloudWatchMetrics\":[{{\"Namespace\":{},\"Dimensions\":[[\"FunctionName\"]],\
             \"Metrics\":[{},{},{}]}}]}},\"FunctionName\":{},{},\"FetchTime\":{fetch_ms:.3},\"Bytes\":{bytes}}}",
            wall_ns / 1_000_000,
            quoted(namespace),
            declared.join(","),
            declaration("FetchTime", "Milliseconds"),
            declaration("Bytes", "Bytes"),
            quoted(&function),
            values.join(","),
        )
    }
}

fn declaration(name: &str, unit: &str) -> String {
    format!("{{\"Name\":\"{name}\",\"Unit\":\"{unit}\"}}")
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
