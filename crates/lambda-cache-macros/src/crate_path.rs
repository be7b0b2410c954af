//! `crate = path`: the path of the crate, if it is not `::lambda_cache`.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::{Path, Result, parse::Parser};

/// Removes `crate = path` from the options of an attribute.
pub(crate) fn take(options: TokenStream, found: &mut Option<Path>) -> Result<TokenStream> {
    let mut others = Vec::new();
    for option in split(options) {
        match option.as_slice() {
            [TokenTree::Ident(name), TokenTree::Punct(equals), path @ ..]
                if name == "crate" && equals.as_char() == '=' =>
            {
                let path: TokenStream = path.iter().cloned().collect();
                let parsed = Path::parse_mod_style.parse2(path).map_err(|error| {
                    let message = "crate must be a path, without quotes: write `crate = my_company::lambda_cache`";
                    syn::Error::new(
                        if error.span().source_text().is_some() { error.span() } else { name.span() },
                        message,
                    )
                })?;
                *found = Some(parsed);
            }
            _ => others.push(option.into_iter().collect::<TokenStream>()),
        }
    }
    Ok(quote::quote!(#(#others),*))
}

/// Splits the options at the commas.
fn split(options: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut all = vec![Vec::new()];
    for token in options {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => all.push(Vec::new()),
            token => all.last_mut().expect("never empty").push(token),
        }
    }
    all
}

/// Replaces each `::lambda_cache` in the tokens with `path`.
pub(crate) fn replace(tokens: TokenStream, path: &Path) -> TokenStream {
    let mut replaced: Vec<TokenTree> = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), replace(group.stream(), path));
                inner.set_span(group.span());
                replaced.push(inner.into());
            }
            TokenTree::Ident(ident) if ident == "lambda_cache" && ends_in_leading_colons(&replaced) => {
                replaced.truncate(replaced.len() - 2);
                replaced.extend(quote::quote!(#path));
            }
            token => replaced.push(token),
        }
    }
    replaced.into_iter().collect()
}

/// Returns `true` if the tokens end in `::` at the beginning of a path.
fn ends_in_leading_colons(tokens: &[TokenTree]) -> bool {
    let is_colon = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':');
    let [before @ .., first, second] = tokens else { return false };
    let continues = match before.last() {
        Some(TokenTree::Ident(ident)) => {
            !["as", "in", "return", "match", "if", "mut", "dyn", "impl"].iter().any(|word| ident == word)
        }
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::None,
        _ => false,
    };
    is_colon(first) && is_colon(second) && !continues
}
