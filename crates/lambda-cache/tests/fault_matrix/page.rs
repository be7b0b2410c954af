//! The page for users, parsed as a list of guarantees.

use lambda_cache::ErrorKind;

const PAGE: &str = include_str!("../../../../docs/faults.md");

pub(crate) struct Page {
    pub(crate) rows: Vec<Row>,
    kinds: Vec<(&'static str, &'static str)>,
}

/// A fault, the affected sources, and the outcomes for callers.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) fault: &'static str,
    pub(crate) sources: Vec<Source>,
    pub(crate) once: Outcome,
    pub(crate) always: Outcome,
    pub(crate) stale: Outcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Parameter,
    Parameters,
    /// The parameters below a path, on two pages.
    Path,
    Secret,
    Object,
    /// An object that is fetched in parts.
    LargeObject,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    OldValue,
    NewValue,
    /// The exception with this name in Python.
    Error(String),
}

impl Page {
    /// Reads the page.
    ///
    /// # Panics
    /// If the page contains anything invalid.
    pub(crate) fn read() -> Self {
        let kinds = table("in Python").map(|cells| {
            let [exception, kind] = cells[..] else { panic!("{cells:?} is not a pair") };
            let exception = exception.split(',').next().unwrap_or_default();
            let kind = code(kind).and_then(|kind| kind.strip_prefix("ErrorKind::"));
            (code(exception).unwrap(), kind.unwrap_or_else(|| panic!("{cells:?} does not name a kind")))
        });
        let kinds = kinds.collect();
        let rows = table("fault").map(|cells| Row::read(&cells, &kinds)).collect();
        Self { rows, kinds }
    }

    /// Returns the Python exception for an error of this kind.
    pub(crate) fn exception(&self, kind: ErrorKind) -> String {
        let debug = format!("{kind:?}");
        let found = self.kinds.iter().find(|(_, kind)| **kind == debug);
        found.map_or(debug.clone(), |(exception, _)| (*exception).to_owned())
    }
}

impl Row {
    fn read(cells: &[&'static str], kinds: &Vec<(&'static str, &'static str)>) -> Self {
        let [fault, _on_the_wire, sources, once, always, stale] = cells else {
            panic!("{cells:?} does not have six cells")
        };
        let outcome = |text: &str, value: &str| match text {
            _ if text == value => Outcome::NewValue,
            "old value" => Outcome::OldValue,
            _ => {
                let name = code(text).unwrap_or_else(|| panic!("{text:?} is not an outcome"));
                assert!(kinds.iter().any(|(exception, _)| *exception == name), "{name} is not an outcome");
                Outcome::Error(name.to_owned())
            }
        };
        Self {
            fault: code(fault).unwrap_or_else(|| panic!("{fault:?} is not a fault")),
            sources: sources.split(", ").flat_map(Source::read).copied().collect(),
            once: outcome(once, "value"),
            always: outcome(always, "value"),
            stale: outcome(stale, "new value"),
        }
    }
}

impl Source {
    fn read(text: &str) -> &'static [Self] {
        match text {
            "all" => &[Self::Parameter, Self::Parameters, Self::Path, Self::Secret, Self::Object, Self::LargeObject],
            "SSM" => &[Self::Parameter, Self::Parameters, Self::Path],
            "Secrets Manager" => &[Self::Secret],
            "S3" => &[Self::Object, Self::LargeObject],
            _ => panic!("{text:?} is not a source"),
        }
    }

    pub(crate) fn is_s3(self) -> bool {
        matches!(self, Self::Object | Self::LargeObject)
    }
}

/// Returns the cells of each row of the table with this first heading.
fn table(heading: &str) -> impl Iterator<Item = Vec<&'static str>> {
    let cells =
        |line: &'static str| -> Vec<&'static str> { line.trim_matches('|').split('|').map(str::trim).collect() };
    let begins = format!("| {heading} |");
    let mut lines = PAGE.lines().skip_while(move |line| !line.starts_with(&begins));
    assert!(lines.next().is_some(), "the page does not have a table of {heading}");
    lines.skip(1).take_while(|line| line.starts_with('|')).map(cells)
}

/// Returns the text in backticks, if there is no other text.
fn code(text: &str) -> Option<&str> {
    text.trim().strip_prefix('`')?.strip_suffix('`')
}
