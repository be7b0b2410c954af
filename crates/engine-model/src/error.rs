/// The error of a fetch. The engine only distinguishes whether the next fetch may succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The next fetch may succeed.
    Transient,
    /// The next fetch will fail too.
    Lasting,
}

impl Error {
    /// Returns `true` if the next fetch may succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        *self == Self::Transient
    }
}
