//! Spans of fetches for a tracer that the function has loaded. Without one, the cost is two look-ups in `sys.modules`
//! per fetch.

use std::{cell::RefCell, sync::Once, time::Duration};

use lambda_cache::__binding::engine::{
    Stopwatch,
    observe::{self, Fetched},
};
use pyo3::prelude::*;

use crate::fork;

/// One module of each supported tracer.
const TRACERS: [&str; 2] = ["opentelemetry.trace", "aws_xray_sdk.core"];

/// A completed fetch.
struct Ended {
    key: String,
    /// The name of the error's kind, and AWS's code.
    error: Option<(String, String)>,
    took: Duration,
    at: Stopwatch,
}

thread_local! {
    /// The fetches that ended in this thread since it was observed, or `None` if it is not observed.
    static ENDED: RefCell<Option<Vec<Ended>>> = const { RefCell::new(None) };
}

/// A guard that observes the fetches of this thread and reports them as spans when it is dropped.
pub(crate) struct Spans(bool);

impl Spans {
    /// Starts observing, if a tracer is loaded.
    pub(crate) fn begin(py: Python<'_>) -> Self {
        static WATCH: Once = Once::new();
        let modules = py.import("sys").and_then(|sys| sys.getattr("modules"));
        let is_traced =
            modules.is_ok_and(|modules| TRACERS.iter().any(|tracer| modules.contains(tracer).unwrap_or(false)));
        if is_traced {
            WATCH.call_once(|| observe::fetches(note));
            ENDED.with_borrow_mut(|ended| ended.get_or_insert_default().clear());
        }
        Self(is_traced)
    }
}

impl Drop for Spans {
    fn drop(&mut self) {
        let ended = if self.0 { ENDED.take().unwrap_or_default() } else { return };
        if ended.is_empty() {
            return;
        }
        let report = |py: Python<'_>| {
            let fetches: Vec<_> = ended
                .into_iter()
                .map(|one| (one.key, one.error, one.at.elapsed().as_secs_f64(), one.took.as_secs_f64()))
                .collect();
            fork::import(py, "lambda_cache._spans")?.call_method1("report", (fetches,)).map(drop)
        };
        // A failing tracer must not make the fetch fail.
        Python::attach(|py| report(py).unwrap_or_else(|error| error.write_unraisable(py, None)));
    }
}

fn note(fetched: &Fetched<'_>) {
    ENDED.with_borrow_mut(|ended| {
        let Some(ended) = ended else { return };
        let error = fetched.error.map(|error| {
            let code = error.aws_failure().map(|failure| failure.code.clone()).unwrap_or_default();
            (format!("{:?}", error.kind()), code)
        });
        ended.push(Ended { key: fetched.key.to_string(), error, took: fetched.took, at: fetched.ended });
    });
}
