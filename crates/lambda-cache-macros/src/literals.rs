//! The checks of options that are literals, and the code for ages.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::{Expr, ExprLit, Lit, LitFloat, Result, UnOp, spanned::Spanned};

use crate::quoted::option;

/// Rejects a literal that is neither `true` nor `false`.
pub(crate) fn check_flag(option: &str, given: Option<&Expr>) -> Result<()> {
    match given {
        Some(Expr::Lit(ExprLit { lit, .. })) if !matches!(lit, Lit::Bool(_)) => {
            Err(syn::Error::new(lit.span(), format!("{option} is `true` or `false`")))
        }
        _ => Ok(()),
    }
}

/// Accepts a string literal or any expression that is not a literal.
pub(crate) fn string(option: &str, expression: Expr) -> Result<Expr> {
    match &expression {
        Expr::Lit(ExprLit { lit, .. }) if !matches!(lit, Lit::Str(_)) => {
            let message =
                format!("{option} must be a string, or an expression that gives one: write `{option} = \"/app\"`");
            Err(syn::Error::new(lit.span(), message))
        }
        _ => Ok(expression),
    }
}

/// Checks an age, if it is a literal.
pub(crate) fn check_age(name: &'static str, age: &Expr) -> Result<()> {
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

/// Generates the expression of an age, if it is given.
pub(crate) fn seconds(name: &'static str, given: Option<&Expr>) -> TokenStream {
    option(given.map(|seconds| {
        // A bare integer would be an i32, and 3_000_000_000 too large for one.
        let seconds = match seconds {
            Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) if int.suffix().is_empty() => {
                LitFloat::new(&format!("{}f64", int.base10_digits()), int.span()).to_token_stream()
            }
            seconds => seconds.to_token_stream(),
        };
        quote_spanned!(seconds.span() => ::lambda_cache::__macros::Seconds::age(#seconds, #name))
    }))
}

/// Returns the text of an option that is a literal or absent. Another expression is unknown.
pub(crate) fn literal_text(option: Option<&Expr>) -> std::result::Result<Option<String>, ()> {
    match option {
        None => Ok(None),
        Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Ok(Some(text.value())),
        Some(_) => Err(()),
    }
}

/// Returns `true` for a literal.
pub(crate) fn is_literal(expression: &Expr) -> bool {
    matches!(expression, Expr::Lit(_))
}
