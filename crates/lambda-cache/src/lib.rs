//! The simplest way to cache AWS API calls in a Lambda function: an attribute on the handler, and its SSM parameters,
//! Secrets Manager secrets and S3 files are there, fresh enough, with no network call on most invocations.
//!
//! A value is fetched at invocation, kept in the execution environment, and fetched again only when it is older than
//! the age that the handler accepts.
//!
//! ```no_run
//! use lambda_cache::ssm;
//! use lambda_runtime::{Error, LambdaEvent, service_fn};
//! use serde_json::{Value, json};
//!
//! #[ssm::cache(parameter = "/production/app/var")]
//! async fn handler(event: LambdaEvent<Value>, var: String) -> Result<Value, Error> {
//!     Ok(json!({ "var": var }))
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Error> {
//!     lambda_runtime::run(service_fn(handler)).await
//! }
//! ```
//!
//! - The attributes: [`ssm::cache`], [`secrets_manager::cache`], [`s3::cache`]. Stacked ones are one lookup, whose missing
//!   and stale entries are fetched at the same time.
//! - The same without attributes: [`ssm::get_entry`], [`secrets_manager::get_entry`], [`s3::get_entry`].
//! - Any other call: [`custom::cache`], [`custom::get_entry`].
//! - Entries that turned out to be outdated, fetched anew and the function called once more: [`refresh_on_error`].
//! - The types that a value can be had as: [`FromEntry`].
//! - A cache of one's own: [`Cache::builder`]. All else share one, configured by the environment as boto3's users expect:
//!   Region, credentials, endpoints, proxies.
//! - What went wrong: [`Error`]. Tests without AWS: [`testing`].
//!
//! # Features
//! `ssm`, `secrets-manager` and `s3`, each a source, all on unless `default-features = false`. `ring`, on by default, or
//! `aws-lc-rs` does TLS's cryptography. `snapstart`, off by default, has `SnapStart` for `lambda_runtime`'s hooks of that name.
//!
//! `local`, off by default, is for a developer's machine: where the environment variable `LAMBDA_CACHE_LOCAL` names a TOML file,
//! values come from it instead of AWS, which is said on the standard error output. It is ignored inside Lambda.
//! ```toml
//! [ssm]
//! "/app/var" = "x"
//! "/app/list" = ["a", "b"]
//!
//! [secrets]
//! "/prod/db" = "postgres://localhost"
//!
//! [s3]
//! "s3://bucket/object.json" = "object.json" # a file, from where this one lies
//! ```

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

// The parts that the faces are made of. The Python binding and the macros use them; they are no part of the API.
#[cfg(feature = "_source")]
#[doc(hidden)]
pub mod ages;
#[cfg(feature = "_source")]
#[doc(hidden)]
pub mod aws;
#[cfg(feature = "_source")]
mod cache;
#[cfg(feature = "s3")]
mod digest;
#[doc(hidden)]
pub mod engine;
mod error;
#[cfg(feature = "_source")]
#[doc(hidden)]
pub mod face;
#[cfg(feature = "s3")]
mod file;
#[cfg(feature = "_source")]
#[doc(hidden)]
pub mod guard;
#[cfg(feature = "local")]
mod local;
#[cfg(feature = "_source")]
#[doc(hidden)]
pub mod lookup;
#[cfg(feature = "_source")]
#[doc(hidden)]
pub mod observe;
#[cfg(feature = "_source")]
#[doc(hidden)]
pub mod settings;
#[cfg(feature = "_source")]
#[doc(hidden)]
pub mod source;
#[cfg(feature = "_source")]
mod stats;
mod sync;
#[cfg(feature = "_source")]
pub mod testing;
mod timer;
#[doc(hidden)]
pub mod typed;
mod value;
#[cfg(feature = "_source")]
mod within;

#[cfg(feature = "_source")]
pub use aws::sdk_config;
#[cfg(feature = "_source")]
pub use cache::{Cache, CacheBuilder};
pub use error::{AwsFailure, Error, ErrorKind};
#[cfg(feature = "_source")]
pub use face::custom;
#[cfg(feature = "s3")]
pub use face::s3;
#[cfg(feature = "secrets-manager")]
pub use face::secrets_manager;
#[cfg(feature = "snapstart")]
pub use face::snapstart::SnapStart;
#[cfg(feature = "ssm")]
pub use face::ssm;
#[cfg(feature = "_source")]
pub use face::{
    Ask, GetEntry, Getting,
    again::refresh_on_error,
    current::{clear, emf_line, reset, stats},
};
#[cfg(feature = "s3")]
pub use file::File;
#[cfg(feature = "_source")]
pub use stats::EntryStats;
pub use typed::{Base64, FromEntry, FromObject, FromParameter, FromSecret, Group, Json, Misfit, Secret, kind};
pub use value::{Cached, Opaque, Value};

/// The Rust examples of the README and of the documentation's pages, run with the others: a module for each page.
#[cfg(all(doctest, feature = "ssm", feature = "secrets-manager", feature = "s3"))]
mod pages {
    macro_rules! pages {
        ($($(#[$features:meta])? $name:ident $path:literal)*) => {
            $($(#[$features])? #[doc = include_str!($path)] mod $name {})*
        };
    }

    pages! {
        readme "../README.md"
        index "../../../docs/index.md"
        ssm "../../../docs/ssm.md"
        secrets_manager "../../../docs/secrets_manager.md"
        s3 "../../../docs/s3.md"
        custom "../../../docs/custom.md"
        handlers "../../../docs/handlers.md"
        errors "../../../docs/errors.md"
        observing "../../../docs/observing.md"
        rust "../../../docs/rust.md"
        testing "../../../docs/testing.md"
        features "../../../docs/features.md"
        coming_from "../../../docs/coming-from.md"
        rotation "../../../docs/recipes/rotation.md"
        big_models "../../../docs/recipes/big-models.md"
        many_parameters "../../../docs/recipes/many-parameters.md"
        provisioned_concurrency "../../../docs/recipes/provisioned-concurrency.md"
        #[cfg(feature = "snapstart")] snapstart "../../../docs/recipes/snapstart.md"
    }
}
