use std::{fmt, time::Duration};

/// The error of a fetch. The engine only distinguishes whether the next fetch may succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The next fetch may succeed.
    Transient,
    /// The next fetch will fail too.
    Lasting,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Error {
    pub(crate) fn out_of_time(_: &impl fmt::Display, _: Duration) -> Self {
        Self::Transient
    }

    /// Returns `true` if the next fetch may succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        *self == Self::Transient
    }
}
