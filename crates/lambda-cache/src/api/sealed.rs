/// The supertrait of sealed traits. Other crates cannot name it, so they cannot implement those traits.
pub trait Sealed {}
