/// Why a fetch failed, as far as the engine wants to know: whether the next may succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// It may.
    Transient,
    /// It will not.
    Lasting,
}

impl Error {
    /// Whether the same fetch may work later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        *self == Self::Transient
    }
}
