//! The name that an attribute requests: how it is read, checked and written.

use lambda_cache_names::{Listed, NameError, parameter, s3, secret};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Expr, ExprLit, Lit, LitStr, Result, spanned::Spanned};

use crate::{literals::literal_text, source::Source};

/// The name that the attribute requests.
pub(crate) enum Name {
    Literal(LitStr),
    List {
        names: Vec<Element>,
        span: Span,
    },
    Expression(Expr),
    /// All parameters below a path.
    Path {
        path: Expr,
        recursive: Option<Expr>,
    },
}

/// One name of a list, and its key in the result if that is an alias.
pub(crate) struct Element {
    alias: Option<LitStr>,
    name: LitStr,
}

impl Name {
    /// Returns its position in the attribute.
    pub(crate) fn place(&self) -> Span {
        match self {
            Self::Literal(name) => name.span(),
            Self::List { span, .. } => *span,
            Self::Expression(name) => name.span(),
            Self::Path { path, .. } => path.span(),
        }
    }
}

impl ToTokens for Name {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Literal(name) => name.to_tokens(tokens),
            Self::List { names, .. } if names.iter().all(|element| element.alias.is_none()) => {
                let names = names.iter().map(|element| &element.name);
                tokens.extend(quote!([#(#names),*]));
            }
            Self::List { names, .. } => {
                let listed = names.iter().map(|Element { alias, name }| {
                    let listed = alias.as_ref().map_or_else(|| quote!(#name), |alias| quote!((#alias, #name)));
                    quote!(::lambda_cache::__macros::listed(#listed))
                });
                tokens.extend(quote!([#(#listed),*]));
            }
            Self::Expression(name) => name.to_tokens(tokens),
            Self::Path { path, recursive } => {
                let recursive = recursive.as_ref().map(|recursive| quote!(.recursive(#recursive)));
                tokens.extend(quote!(::lambda_cache::ssm::path(#path) #recursive));
            }
        }
    }
}

/// Reads the value of the first option, if it can be valid.
pub(crate) fn name(source: Source, expression: Expr) -> Result<Name> {
    match expression {
        Expr::Lit(literal) if source == Source::Custom => {
            let message =
                format!("fetch must be what fetches the value, such as a function: write `{}`", source.example());
            Err(syn::Error::new(literal.span(), message))
        }
        expression if source == Source::Custom => Ok(Name::Expression(expression)),
        Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) => Ok(Name::Literal(name)),
        Expr::Lit(literal) => {
            let a_list = if source == Source::S3 { "" } else { ", an array of strings" };
            let message = format!(
                "{} must be a string{a_list} or an expression that gives one: write `{}`",
                source.name_option(),
                source.example()
            );
            Err(syn::Error::new(literal.span(), message))
        }
        Expr::Array(array) if source != Source::S3 => {
            let mut names = Vec::with_capacity(array.elems.len());
            for element in &array.elems {
                match self::element(element)? {
                    Some(element) => names.push(element),
                    None => return Ok(Name::Expression(Expr::Array(array))),
                }
            }
            Ok(Name::List { names, span: array.bracket_token.span.join() })
        }
        Expr::Array(array) => {
            let message = format!(
                "{} is one string: write an attribute for each, they are fetched at the same time",
                source.name_option()
            );
            Err(syn::Error::new(array.span(), message))
        }
        expression => Ok(Name::Expression(expression)),
    }
}

/// One name of a list, or a pair of a key and a name; nothing if an expression gives it.
fn element(element: &Expr) -> Result<Option<Element>> {
    let text = |part: &Expr| match part {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(Some(text.clone())),
        Expr::Lit(literal) => {
            Err(syn::Error::new(literal.span(), "each name of the list must be a string: write it in quotes"))
        }
        _ => Ok(None),
    };
    let Expr::Tuple(pair) = element else {
        return Ok(text(element)?.map(|name| Element { alias: None, name }));
    };
    let mut parts = pair.elems.iter();
    let (Some(alias), Some(name), None) = (parts.next(), parts.next(), parts.next()) else {
        let message = "each pair of the list is a key and a name: write `(\"db\", \"/prod/db/password\")`";
        return Err(syn::Error::new(pair.span(), message));
    };
    Ok(text(alias)?.zip(text(name)?).map(|(alias, name)| Element { alias: Some(alias), name }))
}

/// Checks the names like the library does at run time. Returns the derived entry name, if it is needed.
pub(crate) fn default_entry_name(
    source: Source,
    name: &Name,
    given: Option<&LitStr>,
    file_name: Option<&Expr>,
) -> Result<String> {
    match name {
        Name::Literal(literal) => {
            let wrong = |error: NameError| syn::Error::new(literal.span(), error);
            let text = literal.value();
            let from_name = match source {
                Source::Ssm => parameter::entry_name(&text).map(str::to_owned),
                Source::SecretsManager | Source::Custom => secret::entry_name(&text).map(str::to_owned),
                Source::S3 => {
                    let uri = s3::S3Uri::parse(&text).map_err(wrong)?;
                    check_file_name(&uri, literal, given, file_name)?;
                    uri.entry_name().map(str::to_owned)
                }
            };
            match (given, from_name) {
                (Some(_), Err(error @ NameError::Empty { .. })) => Err(wrong(error)),
                (Some(given), _) => Ok(given.value()),
                (None, from_name) => from_name.map_err(wrong),
            }
        }
        Name::List { names, span } => {
            let listed = |Element { alias, name }: &Element| match alias {
                Some(alias) => Listed::under(alias.value(), name.value()),
                None => name.value().into(),
            };
            let listed: Vec<_> = names.iter().map(listed).collect();
            let at = |error: &NameError| guilty(names, error).unwrap_or(*span);
            let keys = if source == Source::Ssm { parameter::keys(&listed) } else { secret::keys(&listed) };
            keys.map_err(|error| syn::Error::new(at(&error), error))?;
            given.map(LitStr::value).ok_or_else(|| syn::Error::new(*span, NameError::ListWithoutEntryName))
        }
        Name::Path { path: Expr::Lit(ExprLit { lit: Lit::Str(path), .. }), .. } => {
            let wrong = |error: NameError| syn::Error::new(path.span(), error);
            let text = path.value();
            parameter::checked_path(&text).map_err(wrong)?;
            match given {
                Some(given) => Ok(given.value()),
                None => parameter::path_entry_name(&text).map(str::to_owned).map_err(wrong),
            }
        }
        Name::Expression(_) | Name::Path { .. } => given.map(LitStr::value).ok_or_else(|| {
            let message = "entry_name is needed, for what an expression gives is not known when it is compiled: add \
                           `entry_name = \"name\"`";
            syn::Error::new(name.place(), message)
        }),
    }
}

/// Rejects an invalid name of an object's file, if literals show it.
fn check_file_name(uri: &s3::S3Uri, literal: &LitStr, given: Option<&LitStr>, file_name: Option<&Expr>) -> Result<()> {
    let Ok(own) = literal_text(file_name) else { return Ok(()) };
    let at = match file_name {
        Some(file_name) => file_name.span(),
        None => given.map_or(literal.span(), LitStr::span),
    };
    let given = given.map(LitStr::value);
    s3::file_name(uri, given.as_deref(), own.as_deref()).map(drop).map_err(|error| syn::Error::new(at, error))
}

/// Returns the position of the name in a list that caused the error.
fn guilty(names: &[Element], error: &NameError) -> Option<Span> {
    let is_guilty = |name: &&LitStr| match error {
        NameError::SameLastSegment { second, .. } => name.value() == *second,
        NameError::NoLastSegment { name: guilty } => name.value() == *guilty,
        _ => name.value().is_empty(),
    };
    names.iter().rev().map(|element| &element.name).find(is_guilty).map(LitStr::span)
}
