//! The attributes of `lambda-cache`. Use them through that crate, as `ssm::cache`, `secrets_manager::cache` and
//! `s3::cache`; their options are documented there.
//!
//! The way of an attribute: `options` reads what it says, `entry` checks it, `function` finds the arguments that bear the
//! entries, `stack` joins the attributes of one function, `expand` writes the new function.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

mod entry;
mod expand;
mod function;
mod identifier;
mod options;
mod quoted;
mod source;
mod stack;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

use self::source::Source;

#[doc = include_str!("../docs/ssm.md")]
#[proc_macro_attribute]
pub fn ssm_cache(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Source::Ssm, attribute.into(), &item.into()).into()
}

#[doc = include_str!("../docs/secrets_manager.md")]
#[proc_macro_attribute]
pub fn secrets_manager_cache(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Source::SecretsManager, attribute.into(), &item.into()).into()
}

#[doc = include_str!("../docs/s3.md")]
#[proc_macro_attribute]
pub fn s3_cache(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Source::S3, attribute.into(), &item.into()).into()
}
