use std::fmt::Write;

use http::{HeaderValue, StatusCode, header::ACCEPT};
use lambda_cache::EntryStats;
use serde_json::json;

use crate::{agent::Agent, answer::Answer, request::Request};

/// The media type of Prometheus's text format.
const PROMETHEUS: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// A metric of each entry: its name, kind and description, and its value.
type Metric = (&'static str, &'static str, &'static str, fn(&EntryStats) -> f64);

#[expect(clippy::cast_precision_loss, reason = "counts beyond 2^53 are not reached")]
const METRICS: [Metric; 7] = [
    ("hits_total", "counter", "Requests that found the entry fresh.", |of| of.hits as f64),
    ("misses_total", "counter", "Fetches without an existing entry.", |of| of.misses as f64),
    ("refreshes_total", "counter", "Fetches when the entry was too old.", |of| of.refreshes as f64),
    ("stale_total", "counter", "Requests that got a stale entry, because a refresh failed.", |of| of.stale as f64),
    ("errors_total", "counter", "Fetches that failed.", |of| of.errors as f64),
    ("bytes", "gauge", "The size of the value.", |of| of.bytes as f64),
    ("fetch_seconds_total", "counter", "The duration of all fetches.", |of| of.fetch_time.as_secs_f64()),
];

/// Answers `/stats` in JSON, or as Prometheus reads it if the request accepts that. Neither has a value.
pub(crate) async fn answer(agent: &Agent, request: &Request) -> Answer {
    let caches = agent.caches().await;
    let stats: Vec<_> = caches.iter().flat_map(lambda_cache::Cache::stats).collect();
    let accepted = request.header(ACCEPT.as_str()).unwrap_or_default();
    if ["text/plain", "openmetrics"].iter().any(|kind| accepted.contains(kind)) {
        return Answer::new(StatusCode::OK, PROMETHEUS, prometheus(&stats));
    }
    let entry = |of: &EntryStats| {
        json!({
            "key": of.key,
            "hits": of.hits,
            "misses": of.misses,
            "refreshes": of.refreshes,
            "stale": of.stale,
            "errors": of.errors,
            "bytes": of.bytes,
            "fetch_time_in_seconds": of.fetch_time.as_secs_f64(),
        })
    };
    Answer::json(StatusCode::OK, &json!({"entries": stats.iter().map(entry).collect::<Vec<_>>()}))
}

fn prometheus(stats: &[EntryStats]) -> String {
    let mut text = String::new();
    for (name, kind, help, value) in METRICS {
        let _ = writeln!(text, "# HELP lambda_cache_{name} {help}\n# TYPE lambda_cache_{name} {kind}");
        for of in stats {
            let key = of.key.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let _ = writeln!(text, "lambda_cache_{name}{{entry=\"{key}\"}} {}", value(of));
        }
    }
    text
}
