//! The decorated function: the arguments that get entries, and the caller's arguments.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Attribute, FnArg, ItemFn, Pat, PatIdent, PatType, PathArguments, Result, ReturnType, Type, ext::IdentExt};

use crate::{entry::Entry, quoted::local};

/// An argument that is removed from the signature.
pub(crate) struct Bound {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) pattern: Pat,
    pub(crate) ty: Type,
}

/// Rejects functions that cannot wait for a fetch or return its error.
pub(crate) fn check(function: &ItemFn) -> Result<()> {
    let signature = &function.sig;
    if signature.asyncness.is_none() {
        let message = if returns_a_future(&signature.output) {
            "the function must be an `async fn`; it returns a boxed future, perhaps because of #[async_trait]: a trait's \
             method can be an `async fn` without that"
        } else if runs_a_future(function) {
            "the function must be async, and an attribute above this one made it a plain function: write this one above \
             #[tokio::test] or #[tokio::main]"
        } else {
            "the function must be async, for it may have to wait for AWS: write `async fn`"
        };
        return Err(syn::Error::new_spanned(signature.fn_token, message));
    }
    if matches!(signature.output, ReturnType::Default) {
        let message = "the function must return a Result, for a fetch may fail: write \
                       `-> Result<..., E>`, where `E` can be made `From<lambda_cache::Error>`";
        return Err(syn::Error::new_spanned(&signature.ident, message));
    }
    Ok(())
}

/// Returns `true` if the body was generated from an `async fn`, for example by `#[tokio::test]`.
fn runs_a_future(function: &ItemFn) -> bool {
    let body = function.block.to_token_stream().to_string();
    body.contains("block_on") && body.contains("async")
}

fn returns_a_future(output: &ReturnType) -> bool {
    let ReturnType::Type(_, ty) = output else { return false };
    matches!(&**ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Pin"))
}

/// Removes the argument for `entry` from the signature.
pub(crate) fn take_argument(function: &mut ItemFn, entry: &Entry) -> Result<Bound> {
    let Some(bound) = take(function, &entry.argument) else {
        let message = format!(
            "the function has no argument `{}` for this entry: add `{}: {}`",
            entry.argument,
            entry.argument,
            entry.usual_type()
        );
        return Err(syn::Error::new(entry.span, message));
    };
    if let Type::ImplTrait(ty) = &bound.ty {
        let message = format!("the type of an entry must be named: write one, such as `{}`", entry.usual_type());
        return Err(syn::Error::new_spanned(ty, message));
    }
    Ok(bound)
}

/// Removes the argument with this name from the signature.
pub(crate) fn take(function: &mut ItemFn, argument: &Ident) -> Option<Bound> {
    let name = argument.unraw();
    let is_there = |name: &Ident| {
        function.sig.inputs.iter().any(|input| matches!(input, FnArg::Typed(typed) if is_called(typed, name)))
    };
    // rustc suggests the underscore for an argument that the body does not use.
    let unused = Ident::new(&format!("_{name}"), name.span());
    let name = if !is_there(&name) && is_there(&unused) { unused } else { name };
    let mut others = Vec::new();
    let mut found = None;
    for input in std::mem::take(&mut function.sig.inputs) {
        match input {
            FnArg::Typed(argument) if found.is_none() && is_called(&argument, &name) => found = Some(argument),
            other => others.push(other),
        }
    }
    function.sig.inputs = others.into_iter().collect();
    found.map(|PatType { attrs, pat, ty, .. }| Bound { attributes: attrs, pattern: *pat, ty: *ty })
}

fn is_called(argument: &PatType, name: &Ident) -> bool {
    matches!(&*argument.pat, Pat::Ident(PatIdent { ident, by_ref: None, subpat: None, .. }) if ident.unraw() == *name)
}

/// Returns the name of the `LambdaEvent` argument, which contains the deadline of the invocation. If the signature
/// destructures the event, the argument gets a name and its pattern is returned too.
pub(crate) fn event(function: &mut ItemFn) -> Option<(Ident, Option<Pat>)> {
    let argument = function.sig.inputs.iter_mut().find_map(|argument| match argument {
        FnArg::Typed(argument) if is_lambda_event(&argument.ty) => Some(argument),
        _ => None,
    })?;
    match &*argument.pat {
        Pat::Ident(PatIdent { ident, by_ref: None, subpat: None, .. }) => Some((ident.clone(), None)),
        Pat::Struct(_) | Pat::Wild(_) => {
            let event = local("event");
            let pattern = std::mem::replace(&mut *argument.pat, Pat::Ident(plain(event.clone())));
            Some((event, Some(pattern)))
        }
        _ => None,
    }
}

fn plain(ident: Ident) -> PatIdent {
    PatIdent { attrs: Vec::new(), by_ref: None, mutability: None, ident, subpat: None }
}

/// Returns `true` for `LambdaEvent<T>` under any path.
fn is_lambda_event(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| {
        let has_one = matches!(&last.arguments, PathArguments::AngleBracketed(types) if types.args.len() == 1);
        last.ident == "LambdaEvent" && has_one
    })
}
