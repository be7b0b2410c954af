//! One case of the matrix, with its steps and its expected outcome.

use std::fmt;

use crate::page::{Outcome, Row, Source};

/// Text that must appear only in values.
pub(crate) const CANARY: &str = "c4n4ry";

const TEXT_BYTES: usize = 2_000;
const OBJECT_BYTES: usize = 20_000;
/// The number of parameters below a path, of which one answer has ten.
const BELOW_PATH: usize = 12;
const LARGE_OBJECT_BYTES: usize = 17 * 1_024 * 1_024;

#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) number: usize,
    pub(crate) row: Row,
    pub(crate) source: Source,
    pub(crate) occasion: Occasion,
    pub(crate) tls: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occasion {
    FirstFetchOnce,
    FirstFetchAlways,
    RefreshOnce,
    RefreshAlways,
    RefreshAlwaysStaleIfError,
}

impl Occasion {
    const ALL: [Self; 5] = [
        Self::FirstFetchOnce,
        Self::FirstFetchAlways,
        Self::RefreshOnce,
        Self::RefreshAlways,
        Self::RefreshAlwaysStaleIfError,
    ];

    pub(crate) fn is_refresh(self) -> bool {
        !matches!(self, Self::FirstFetchOnce | Self::FirstFetchAlways)
    }

    pub(crate) fn is_once(self) -> bool {
        matches!(self, Self::FirstFetchOnce | Self::RefreshOnce)
    }

    pub(crate) fn tolerates_old(self) -> bool {
        self == Self::RefreshAlwaysStaleIfError
    }
}

/// The values of a resource, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    Old,
    /// The value during a change while it is read.
    Passing,
    New,
}

impl Case {
    pub(crate) fn all(rows: &[Row]) -> Vec<Self> {
        let mut cases = Vec::new();
        for row in rows {
            for &source in &row.sources {
                for occasion in Occasion::ALL {
                    for tls in [false, true] {
                        if source == Source::LargeObject && !Self::is_worth_megabytes(occasion, tls) {
                            continue;
                        }
                        cases.push(Self { number: cases.len(), row: row.clone(), source, occasion, tls });
                    }
                }
            }
        }
        cases
    }

    /// Returns `true` for the cases that are also run with large objects, which take long: one for the fault of a
    /// single answer, and one for that of all answers.
    fn is_worth_megabytes(occasion: Occasion, tls: bool) -> bool {
        matches!((occasion, tls), (Occasion::FirstFetchOnce, true) | (Occasion::RefreshAlways, false))
    }

    pub(crate) fn expected(&self) -> &Outcome {
        match self.occasion {
            Occasion::FirstFetchOnce | Occasion::RefreshOnce => &self.row.once,
            Occasion::FirstFetchAlways | Occasion::RefreshAlways => &self.row.always,
            Occasion::RefreshAlwaysStaleIfError => &self.row.stale,
        }
    }

    /// Returns the resources of the case.
    pub(crate) fn resources(&self) -> Vec<String> {
        let number = self.number;
        match self.source {
            Source::Parameter => vec![format!("/case-{number}/parameter")],
            Source::Parameters => vec![format!("/case-{number}/first"), format!("/case-{number}/second")],
            Source::Path => (0..BELOW_PATH).map(|place| format!("/case-{number}/path/{place:02}")).collect(),
            Source::Secret => vec![format!("/case-{number}/secret")],
            Source::Object | Source::LargeObject => vec![format!("s3://bucket/case-{number}/object")],
        }
    }

    /// Returns the resource with the fault: the second one of a list, or the path itself.
    pub(crate) fn befallen(&self) -> String {
        match self.source {
            Source::Path => format!("/case-{}/path", self.number),
            _ => self.resources().pop().unwrap_or_default(),
        }
    }

    /// Returns `true` if the fault affects the second page, when a part of the value has already arrived. A path
    /// without parameters is reported on the first page.
    pub(crate) fn is_of_second_page(&self) -> bool {
        self.source == Source::Path && self.row.fault != "not-found"
    }

    /// Returns the maximum number of kept connections that the fault affects: one of an earlier fetch, and one of the
    /// previous page.
    pub(crate) fn kept_connections(&self) -> usize {
        usize::from(self.occasion.is_refresh()) + usize::from(self.is_of_second_page())
    }

    /// Returns `true` if an object that changes while it is read may be returned in its state before the change,
    /// because all parts of a large object may have been requested by then.
    pub(crate) fn may_be_passing(&self) -> bool {
        self.source == Source::LargeObject && self.row.fault == "changed-in-between"
    }

    /// Returns a value that is different in every case, and so long that half of it is not a value.
    pub(crate) fn value(&self, resource: &str, version: Version) -> String {
        let length = match self.source {
            Source::LargeObject => LARGE_OBJECT_BYTES,
            Source::Object => OBJECT_BYTES,
            _ => TEXT_BYTES,
        };
        let line = format!("{CANARY} {version:?} {resource} ");
        let mut value = line.repeat(length / line.len() + 1);
        value.truncate(length);
        value
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { row, source, occasion, tls, .. } = self;
        write!(f, "{}, {source:?}, {occasion:?}, {}", row.fault, if *tls { "TLS" } else { "HTTP" })
    }
}
