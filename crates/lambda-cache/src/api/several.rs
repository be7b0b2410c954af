//! The forms of several names.

use std::{borrow::Cow, sync::Arc};

use lambda_cache_names::Listed;

/// One of several names: a `&str`, a `String` or the like, or a pair of its key in the result and the name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a name in a list",
    note = "write a `&str`, a `String`, or a pair like `(\"db\", \"/prod/db\")`"
)]
pub trait IntoListed {
    #[doc(hidden)]
    fn into_listed(self) -> Listed;
}

impl IntoListed for Listed {
    fn into_listed(self) -> Listed {
        self
    }
}

macro_rules! name {
    ($($name:ty),*) => {$(
        impl IntoListed for $name {
            fn into_listed(self) -> Listed {
                Listed::from(AsRef::<str>::as_ref(&self))
            }
        }
    )*};
}

name!(&str, &&str, String, &String, Cow<'_, str>, &Cow<'_, str>, Box<str>, &Box<str>, Arc<str>, &Arc<str>);

impl<K: AsRef<str>, N: AsRef<str>> IntoListed for (K, N) {
    fn into_listed(self) -> Listed {
        (&self).into_listed()
    }
}

impl<K: AsRef<str>, N: AsRef<str>> IntoListed for &(K, N) {
    fn into_listed(self) -> Listed {
        Listed::under(self.0.as_ref(), self.1.as_ref())
    }
}

/// Several names: an array, a slice or a `Vec`.
pub trait IntoList {
    #[doc(hidden)]
    fn into_list(self) -> Vec<Listed>;
}

impl<L: IntoListed> IntoList for Vec<L> {
    fn into_list(self) -> Vec<Listed> {
        self.into_iter().map(IntoListed::into_listed).collect()
    }
}

impl<L: IntoListed, const N: usize> IntoList for [L; N] {
    fn into_list(self) -> Vec<Listed> {
        Vec::from(self).into_list()
    }
}

impl<'a, L> IntoList for &'a [L]
where
    &'a L: IntoListed,
{
    fn into_list(self) -> Vec<Listed> {
        self.iter().map(IntoListed::into_listed).collect()
    }
}

impl<'a, L> IntoList for &'a Vec<L>
where
    &'a L: IntoListed,
{
    fn into_list(self) -> Vec<Listed> {
        self.as_slice().into_list()
    }
}

impl<'a, L, const N: usize> IntoList for &'a [L; N]
where
    &'a L: IntoListed,
{
    fn into_list(self) -> Vec<Listed> {
        self.as_slice().into_list()
    }
}
