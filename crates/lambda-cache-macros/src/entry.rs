//! One validated attribute: its request, its argument, and the code for both.

use lambda_cache_names::{age, s3};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Expr, LitStr, Result};

use crate::{
    identifier::identifier,
    literals::{check_age, check_flag, literal_text, seconds, string},
    name::{Name, default_entry_name, name},
    options::{Options, RequestedName},
    quoted::option,
    source::{OptionKind, Source},
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
    /// The values of [`Source::own_options`].
    own: Vec<Option<Expr>>,
}

impl Entry {
    /// Reads and validates an attribute.
    pub(crate) fn read(source: Source, attribute: TokenStream, span: Span) -> Result<Self> {
        let options = Options::read(source, attribute, span)?;
        let name = match options.name {
            RequestedName::Name(expression) => name(source, expression)?,
            RequestedName::Path { path, recursive } => Name::Path { path: string("path", path)?, recursive },
        };
        if let Name::Path { recursive, .. } = &name {
            check_flag("recursive", recursive.as_ref())?;
        }
        for ((option, kind), given) in source.own_options().iter().zip(&options.own) {
            match kind {
                OptionKind::Flag => check_flag(option, given.as_ref())?,
                OptionKind::Text => given.clone().map_or(Ok(()), |text| string(option, text).map(drop))?,
            }
        }
        let span = name.place();
        let file_name = own(source, &options.own, "file_name");
        let default_entry_name = default_entry_name(source, &name, options.entry_name.as_ref(), file_name)?;
        let ages =
            [(age::MAX_AGE, &options.max_age_in_seconds), (age::STALE_IF_ERROR, &options.stale_if_error_in_seconds)];
        for (option, seconds) in ages {
            seconds.as_ref().map_or(Ok(()), |seconds| check_age(option, seconds))?;
        }
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
            own: options.own,
        })
    }

    fn own(&self, option: &str) -> Option<&Expr> {
        own(self.source, &self.own, option)
    }

    /// Returns the object and the name of its file, if both are literals.
    pub(crate) fn file(&self) -> Option<(String, String)> {
        let Name::Literal(uri) = &self.name else { return None };
        let parsed = s3::S3Uri::parse(&uri.value()).ok().filter(|_| self.source == Source::S3)?;
        let given = self.given_entry_name.as_ref().map(LitStr::value);
        let text = |option| literal_text(self.own(option)).ok();
        let (own, version) = (text("file_name")?, text("version_id")?);
        let name = s3::file_name(&parsed, given.as_deref(), own.as_deref()).ok()?.to_owned();
        Some((parsed.with_version(version).to_string(), name))
    }

    /// Returns `true` if the entry is the same at every call.
    pub(crate) fn is_fixed(&self) -> bool {
        let is_literal = |option: &Option<Expr>| option.as_ref().is_none_or(crate::literals::is_literal);
        let is_named = match &self.name {
            Name::Literal(_) | Name::List { .. } => true,
            Name::Expression(_) => false,
            Name::Path { path, recursive } => crate::literals::is_literal(path) && is_literal(recursive),
        };
        is_named
            && is_literal(&self.max_age_in_seconds)
            && is_literal(&self.stale_if_error_in_seconds)
            && self.own.iter().all(is_literal)
    }

    /// Returns a suitable type of the argument, for messages.
    pub(crate) fn usual_type(&self) -> &'static str {
        match (self.source, &self.name) {
            (Source::Ssm, Name::List { .. } | Name::Path { .. }) => "std::collections::HashMap<String, String>",
            (Source::Ssm, _) if self.own("optional").is_some() => "Option<String>",
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
    pub(crate) fn spec(&self) -> TokenStream {
        let function = Ident::new(self.source.module(), Span::call_site());
        let name = &self.name;
        let max_age = seconds(age::MAX_AGE, self.max_age_in_seconds.as_ref());
        let stale_if_error = seconds(age::STALE_IF_ERROR, self.stale_if_error_in_seconds.as_ref());
        let given = self.given_entry_name.as_ref();
        let entry_name = option(given.map(|entry_name| quote!(::core::convert::From::from(#entry_name))));
        let own = self.source.own_options().iter().zip(&self.own).map(|((_, kind), given)| match kind {
            OptionKind::Flag => given.as_ref().map_or_else(|| quote!(false), ToTokens::to_token_stream),
            OptionKind::Text => {
                option(given.as_ref().map(|text| quote!(::core::convert::Into::<::std::string::String>::into(#text))))
            }
        });
        quote! {
            ::lambda_cache::__macros::#function(
                #name,
                #(#own,)*
                ::lambda_cache::__macros::Options {
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

/// Returns the value of one of the source's own options.
fn own<'a>(source: Source, values: &'a [Option<Expr>], option: &str) -> Option<&'a Expr> {
    let index = source.own_options().iter().position(|(name, _)| *name == option)?;
    values.get(index)?.as_ref()
}
