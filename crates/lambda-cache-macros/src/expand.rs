//! The generated function, with the caller's arguments in its signature and the entries bound at the top of its body.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Ident, ItemFn, Path, ReturnType, spanned::Spanned};

use crate::{
    crate_path,
    entry::Entry,
    function::{self, Bound},
    quoted::{local, option},
    refresh_on_error::{self, RefreshOnError, Variables},
    source::Which,
    stack::{self, Stack},
};

/// The option of an attribute that replaces a removed one, so that the compiler sees its name used.
const USED: &str = "__used";

/// Expands an attribute.
pub(crate) fn attribute(which: Which, attribute: TokenStream, item: &TokenStream) -> TokenStream {
    if attribute.to_string() == USED {
        return TokenStream::new();
    }
    let Ok(mut function) = syn::parse2::<ItemFn>(item.clone()) else {
        let message = format!("{} goes onto an async function that has a body", which.name());
        let item = stack::strip(item.clone());
        let error = syn::Error::new(item.span(), message).to_compile_error();
        return quote!(#error #item);
    };
    let Stack { entries, refresh, mut errors, siblings, illegible, crate_path } =
        stack::take(which, attribute, &mut function);
    errors.extend(function::check(&function).err());
    errors.extend(refresh.as_ref().and_then(|_| RefreshOnError::check(&function).err()));
    let mut bound = Vec::with_capacity(entries.len());
    for entry in &entries {
        match function::take_argument(&mut function, entry) {
            Ok(argument) => bound.push(argument),
            Err(error) if errors.is_empty() => errors.push(error),
            Err(_) => {} // a consequence of an error that is already reported
        }
    }
    if errors.is_empty() {
        let bound = bind(function, &entries, refresh.as_ref(), &bound, &siblings);
        match crate_path {
            Some(path) => crate_path::replace(bound, &path),
            None => bound,
        }
    } else {
        bound.extend(illegible.iter().filter_map(|argument| function::take(&mut function, argument)));
        explain(function, &bound, &siblings, &errors)
    }
}

/// Generates the errors and the function without the entries' arguments, so that its callers do not cause further
/// errors.
fn explain(mut function: ItemFn, bound: &[Bound], siblings: &[Path], errors: &[syn::Error]) -> TokenStream {
    let used = Ident::new(USED, Span::call_site());
    let errors = errors.iter().map(syn::Error::to_compile_error);
    let body = &function.block;
    let lets = bound.iter().map(|Bound { pattern, ty, .. }| quote!(let #pattern: #ty = ::core::unreachable!();));
    function.block = syn::parse_quote!({ #(#[#siblings(#used)] const _: () = ();)* #(#lets)* #body });
    quote!(#(#errors)* #[allow(unreachable_code, unused)] #function)
}

fn bind(
    mut function: ItemFn,
    entries: &[Entry],
    refresh: Option<&RefreshOnError>,
    bound: &[Bound],
    siblings: &[Path],
) -> TokenStream {
    let (event, mut pattern) = function::event(&mut function).unzip();
    let variables = refresh.map(|_| Variables::of(&mut function, pattern.as_mut().and_then(Option::as_mut)));
    let deadline_ms = local("deadline_ms");
    let deadline = option(event.as_ref().map(|event| quote!(#event.context.deadline)));
    let take_apart = pattern.flatten().map(|pattern| quote!(let #pattern = #event;));
    let cache = option(
        stack::cache(entries)
            .map(|cache| quote_spanned!(cache.span() => { let cache: &::lambda_cache::Cache = #cache; cache })),
    );
    let fail = fail(&function);
    let is_fixed = entries.iter().all(Entry::is_fixed);
    let LookupCode { place, built, entries } =
        if is_fixed { fixed(entries, refresh, bound) } else { dynamic(entries, refresh, bound, &fail) };
    let (site, [taken, call, outcome, error]) = (local("site"), ["taken", "call", "outcome", "error"].map(local));
    let lets = bound.iter().enumerate().map(|(index, Bound { attributes, pattern, ty })| {
        let index = syn::Index::from(index);
        quote!(#(#attributes)* let #pattern: #ty = #taken.#index;)
    });
    let lets: Vec<_> = lets.collect();
    let used = Ident::new(USED, Span::call_site());
    let statements = &function.block.stmts;
    let site_and_call = quote! {
        #(#[#siblings(#used)] const _: () = ();)*
        static #site: ::lambda_cache::__macros::#place = ::lambda_cache::__macros::#place::new();
        let #call = ::lambda_cache::__macros::Call { cache: #cache, deadline_ms: #deadline_ms };
    };
    let body = if let (Some(refresh), Some(variables)) = (refresh, variables) {
        let calls = refresh.calls(&function, &variables, &entries, &lets);
        quote!(#site_and_call #built #calls)
    } else {
        quote! {
            let #taken = {
                #site_and_call
                match { #built #entries } {
                    ::core::result::Result::Ok(#outcome) => #outcome,
                    ::core::result::Result::Err(#error) => #fail,
                }
            };
            #(#lets)*
            #(#statements)*
        }
    };
    function.block = syn::parse_quote!({
        #[allow(clippy::used_underscore_binding)]
        let #deadline_ms = #deadline;
        #take_apart
        #body
    });
    quote!(#function)
}

/// Generates the return of an error. If the function's error type cannot hold it, the compiler points at that type.
fn fail(function: &ItemFn) -> TokenStream {
    let span = match &function.sig.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => Span::call_site(),
    };
    let span = span.resolved_at(Span::mixed_site());
    let mut error = local("error");
    error.set_span(span);
    quote_spanned! { span =>
        return ::core::result::Result::Err(::core::convert::From::from(#error))
    }
}

/// The lookup of a function's entries.
struct LookupCode {
    /// The type of the static that holds the call-site state.
    place: TokenStream,
    /// The code before the lookup.
    built: TokenStream,
    /// The expression of the entries, a `Result`.
    entries: TokenStream,
}

/// Generates the lookup of entries given by literals, which is built once. Their kinds are known here.
fn fixed(entries: &[Entry], refresh: Option<&RefreshOnError>, bound: &[Bound]) -> LookupCode {
    let specs = entries.iter().map(Entry::spec);
    let takes = entries.iter().zip(bound).enumerate().map(|(index, (entry, argument))| {
        let kind = entry.kind();
        take(&quote!(::lambda_cache::__macros::Kind::<#kind>::new()), argument, index)
    });
    let (site, [call, values]) = (local("site"), ["call", "values"].map(local));
    let (get, is_first) = get(refresh);
    let entries = quote! {
        #site.#get(
            #is_first
            #call,
            || ::core::result::Result::Ok([#(#specs?.0),*]),
            |#values| ::core::result::Result::Ok((#(#takes,)*)),
        ).await
    };
    LookupCode { place: quote!(StaticSite), built: TokenStream::new(), entries }
}

/// Generates the lookup of entries given by expressions, which is built at each call. The types of the expressions
/// determine the kinds.
fn dynamic(entries: &[Entry], refresh: Option<&RefreshOnError>, bound: &[Bound], fail: &TokenStream) -> LookupCode {
    let names =
        |prefix: &str| -> Vec<Ident> { (0..entries.len()).map(|index| local(&format!("{prefix}_{index}"))).collect() };
    let (specs, kinds) = (names("spec"), names("kind"));
    let (site, [call, values, outcome, error]) = (local("site"), ["call", "values", "outcome", "error"].map(local));
    let built = entries.iter().map(|entry| {
        let spec = entry.spec();
        quote! {
            match #spec {
                ::core::result::Result::Ok(#outcome) => #outcome,
                ::core::result::Result::Err(#error) => #fail,
            }
        }
    });
    let takes =
        kinds.iter().zip(bound).enumerate().map(|(index, (kind, argument))| take(&quote!(#kind), argument, index));
    let built = quote!(#(let (#specs, #kinds) = #built;)*);
    let (get, is_first) = get(refresh);
    // A second lookup uses the same entries, even if the expressions would now give others.
    let specs = specs.iter().map(|spec| refresh.map_or_else(|| quote!(#spec), |_| quote!(#spec.clone())));
    let entries = quote! {
        #site.#get(
            #is_first
            #call,
            [#(#specs),*],
            |#values| ::core::result::Result::Ok((#(#takes,)*)),
        ).await
    };
    LookupCode { place: quote!(DynamicSite), built, entries }
}

/// Returns the method of the call-site state, and its first argument.
fn get(refresh: Option<&RefreshOnError>) -> (TokenStream, Option<TokenStream>) {
    let attempts = refresh_on_error::attempts();
    match refresh {
        None => (quote!(get), None),
        Some(_) => (quote!(get_or_refresh), Some(quote!(#attempts.is_first(),))),
    }
}

/// Generates the conversion of the value at `index` to the argument's type. The compiler reports an unsupported type
/// at it.
fn take(kind: &TokenStream, argument: &Bound, index: usize) -> TokenStream {
    let (ty, values) = (&argument.ty, local("values"));
    quote_spanned!(ty.span() => #kind.convert::<#ty>(&#values, #index)?)
}
