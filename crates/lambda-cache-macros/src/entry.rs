//! One validated attribute: its request, its argument, and the code for both.

use lambda_cache_names::{Listed, NameError, age, parameter, s3, secret};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Expr, ExprLit, Lit, LitFloat, LitStr, Result, UnOp, spanned::Spanned};

use crate::{
    identifier::identifier,
    options::{Asked, Options},
    quoted::option,
    source::Source,
};

/// An entry of a function.
pub(crate) struct Entry {
    pub(crate) source: Source,
    /// The position of errors that concern the whole attribute.
    pub(crate) span: Span,
    /// The argument that gets the value.
    pub(crate) argument: Ident,
    pub(crate) cache: Option<Expr>,
    name: Name,
    max_age_in_seconds: Option<Expr>,
    stale_if_error_in_seconds: Option<Expr>,
    given_entry_name: Option<LitStr>,
    check_before_download: Option<Expr>,
    file_name: Option<Expr>,
    optional: Option<Expr>,
    version_stage: Option<Expr>,
    version_id: Option<Expr>,
    rotation_aware: Option<Expr>,
}

/// The name that the attribute requests.
enum Name {
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
struct Element {
    alias: Option<LitStr>,
    name: LitStr,
}

impl Entry {
    /// Reads and validates an attribute.
    pub(crate) fn read(source: Source, attribute: TokenStream, span: Span) -> Result<Self> {
        let options = Options::read(source, attribute, span)?;
        let name = match options.name {
            Asked::Name(expression) => name(source, expression)?,
            Asked::Path { path, recursive } => Name::Path { path: string("path", path)?, recursive },
        };
        if let Name::Path { recursive, .. } = &name {
            check_flag("recursive", recursive.as_ref())?;
        }
        for (option, version) in [("version_stage", &options.version_stage), ("version_id", &options.version_id)] {
            version.clone().map_or(Ok(()), |version| string(option, version).map(drop))?;
        }
        options.file_name.clone().map_or(Ok(()), |file_name| string("file_name", file_name).map(drop))?;
        check_flag("optional", options.optional.as_ref())?;
        check_flag("rotation_aware", options.rotation_aware.as_ref())?;
        let span = name.place();
        let default_entry_name =
            default_entry_name(source, &name, options.entry_name.as_ref(), options.file_name.as_ref())?;
        let ages =
            [(age::MAX_AGE, &options.max_age_in_seconds), (age::STALE_IF_ERROR, &options.stale_if_error_in_seconds)];
        for (option, seconds) in ages {
            seconds.as_ref().map_or(Ok(()), |seconds| check_age(option, seconds))?;
        }
        check_flag("check_before_download", options.check_before_download.as_ref())?;
        let argument = match (options.argument, &options.entry_name, &default_entry_name) {
            (Some(argument), ..) => argument,
            (None, Some(given), _) => identifier(&given.value(), given.span())?,
            (None, None, default) => identifier(default, span)?,
        };
        Ok(Self {
            source,
            span,
            argument,
            cache: options.cache,
            name,
            max_age_in_seconds: options.max_age_in_seconds,
            stale_if_error_in_seconds: options.stale_if_error_in_seconds,
            given_entry_name: options.entry_name,
            check_before_download: options.check_before_download,
            file_name: options.file_name,
            optional: options.optional,
            version_stage: options.version_stage,
            version_id: options.version_id,
            rotation_aware: options.rotation_aware,
        })
    }

    /// Returns the object and the name of its file, if both are literals.
    pub(crate) fn file(&self) -> Option<(String, String)> {
        let Name::Literal(uri) = &self.name else { return None };
        let parsed = s3::S3Uri::parse(&uri.value()).ok().filter(|_| self.source == Source::S3)?;
        let given = self.given_entry_name.as_ref().map(LitStr::value);
        let (own, version) =
            (literal_text(self.file_name.as_ref()).ok()?, literal_text(self.version_id.as_ref()).ok()?);
        let name = s3::file_name(&parsed, given.as_deref(), own.as_deref()).ok()?.to_owned();
        Some((parsed.with_version(version).to_string(), name))
    }

    /// Returns `true` if the entry is the same at every call.
    pub(crate) fn is_fixed(&self) -> bool {
        let is_literal = |option: &Option<Expr>| option.as_ref().is_none_or(is_literal);
        let is_named = match &self.name {
            Name::Literal(_) | Name::List { .. } => true,
            Name::Expression(_) => false,
            Name::Path { path, recursive } => self::is_literal(path) && is_literal(recursive),
        };
        is_named
            && is_literal(&self.max_age_in_seconds)
            && is_literal(&self.stale_if_error_in_seconds)
            && is_literal(&self.check_before_download)
            && is_literal(&self.file_name)
            && is_literal(&self.optional)
            && is_literal(&self.version_stage)
            && is_literal(&self.version_id)
            && is_literal(&self.rotation_aware)
    }

    /// Returns a suitable type of the argument, for messages.
    pub(crate) fn usual_type(&self) -> &'static str {
        match (self.source, &self.name) {
            (Source::Ssm, Name::List { .. } | Name::Path { .. }) => "std::collections::HashMap<String, String>",
            (Source::Ssm, _) if self.optional.is_some() => "Option<String>",
            (Source::Ssm, _) => "String",
            (Source::SecretsManager, Name::List { .. }) => {
                "lambda_cache::Secret<std::collections::HashMap<String, String>>"
            }
            (Source::SecretsManager, _) => "lambda_cache::Secret<String>",
            (Source::S3, _) => "std::path::PathBuf",
            (Source::Custom, _) => "the type that it fetches",
        }
    }

