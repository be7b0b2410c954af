//! One case of the matrix: what is done, and what should come of it.

use std::fmt;

use crate::page::{Outcome, Row, Source};

/// What must not be found anywhere but in values.
pub(crate) const CANARY: &str = "c4n4ry";

const TEXT_BYTES: usize = 2_000;
const OBJECT_BYTES: usize = 20_000;
/// Of all that is below a path: one answer has ten.
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

/// The values of one resource, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    Old,
    /// The one that changes while it is read.
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

    /// What is large costs time: once the fault of its first answer, once that of all.
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

    /// What there is.
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

    /// What has the fault: of a list the second one, of parameters below a path the path.
    pub(crate) fn befallen(&self) -> String {
        match self.source {
            Source::Path => format!("/case-{}/path", self.number),
            _ => self.resources().pop().unwrap_or_default(),
        }
    }

    /// Whether the first page comes as it should, and the fault befalls the second one: then there is a part of the value
    /// already. That nothing is below a path is said on its first page.
    pub(crate) fn is_of_second_page(&self) -> bool {
        self.source == Source::Path && self.row.fault != "not-found"
    }

    /// At the most, where the fault strikes: that of an earlier fetch, and that of the page before.
    pub(crate) fn kept_connections(&self) -> usize {
        usize::from(self.occasion.is_refresh()) + usize::from(self.is_of_second_page())
    }

    /// Whether what changed while it was read may be got as it was before: all parts of a large object may have been asked
    /// for by then.
    pub(crate) fn may_be_passing(&self) -> bool {
        self.source == Source::LargeObject && self.row.fault == "changed-in-between"
    }

    /// Long enough that half of it is not it, and different in every case.
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
