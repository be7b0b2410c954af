//! The attribute for every function that the Python binding exports.

use proc_macro::TokenStream;
use quote::ToTokens as _;
use syn::{Block, ImplItem, Item, ReturnType, Signature, parse_quote};

/// Runs the body of a function, or of every function in an `impl` block, inside `crate::guard::guard`, which converts
/// a panic to an exception.
///
/// It stands above `#[pyfunction]` or `#[pymethods]`. Each function must return a `PyResult`. Any other type is a
/// compile error.
#[proc_macro_attribute]
pub fn guarded(_: TokenStream, item: TokenStream) -> TokenStream {
    let expanded = syn::parse(item).and_then(|mut item| {
        match &mut item {
            Item::Fn(function) => guard(&function.sig, &mut function.block)?,
            Item::Impl(methods) => {
                for method in &mut methods.items {
                    if let ImplItem::Fn(method) = method {
                        guard(&method.sig, &mut method.block)?;
                    }
                }
            }
            other => return Err(syn::Error::new_spanned(other, "only a function or an impl block can be guarded")),
        }
        Ok(item.into_token_stream())
    });
    expanded.unwrap_or_else(|error| error.to_compile_error()).into()
}

fn guard(signature: &Signature, block: &mut Block) -> Result<(), syn::Error> {
    let ReturnType::Type(_, returned) = &signature.output else {
        return Err(syn::Error::new_spanned(&signature.ident, "a guarded function returns a PyResult"));
    };
    *block = parse_quote!({ crate::guard::guard(move || -> #returned #block) });
    Ok(())
}
