//! Fragments of generated code.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// Generates the expression of an `Option`.
pub(crate) fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(|| quote!(::core::option::Option::None), |value| quote!(::core::option::Option::Some(#value)))
}

/// Creates a local name of the generated code. The function's expressions neither see nor shadow it. The name is also
/// unusual, because items have no hygiene: a constant with the same name would turn a binding into a comparison.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(&format!("__lambda_cache_{name}"), Span::mixed_site())
}
