//! The attributes of one function, together: the outermost takes its siblings along.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Attribute, Expr, ItemFn, Meta, Path, Result, ext::IdentExt, spanned::Spanned};

use crate::{entry::Entry, source::Source};

/// The attributes of one function.
pub(crate) struct Stack {
    /// What they ask for, in their order.
    pub(crate) entries: Vec<Entry>,
    /// What is wrong with them. One that is wrong is no reason not to read the others.
    pub(crate) errors: Vec<syn::Error>,
    /// How the siblings were called: the compiler must see their names used.
    pub(crate) siblings: Vec<Path>,
}

/// The attribute that is being expanded and those below it, which are taken off the function.
pub(crate) fn take(source: Source, attribute: TokenStream, function: &mut ItemFn) -> Stack {
    let (mut entries, mut errors, mut siblings) = (Vec::new(), Vec::new(), Vec::new());
    let mut add = |entry: Result<Entry>| match entry {
        Ok(entry) => entries.push(entry),
        Err(error) => errors.push(error),
    };
    add(Entry::read(source, attribute, Span::call_site()));
    function.attrs.retain(|sibling| match Source::of(sibling.path()) {
        None => true,
        Some(source) => {
            add(read(source, sibling));
            siblings.push(sibling.path().clone());
            false
        }
    });
    errors.extend(twins(&entries));
    errors.extend(other_caches(&entries));
    Stack { entries, errors, siblings }
}

fn read(source: Source, attribute: &Attribute) -> Result<Entry> {
    let tokens = match &attribute.meta {
        Meta::List(list) => list.tokens.clone(),
        Meta::Path(_) => TokenStream::new(),
        Meta::NameValue(assigned) => {
            let message = format!("write the options in parentheses: `{}`", source.example());
            return Err(syn::Error::new_spanned(assigned, message));
        }
    };
    Entry::read(source, tokens, attribute.span())
}

/// Two entries for one argument.
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

/// The cache that the function's entries are looked up in: a function has one.
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
