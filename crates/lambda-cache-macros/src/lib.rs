//! The attributes of `lambda-cache`. Use them through that crate, as `ssm::cache`, `secrets_manager::cache` and
//! `s3::cache`, where their options are documented.
//!
//! An attribute is processed in these steps: `options` reads it, `entry` validates it, `function` finds the entries'
//! arguments, `stack` combines the attributes of one function, `expand` generates the new function, and `again`
//! generates the part that may run twice.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

mod crate_path;
mod entry;
mod expand;
mod function;
mod identifier;
mod literals;
mod name;
mod options;
mod quoted;
mod refresh_on_error;
mod source;
mod stack;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

use self::source::{Source, Which};

/// Implements `lambda_cache::ssm::cache`, which is documented there.
#[proc_macro_attribute]
pub fn ssm_cache(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Which::Cache(Source::Ssm), attribute.into(), &item.into()).into()
}

/// Implements `lambda_cache::secrets_manager::cache`, which is documented there.
#[proc_macro_attribute]
pub fn secrets_manager_cache(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Which::Cache(Source::SecretsManager), attribute.into(), &item.into()).into()
}

/// Implements `lambda_cache::custom::cache`, which is documented there.
#[proc_macro_attribute]
pub fn custom_cache(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Which::Cache(Source::Custom), attribute.into(), &item.into()).into()
}

/// Implements `lambda_cache::s3::cache`, which is documented there.
#[proc_macro_attribute]
pub fn s3_cache(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Which::Cache(Source::S3), attribute.into(), &item.into()).into()
}

/// Implements `lambda_cache::refresh_on_error`, which is documented there.
#[proc_macro_attribute]
pub fn refresh_on_error(attribute: TokenStream, item: TokenStream) -> TokenStream {
    expand::attribute(Which::RefreshOnError, attribute.into(), &item.into()).into()
}
