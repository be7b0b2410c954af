//! The options of an attribute: `option = expression`, each at most once.

use lambda_cache_names::age;
use proc_macro2::{Span, TokenStream};
use syn::{
    Expr, ExprLit, Ident, Lit, LitStr, Result, Token,
    parse::{Parse, ParseStream, Parser},
    punctuated::Punctuated,
    spanned::Spanned,
};

use crate::source::Source;

/// The options as written. `entry` decides whether they can be combined.
pub(crate) struct Options {
    /// The option that names the entry.
    pub(crate) name: RequestedName,
    pub(crate) max_age_in_seconds: Option<Expr>,
    pub(crate) stale_if_error_in_seconds: Option<Expr>,
    pub(crate) entry_name: Option<LitStr>,
    pub(crate) argument: Option<Ident>,
    pub(crate) cache: Option<Expr>,
    /// The values of [`Source::own_options`].
    pub(crate) own: Vec<Option<Expr>>,
}

/// The value of the option that names the entry.
pub(crate) enum RequestedName {
    /// A parameter, a secret's name or an object's URI.
    Name(Expr),
    /// A path of parameters, and whether the whole tree below it is read.
    Path { path: Expr, recursive: Option<Expr> },
}

/// An option with its value.
pub(crate) struct Assignment {
    pub(crate) name: Ident,
    pub(crate) value: Expr,
}

impl Parse for Assignment {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name: Ident = input.parse()?;
        if !input.peek(Token![=]) {
            return Err(syn::Error::new(name.span(), format!("write a value for it: `{name} = ...`")));
        }
        input.parse::<Token![=]>()?;
        let value: Expr =
            input.parse().map_err(|error| syn::Error::new(error.span(), format!("{name} needs a value: {error}")))?;
        Ok(Self { name, value: bare(value) })
    }
}

/// Removes parentheses, including the invisible ones of a `macro_rules!` fragment.
fn bare(expression: Expr) -> Expr {
    match expression {
        Expr::Paren(inner) => bare(*inner.expr),
        Expr::Group(inner) => bare(*inner.expr),
        expression => expression,
    }
}

impl Options {
    /// Reads an attribute of `source` at `span`.
    pub(crate) fn read(source: Source, attribute: TokenStream, span: Span) -> Result<Self> {
        if let Ok(literal) = syn::parse2::<Lit>(attribute.clone()) {
            let message = format!("write `{} = ...`: options have names", source.name_option());
            return Err(syn::Error::new(literal.span(), message));
        }
        let assignments = Punctuated::<Assignment, Token![,]>::parse_terminated.parse2(attribute)?;
        let (mut name, mut max_age_in_seconds, mut stale_if_error_in_seconds) = (None, None, None);
        let (mut entry_name, mut argument, mut cache, mut path, mut recursive) = (None, None, None, None, None);
        let mut own = vec![None; source.own_options().len()];
        for Assignment { name: option, value } in assignments {
            match option.to_string().as_str() {
                given if given == source.name_option() => once(&option, &mut name, value)?,
                age::MAX_AGE => once(&option, &mut max_age_in_seconds, value)?,
                age::STALE_IF_ERROR => once(&option, &mut stale_if_error_in_seconds, value)?,
                "entry_name" => once(&option, &mut entry_name, text(&value)?)?,
                "argument" => once(&option, &mut argument, identifier(&value)?)?,
                "cache" => once(&option, &mut cache, value)?,
                "path" if source == Source::Ssm => once(&option, &mut path, value)?,
                "recursive" if source == Source::Ssm => once(&option, &mut recursive, value)?,
                given => match source.own_options().iter().position(|(name, _)| *name == given) {
                    Some(index) => once(&option, &mut own[index], value)?,
                    None => return Err(syn::Error::new(option.span(), unknown(source, given))),
                },
            }
        }
        let name = match (name, path, recursive) {
            (Some(name), None, None) => RequestedName::Name(name),
            (None, Some(path), recursive) => RequestedName::Path { path, recursive },
            (Some(_), Some(path), _) => {
                let message = "parameter and path are two entries: write an attribute for each, they are fetched at the same time";
                return Err(syn::Error::new(path.span(), message));
            }
            (Some(_), None, Some(recursive)) => {
                return Err(syn::Error::new(
                    recursive.span(),
                    "`recursive` works only with a path: write `path = \"/app\"`",
                ));
            }
            (None, None, _) => {
                let message = format!("{} is missing: write `{}`", source.name_option(), source.example());
                return Err(syn::Error::new(span, message));
            }
        };
        Ok(Self { name, max_age_in_seconds, stale_if_error_in_seconds, entry_name, argument, cache, own })
    }
}

/// Stores the value of an option, which may be given once.
pub(crate) fn once<T>(option: &Ident, place: &mut Option<T>, value: T) -> Result<()> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(syn::Error::new(option.span(), format!("{option} is given twice: keep one"))),
    }
}

fn text(value: &Expr) -> Result<LitStr> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if !text.value().is_empty() => Ok(text.clone()),
        _ => Err(syn::Error::new(
            value.span(),
            "entry_name must be a string literal, because it names an argument: write `entry_name = \"name\"`",
        )),
    }
}

fn identifier(value: &Expr) -> Result<Ident> {
    match value {
        Expr::Path(path) if path.path.get_ident().is_some() => path.path.require_ident().cloned(),
        _ => Err(syn::Error::new(
            value.span(),
            "argument must be the name of one of the function's arguments: write `argument = name`",
        )),
    }
}

fn unknown(source: Source, given: &str) -> String {
    let of_path: &[_] = if source == Source::Ssm { &["path", "recursive"] } else { &[] };
    let mut options = vec![source.name_option()];
    options.extend(of_path);
    options.extend(source.own_options().iter().map(|(name, _)| name));
    options.extend([age::MAX_AGE, age::STALE_IF_ERROR, "entry_name", "argument", "cache"]);
    let meant = match given {
        "s3Uri" | "s3_uri" | "parameter" | "name" | "uri" | "secret" | "path" => source.name_option(),
        "max_age" | "ttl" | "max_age_seconds" => age::MAX_AGE,
        "stale_if_error" => age::STALE_IF_ERROR,
        _ => *options.iter().min_by_key(|option| distance(option, given)).unwrap_or(&source.name_option()),
    };
    let example = if meant == source.name_option() { format!(", as in `{}`", source.example()) } else { String::new() };
    format!(
        "unknown option `{given}`: perhaps write `{meant}`{example}; the options of {}::cache are {}",
        source.module(),
        options.join(", ")
    )
}

/// Returns the number of letters to change to turn one word into the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (index, left) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (place, right) in other.chars().enumerate() {
            let changed = diagonal + usize::from(left != right);
            diagonal = row[place + 1];
            row[place + 1] = changed.min(diagonal + 1).min(row[place] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
