//! Pieces of code.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// The expression of an `Option`.
pub(crate) fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(|| quote!(::core::option::Option::None), |value| quote!(::core::option::Option::Some(#value)))
}

/// A name of ours: the function's own expressions neither see nor hide it. It is an odd one too, for items have no hygiene,
/// and a constant of the same name would be matched against where a variable is meant to be bound.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(&format!("__lambda_cache_{name}"), Span::mixed_site())
}
