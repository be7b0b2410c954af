//! All attributes of one function. The outermost one is expanded together with the others.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, Expr, ItemFn, LitStr, Meta, Path, Result,
    ext::IdentExt,
    parse::{ParseStream, Parser},
    spanned::Spanned,
};

use crate::{crate_path, entry::Entry, identifier::identifier, refresh_on_error::RefreshOnError, source::Which};

/// The attributes of one function.
pub(crate) struct Stack {
    /// The entries, in the order of the attributes.
    pub(crate) entries: Vec<Entry>,
    /// The condition for a second call of the function, if there is one.
    pub(crate) refresh: Option<RefreshOnError>,
    /// The errors. An invalid attribute does not keep the others from being read.
    pub(crate) errors: Vec<syn::Error>,
    /// The paths of the removed attributes, because the compiler must see their names used.
    pub(crate) siblings: Vec<Path>,
    /// The arguments of invalid attributes, as far as they can be guessed.
    pub(crate) illegible: Vec<Ident>,
    /// The path of the crate, if an attribute gives it.
    pub(crate) crate_path: Option<Path>,
}

/// Collects the attribute that is being expanded and those below it, which are removed from the function.
pub(crate) fn take(which: Which, attribute: TokenStream, function: &mut ItemFn) -> Stack {
    let (mut entries, mut errors, mut siblings, mut illegible) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut refresh, mut caches, mut crate_path) = (None, 0, None);
    let mut add = |which: Which, options: Result<TokenStream>, written: TokenStream, span: Span| {
        let options = options.and_then(|options| crate_path::take(options, &mut crate_path));
        match which {
            Which::Cache(source) => {
                caches += 1;
                match options.and_then(|options| Entry::read(source, options, span)) {
                    Ok(entry) => entries.push(entry),
                    Err(error) => {
                        errors.push(error);
                        illegible.extend(guess(written));
                    }
                }
            }
            Which::RefreshOnError => {
                let read = options.and_then(|options| RefreshOnError::read(options, span));
                errors.extend(read.and_then(|read| read.alone(&mut refresh)).err());
            }
        }
    };
    add(which, Ok(attribute.clone()), attribute, Span::call_site());
    function.attrs.retain(|sibling| match Which::of(sibling.path()) {
        None => true,
        Some(which) => {
            let span = if which == Which::RefreshOnError { sibling.path().span() } else { sibling.span() };
            add(which, options(which, sibling), sibling.meta.to_token_stream(), span);
            siblings.push(sibling.path().clone());
            false
        }
    });
    if let Some(refresh) = refresh.as_ref().filter(|_| caches == 0) {
        errors.push(refresh.without_entries());
    }
    errors.extend(twins(&entries));
    errors.extend(files_of_two(&entries));
    errors.extend(other_caches(&entries));
    Stack { entries, refresh, errors, siblings, illegible, crate_path }
}

/// Returns the options of the attribute.
fn options(which: Which, attribute: &Attribute) -> Result<TokenStream> {
    match &attribute.meta {
        Meta::List(list) => Ok(list.tokens.clone()),
        Meta::Path(_) => Ok(TokenStream::new()),
        Meta::NameValue(assigned) => {
            let message = format!("write the options in parentheses: `{}`", which.example());
            Err(syn::Error::new_spanned(assigned, message))
        }
    }
}

/// Guesses the argument of an invalid attribute, from `argument`, `entry_name`, or its first string.
fn guess(attribute: TokenStream) -> Option<Ident> {
    let tokens: Vec<TokenTree> = flat(attribute).collect();
    let value = |option: &str| {
        let place = tokens.iter().position(|token| matches!(token, TokenTree::Ident(ident) if ident == option))?;
        tokens.get(place + 2)
    };
    if let Some(TokenTree::Ident(argument)) = value("argument") {
        return Some(argument.clone());
    }
    let text = |token: &TokenTree| syn::parse2::<LitStr>(token.to_token_stream()).ok().map(|text| text.value());
    let name = value("entry_name").and_then(text).or_else(|| tokens.iter().find_map(text))?;
    identifier(name.rsplit('/').next()?, Span::call_site()).ok()
}

/// Returns the tokens of an attribute, including those inside groups.
fn flat(tokens: TokenStream) -> Box<dyn Iterator<Item = TokenTree>> {
    Box::new(tokens.into_iter().flat_map(|token| match token {
        TokenTree::Group(group) => flat(group.stream()),
        token => Box::new(std::iter::once(token)),
    }))
}

/// Removes this crate's attributes from an item that is not a function, so that only one error is reported.
pub(crate) fn strip(item: TokenStream) -> TokenStream {
    let parts = |input: ParseStream<'_>| Ok((input.call(Attribute::parse_outer)?, input.parse::<TokenStream>()?));
    match parts.parse2(item.clone()) {
        Ok((attributes, rest)) => {
            let others = attributes.iter().filter(|attribute| Which::of(attribute.path()).is_none());
            quote!(#(#others)* #rest)
        }
        Err(_) => item,
    }
}

/// Returns errors for two objects with one file.
fn files_of_two(entries: &[Entry]) -> Vec<syn::Error> {
    let mut errors = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let Some((uri, name)) = entry.file() else { continue };
        let others = entries.iter().take(index).filter_map(Entry::file);
        if let Some((other, _)) = others.into_iter().find(|(other, file)| *file == name && *other != uri) {
            let message = format!(
                "{name:?} is the file of {other} already: give this object another one, as in `entry_name = \"other\"`"
            );
            errors.push(syn::Error::new(entry.span, message));
        }
    }
    errors
}

/// Returns errors for two entries with one argument.
fn twins(entries: &[Entry]) -> Vec<syn::Error> {
    let is_twin = |index: usize, entry: &Entry| {
        entries.iter().take(index).any(|other| other.argument.unraw() == entry.argument.unraw())
    };
    let twins = entries.iter().enumerate().filter(|(index, entry)| is_twin(*index, entry));
    twins
        .map(|(_, entry)| {
            let message = format!(
                "two entries of this function want the argument `{}`: give one of them another `entry_name = \"...\"`",
                entry.argument
            );
            syn::Error::new(entry.span, message)
        })
        .collect()
}

/// Returns the cache of the function's entries, of which there is at most one.
pub(crate) fn cache(entries: &[Entry]) -> Option<&Expr> {
    entries.iter().find_map(|entry| entry.cache.as_ref())
}

fn other_caches(entries: &[Entry]) -> Vec<syn::Error> {
    let text = |cache: &Expr| cache.to_token_stream().to_string();
    let first = cache(entries).map(text);
    let others = entries.iter().filter_map(|entry| entry.cache.as_ref()).filter(|cache| first != Some(text(cache)));
    let message = "the entries of one function are looked up in one cache: name the same in every attribute, or in one";
    others.map(|cache| syn::Error::new_spanned(cache, message)).collect()
}
