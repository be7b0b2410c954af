//! Inspects everything that any crate logs at any level, and every panic.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Write},
    panic,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

use crate::case::CANARY;

/// The canary in the `Debug` format of a `Vec<u8>`.
const CANARY_IN_NUMBERS: &str = "99, 52, 110, 52, 114, 121";
/// Crates that log much, at least at TRACE.
const TALKATIVE: [&str; 2] = ["aws_smithy_runtime", "hyper_util"];
/// The length of the shown text before the canary.
const EXCERPT: usize = 200;

static FOUND: Mutex<BTreeMap<String, (u64, String)>> = Mutex::new(BTreeMap::new());
static SEEN: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());
static SPANS: AtomicU64 = AtomicU64::new(1);

pub(crate) fn start() {
    tracing::subscriber::set_global_default(Watch).unwrap();
    let shown = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        found("a panic", &panic.to_string());
        shown(panic);
    }));
}

/// Returns the findings, with their number for each position.
pub(crate) fn findings() -> Vec<String> {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let unseen = TALKATIVE.iter().filter(|name| !seen.contains(**name));
    let unseen = unseen.map(|name| format!("{name} has logged nothing: does the inspection work?"));
    let found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    let found = found.iter().map(|(place, (times, text))| format!("{place}, {times} times: {text}"));
    found.chain(unseen).collect()
}

/// Returns the canary with its surroundings, if it is in a text.
pub(crate) fn canary(text: &str) -> Option<&str> {
    let at = text.find(CANARY).or_else(|| text.find(CANARY_IN_NUMBERS))?;
    let from = text.floor_char_boundary(at.saturating_sub(EXCERPT));
    Some(&text[from..text.floor_char_boundary(at + CANARY.len() + 10)])
}

fn found(place: &str, text: &str) {
    let mut found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    found.entry(place.to_owned()).or_insert((0, text.to_owned())).0 += 1;
}

struct Watch;

impl Watch {
    fn look(metadata: &Metadata<'static>, record: impl FnOnce(&mut Fields)) {
        let name = metadata.target().split("::").next().unwrap_or_default();
        SEEN.lock().unwrap_or_else(PoisonError::into_inner).insert(name);
        let mut fields = Fields(String::new());
        record(&mut fields);
        if let Some(excerpt) = canary(&fields.0) {
            found(&format!("a value in {} {} ({})", metadata.level(), metadata.target(), metadata.name()), excerpt);
        }
    }
}

/// All fields as text.
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, "{field}={value:?} {value:#?} ");
    }
}

impl Subscriber for Watch {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        Self::look(span.metadata(), |fields| span.record(fields));
        Id::from_u64(SPANS.fetch_add(1, Ordering::Relaxed))
    }

    /// Ignores the span's metadata, because the field's callsite identifies it.
    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut fields = Fields(String::new());
        values.record(&mut fields);
        if let Some(excerpt) = canary(&fields.0) {
            found("a value in a span's field", excerpt);
        }
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        Self::look(event.metadata(), |fields| event.record(fields));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
