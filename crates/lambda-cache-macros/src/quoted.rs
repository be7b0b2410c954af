//! Values as the code that makes them.

use proc_macro2::TokenStream;
use quote::quote;

/// The expression of an `Option`.
pub(crate) fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(|| quote!(::core::option::Option::None), |value| quote!(::core::option::Option::Some(#value)))
}