    /// Generates the expression of the specification and its kind, a `Result`.
    pub(crate) fn wanted(&self) -> TokenStream {
        let function = Ident::new(self.source.module(), Span::call_site());
        let name = &self.name;
        let max_age = seconds(age::MAX_AGE, self.max_age_in_seconds.as_ref());
        let stale_if_error = seconds(age::STALE_IF_ERROR, self.stale_if_error_in_seconds.as_ref());
        let given = self.given_entry_name.as_ref();
        let entry_name = option(given.map(|entry_name| quote!(::core::convert::From::from(#entry_name))));
        let flag = |given: &Option<Expr>| given.as_ref().map_or_else(|| quote!(false), ToTokens::to_token_stream);
        let text = |given: &Option<Expr>| {
            option(given.as_ref().map(|text| quote!(::core::convert::Into::<::std::string::String>::into(#text))))
        };
        let of_its_own = match self.source {
            Source::Ssm => vec![flag(&self.optional)],
            Source::SecretsManager => {
                vec![text(&self.version_stage), text(&self.version_id), flag(&self.rotation_aware)]
            }
            Source::S3 => vec![flag(&self.check_before_download), text(&self.file_name), text(&self.version_id)],
            Source::Custom => Vec::new(),
        };
        quote! {
            ::lambda_cache::api::callsite::#function(
                #name,
                #(#of_its_own,)*
                ::lambda_cache::api::callsite::Options {
                    max_age: #max_age,
                    stale_if_error: #stale_if_error,
                    entry_name: #entry_name,
                },
            )
        }
    }

    /// Generates the kind of an entry that is given by literals.
    pub(crate) fn kind(&self) -> TokenStream {
        let kind = match (self.source, &self.name) {
            (Source::Ssm, Name::List { .. } | Name::Path { .. }) => "Group",
            (Source::Ssm, _) => "Parameter",
            (Source::SecretsManager, Name::List { .. }) => "Secrets",
            (Source::SecretsManager, _) => "Secret",
            (Source::S3, _) => "Object",
            (Source::Custom, _) => unreachable!("an expression names it, so its type says its kind"),
        };
        let kind = Ident::new(kind, Span::call_site());
        quote!(::lambda_cache::kind::#kind)
    }
}

impl Name {
    /// Returns its position in the attribute.
    fn place(&self) -> Span {
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
                    quote!(::lambda_cache::api::callsite::listed(#listed))
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

/// Rejects a literal that is neither `true` nor `false`.
fn check_flag(option: &str, given: Option<&Expr>) -> Result<()> {
    match given {
        Some(Expr::Lit(ExprLit { lit, .. })) if !matches!(lit, Lit::Bool(_)) => {
            Err(syn::Error::new(lit.span(), format!("{option} is `true` or `false`")))
        }
        _ => Ok(()),
    }
}

/// Accepts a string literal or any expression that is not a literal.
fn string(option: &str, expression: Expr) -> Result<Expr> {
    match &expression {
        Expr::Lit(ExprLit { lit, .. }) if !matches!(lit, Lit::Str(_)) => {
            let message =
                format!("{option} must be a string, or an expression that gives one: write `{option} = \"/app\"`");
            Err(syn::Error::new(lit.span(), message))
        }
        _ => Ok(expression),
    }
}

/// Reads the value of the first option, if it can be valid.
fn name(source: Source, expression: Expr) -> Result<Name> {
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
fn default_entry_name(source: Source, name: &Name, given: Option<&LitStr>, file_name: Option<&Expr>) -> Result<String> {
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

/// Returns the text of an option that is a literal or absent. Another expression is unknown.
fn literal_text(option: Option<&Expr>) -> std::result::Result<Option<String>, ()> {
    match option {
        None => Ok(None),
        Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Ok(Some(text.value())),
        Some(_) => Err(()),
    }
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

/// Generates the expression of an age, if it is given.
fn seconds(name: &'static str, given: Option<&Expr>) -> TokenStream {
    option(given.map(|seconds| {
        // A bare integer would be an i32, and 3_000_000_000 too large for one.
        let seconds = match seconds {
            Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) if int.suffix().is_empty() => {
                LitFloat::new(&format!("{}f64", int.base10_digits()), int.span()).to_token_stream()
            }
            seconds => seconds.to_token_stream(),
        };
        quote_spanned!(seconds.span() => ::lambda_cache::api::callsite::Seconds::age(#seconds, #name))
    }))
}

/// Checks an age, if it is a literal.
fn check_age(name: &'static str, age: &Expr) -> Result<()> {
    let (literal, sign) = match age {
        Expr::Lit(literal) => (literal, 1.0),
        Expr::Unary(negated) if matches!(negated.op, UnOp::Neg(_)) => match &*negated.expr {
            Expr::Lit(literal) => (literal, -1.0),
            _ => return Ok(()),
        },
        _ => return Ok(()),
    };
    let seconds: f64 = match &literal.lit {
        Lit::Int(seconds) => seconds.base10_parse()?,
        Lit::Float(seconds) => seconds.base10_parse()?,
        _ => {
            let message = format!("{name} is a number of seconds: write `{name} = 300`");
            return Err(syn::Error::new(literal.span(), message));
        }
    };
    lambda_cache_names::age::check(name, sign * seconds).map_err(|error| syn::Error::new(age.span(), error))
}

fn is_literal(expression: &Expr) -> bool {
    matches!(expression, Expr::Lit(_))
}
