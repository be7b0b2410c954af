//! The types that can be a name or a list of names, and the calls that take them.

use std::{borrow::Cow, sync::Arc};

use lambda_cache_names::Listed;

use super::{
    get_entry::GetEntry,
    query::{Entries, Query},
    sealed::Sealed,
};
use crate::{Error, source::Names};

/// A query for an entry that a name or a list of names identifies.
pub trait ByName: Query {
    /// The kind of the entry for one name.
    type One;
    /// The kind of the entry for several names.
    type Several;

    /// Creates the query.
    fn by_name(names: Names) -> Self;
}

/// A name or several names, as `&str` or `String`, or as arrays, slices and `Vec`s of them or of pairs of a key and a
/// name. For parameters, it can also be a path ([`ssm::path`](crate::ssm::path)).
///
/// This trait is sealed: it cannot be implemented for other types.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a name, nor a list of names",
    note = "write a `&str` or `String`, or an array or `Vec` of them or of pairs like `(\"db\", \"/prod/db\")`; for parameters, `ssm::path(...)` is possible too"
)]
pub trait IntoQuery<Q>: Sealed {
    /// The kind of the entry, one of [`kind`](crate::kind).
    type Kind;

    /// Creates the query.
    #[doc(hidden)]
    fn into_query(self) -> Q;
}

impl<'c, Q: ByName> Entries<'c, Q> {
    /// Returns the value of an entry from this cache, like the function `get_entry` of the source's module.
    pub fn get_entry<T, N: IntoQuery<Q>>(self, name: N) -> GetEntry<'c, T, Q, N::Kind> {
        self.get(name.into_query())
    }

    /// Starts fetching an entry into this cache, like the function `prefetch` of the source's module.
    pub fn prefetch(self, name: impl IntoQuery<Q>) {
        self.get_entry::<(), _>(name).prefetch();
    }

    /// Removes an entry from this cache, like the function `invalidate` of the source's module.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for an invalid name.
    pub fn invalidate(self, name: impl IntoQuery<Q>) -> Result<(), Error> {
        self.remove(name.into_query())
    }
}

macro_rules! one_name {
    ($($name:ty),*) => {$(
        impl Sealed for $name {}

        impl<Q: ByName> IntoQuery<Q> for $name {
            type Kind = Q::One;

            fn into_query(self) -> Q {
                Q::by_name(Names::One(self.into()))
            }
        }
    )*};
}

one_name!(&str, String, &String, Cow<'_, str>);

impl<L: IntoList> Sealed for L {}

impl<Q: ByName, L: IntoList> IntoQuery<Q> for L {
    type Kind = Q::Several;

    fn into_query(self) -> Q {
        Q::by_name(Names::Several(self.into_list()))
    }
}

/// Several names: an array, a slice or a `Vec`.
pub trait IntoList {
    fn into_list(self) -> Vec<Listed>;
}

impl<L: IntoListed> IntoList for Vec<L> {
    fn into_list(self) -> Vec<Listed> {
        self.into_iter().map(IntoListed::into_listed).collect()
    }
}

impl<L: IntoListed, const N: usize> IntoList for [L; N] {
    fn into_list(self) -> Vec<Listed> {
        self.into_iter().map(IntoListed::into_listed).collect()
    }
}

macro_rules! borrowed_list {
    ($([$($size:tt)*] $list:ty),*) => {$(
        impl<'a, L, $($size)*> IntoList for &'a $list
        where
            &'a L: IntoListed,
        {
            fn into_list(self) -> Vec<Listed> {
                self.iter().map(IntoListed::into_listed).collect()
            }
        }
    )*};
}

borrowed_list!([] [L], [] Vec<L>, [const N: usize] [L; N]);

/// One of several names: a `&str`, a `String` or the like, or a pair of its key in the result and the name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a name in a list",
    note = "write a `&str`, a `String`, or a pair like `(\"db\", \"/prod/db\")`"
)]
pub trait IntoListed {
    fn into_listed(self) -> Listed;
}

impl IntoListed for Listed {
    fn into_listed(self) -> Listed {
        self
    }
}

macro_rules! listed_name {
    ($($name:ty),*) => {$(
        impl IntoListed for $name {
            fn into_listed(self) -> Listed {
                Listed::from(AsRef::<str>::as_ref(&self))
            }
        }
    )*};
}

listed_name!(&str, &&str, String, &String, Cow<'_, str>, &Cow<'_, str>, Box<str>, &Box<str>, Arc<str>, &Arc<str>);

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
