//! Caching of AWS API calls in a Lambda function: an attribute on the handler passes it SSM parameters, Secrets
//! Manager secrets and S3 files, with no network call in most invocations.
//!
//! A value is fetched during an invocation and kept in the execution environment. It is fetched again only when it is
//! older than the maximum age that the handler accepts.
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
//! - Attributes: [`ssm::cache`], [`secrets_manager::cache`], [`s3::cache`]. Stacked attributes are one lookup, which
//!   fetches its missing and stale entries at the same time.
//! - Functions: [`ssm::get_entry`], [`secrets_manager::get_entry`], [`s3::get_entry`].
//! - Any other call: [`custom::cache`], [`custom::get_entry`].
//! - [`refresh_on_error`] refreshes a handler's entries and calls it again when it fails, for example after a
//!   password rotation.
//! - [`FromEntry`] lists the types that a value can be converted to.
//! - [`Cache::builder`] creates a separate cache. All other calls share one cache, which reads its Region,
//!   credentials, endpoints and proxies from the environment, as boto3 does.
//! - [`Error`] describes failures. [`testing`] replaces AWS in tests.
//!
//! # Features
//! The sources `ssm`, `secrets-manager` and `s3` are on by default. `ring`, also on by default, or `aws-lc-rs`
//! provides the cryptography for TLS. `snapstart`, off by default, provides `SnapStart` for the hooks of that name in
//! `lambda_runtime`. `diagnostic`, off by default, converts an [`Error`] into `lambda_runtime`'s `Diagnostic`.
//!
//! `local`, off by default, is for development: if the environment variable `LAMBDA_CACHE_LOCAL` names a TOML file,
//! values come from it instead of AWS. A message on the standard error output says so. The variable is ignored inside
//! Lambda.
//! ```toml
//! [ssm]
//! "/app/var" = "x"
//! "/app/list" = ["a", "b"]
//!
//! [secrets]
//! "/prod/db" = "postgres://localhost"
//!
//! [s3]
//! "s3://bucket/object.json" = "object.json" # the path of a file, relative to this one
//! ```

#![cfg_attr(not(test), warn(clippy::unwrap_used))]
// On docs.rs each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
// The documentation of one source links to the others, which a user may have left out.
#![cfg_attr(
    not(all(feature = "ssm", feature = "secrets-manager", feature = "s3")),
    allow(rustdoc::broken_intra_doc_links)
)]

#[cfg(feature = "_source")]
mod api;
#[cfg(feature = "_source")]
mod aws;
#[cfg(feature = "_source")]
mod backend;
#[cfg(feature = "_source")]
mod cache;
mod convert;
mod engine;
mod error;
mod runtime;
#[cfg(feature = "_source")]
mod settings;
#[cfg(feature = "_source")]
mod source;
#[cfg(feature = "_source")]
pub mod testing;
mod value;

#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
pub use api::IntoQuery;
#[cfg(feature = "_source")]
pub use api::custom;
#[cfg(feature = "s3")]
pub use api::s3;
#[cfg(feature = "secrets-manager")]
pub use api::secrets_manager;
#[cfg(feature = "snapstart")]
pub use api::snapstart::SnapStart;
#[cfg(feature = "ssm")]
pub use api::ssm;
#[cfg(feature = "_source")]
pub use api::{
    Entries, GetEntry, GetEntryFuture, Query,
    global::{clear, emf_line, reset, stats},
    refresh_on_error::refresh_on_error,
};
#[cfg(feature = "_source")]
pub use aws::sdk_config;
#[cfg(feature = "_source")]
pub use cache::{Cache, CacheBuilder, EntryStats};
pub use convert::{Base64, FromEntry, FromObject, FromParameter, FromSecret, Group, Json, Secret, WithMetadata, kind};
pub use error::{AwsFailure, Error, ErrorKind};
#[cfg(feature = "s3")]
pub use value::File;
pub use value::{Cached, ConversionError, Metadata, Opaque, ParameterMetadata, SecretMetadata, Value};

/// Users keep these in statics and send them to other threads, so each stays `Send` and `Sync`.
#[cfg(feature = "_source")]
const _: () = {
    const fn is_send_and_sync<T: Send + Sync>() {}
    const fn is_send<T: Send>() {}
    is_send_and_sync::<Cache>();
    is_send_and_sync::<CacheBuilder>();
    is_send_and_sync::<Cached>();
    is_send_and_sync::<EntryStats>();
    is_send_and_sync::<Error>();
    is_send_and_sync::<Value>();
    is_send::<GetEntryFuture<'_, String, kind::Parameter>>();
};

/// The code that the attributes generate calls to. Not public API.
#[cfg(feature = "_source")]
#[doc(hidden)]
pub mod __macros {
    pub use crate::api::callsite::*;
    pub use crate::api::refresh_on_error::{Attempts, CloneForRetry, clone_for_retry, should_retry};
}

/// The inside of the crate for the Python binding and for the tests of this workspace. Not public API.
#[doc(hidden)]
pub mod __binding {
    /// Converts base64.
    pub mod base64 {
        pub use crate::convert::base64::*;
    }
    /// Keys, entries, ages and single flight.
    pub mod engine {
        pub use crate::engine::*;
    }
    /// The calls, on the official SDK.
    #[cfg(feature = "_source")]
    pub mod aws {
        pub use crate::aws::*;
    }
    /// Values without AWS.
    #[cfg(feature = "_source")]
    pub mod backend {
        pub use crate::backend::*;
    }
    /// The ages that a caller accepts.
    #[cfg(feature = "_source")]
    pub mod freshness {
        pub use crate::cache::freshness::*;
    }
    /// The entries of one handler.
    #[cfg(feature = "_source")]
    pub mod lookup {
        pub use crate::cache::lookup::*;
    }
    /// Messages about the entries of a lookup.
    #[cfg(feature = "_source")]
    pub mod notes {
        pub use crate::cache::notes::*;
    }
    /// Panics as errors.
    #[cfg(feature = "_source")]
    pub mod guard {
        pub use crate::runtime::guard::*;
    }
    /// Values as the sources return them.
    pub mod value {
        pub use crate::value::*;
    }
    /// Environment variables.
    #[cfg(feature = "_source")]
    pub mod settings {
        pub use crate::settings::*;
    }
    /// The requests.
    #[cfg(feature = "_source")]
    pub mod source {
        pub use crate::source::*;
    }
}

/// The Rust examples of the README and of the documentation, run as doc tests. Each page is a module.
#[cfg(all(doctest, feature = "ssm", feature = "secrets-manager", feature = "s3"))]
mod pages {
    macro_rules! pages {
        ($($(#[$features:meta])? $name:ident $path:literal)*) => {
            $($(#[$features])? #[doc = include_str!($path)] mod $name {})*
        };
    }

    pages! {
        readme "../../../README.md"
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
        coming_from "../../../docs/coming-from.md"
        rotation "../../../docs/recipes/rotation.md"
        big_models "../../../docs/recipes/big-models.md"
        many_parameters "../../../docs/recipes/many-parameters.md"
        provisioned_concurrency "../../../docs/recipes/provisioned-concurrency.md"
        #[cfg(feature = "snapstart")] snapstart "../../../docs/recipes/snapstart.md"
    }
}
