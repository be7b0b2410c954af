//! The options of an attribute, converted into the specification of its entry.

use std::{borrow::Cow, time::Duration};

#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
use super::names::IntoQuery;
#[cfg(feature = "s3")]
use super::s3::ObjectQuery;
#[cfg(feature = "secrets-manager")]
use super::secrets_manager::SecretQuery;
#[cfg(feature = "ssm")]
use super::ssm::ParameterQuery;
use super::{
    custom::{CustomQuery, Fetch},
    kind::Kind,
    query::Query,
};
#[cfg(feature = "secrets-manager")]
use crate::source::secrets_manager::Version;
use crate::{
    Error,
    cache::{
        freshness::{self, FreshnessOptions},
        lookup::EntrySpec,
    },
    engine::MaxAge,
    kind,
};

/// The options that all attributes have.
#[derive(Debug)]
pub struct Options {
    /// The maximum age of a fresh value.
    pub max_age: Option<Result<MaxAge, Error>>,
    /// The additional age that is accepted if a refresh fails transiently.
    pub stale_if_error: Option<Result<MaxAge, Error>>,
    /// The name under which the handler gets the entry.
    pub entry_name: Option<Cow<'static, str>>,
}

impl Options {
    fn spec<K>(self, query: impl Query) -> Result<(EntrySpec, Kind<K>), Error> {
        let request = query.request()?;
        let ages = FreshnessOptions {
            max_age: self.max_age.transpose()?.into(),
            stale_if_error: self.stale_if_error.transpose()?.into(),
        };
        Ok((EntrySpec::new(request, ages, self.entry_name)?, Kind::new()))
    }
}

/// Returns the specification of an `#[ssm::cache]` attribute.
///
/// # Errors
/// An invalid name or age.
#[cfg(feature = "ssm")]
pub fn ssm<P: IntoQuery<ParameterQuery>>(
    parameter: P,
    is_optional: bool,
    options: Options,
) -> Result<(EntrySpec, Kind<P::Kind>), Error> {
    options.spec(ParameterQuery { is_optional, ..parameter.into_query() })
}

/// Returns the specification of a `#[secrets_manager::cache]` attribute.
///
/// # Errors
/// An invalid name, version or age.
#[cfg(feature = "secrets-manager")]
pub fn secrets_manager<N: IntoQuery<SecretQuery>>(
    name: N,
    version_stage: Option<String>,
    version_id: Option<String>,
    is_rotation_aware: bool,
    options: Options,
) -> Result<(EntrySpec, Kind<N::Kind>), Error> {
    let version = Version { stage: version_stage, id: version_id };
    options.spec(SecretQuery { version, is_rotation_aware, ..name.into_query() })
}

/// Returns the specification of an `#[s3::cache]` attribute.
///
/// # Errors
/// An invalid URI, name or age.
#[cfg(feature = "s3")]
pub fn s3(
    uri: impl AsRef<str>,
    check_before_download: bool,
    file_name: Option<String>,
    version_id: Option<String>,
    options: Options,
) -> Result<(EntrySpec, Kind<kind::Object>), Error> {
    let entry_name = options.entry_name.as_deref().map(str::to_owned);
    let query = ObjectQuery::new(uri.as_ref());
    options.spec(ObjectQuery { entry_name, file_name, version_id, check_before_download, ..query })
}

/// The kind of the entry that an `F` fetches.
type KindOf<F> = kind::Custom<<F as Fetch>::Value>;

/// Returns the specification of a `#[custom::cache]` attribute.
///
/// # Errors
/// An invalid age.
pub fn custom<F: Fetch>(fetch: F, options: Options) -> Result<(EntrySpec, Kind<KindOf<F>>), Error> {
    let name = options.entry_name.clone().unwrap_or_default();
    options.spec(CustomQuery::new(name, fetch))
}

/// A number of seconds or a `Duration`, as accepted by the options that end in `_in_seconds`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number of seconds",
    note = "write a number, or a `Duration`"
)]
pub trait Seconds {
    /// Converts it into an age. `option` is the option's name, for the error.
    ///
    /// # Errors
    /// A negative number or NaN.
    fn age(self, option: &'static str) -> Result<MaxAge, Error>;
}

impl Seconds for Duration {
    fn age(self, _: &'static str) -> Result<MaxAge, Error> {
        Ok(self.into())
    }
}

impl Seconds for f64 {
    fn age(self, option: &'static str) -> Result<MaxAge, Error> {
        freshness::age(option, self)
    }
}

macro_rules! seconds {
    ($($type:ty)*) => {$(
        impl Seconds for $type {
            #[allow(clippy::cast_precision_loss, clippy::cast_lossless, reason = "2^53 seconds are infinity")]
            fn age(self, option: &'static str) -> Result<MaxAge, Error> {
                (self as f64).age(option)
            }
        }
    )*};
}

seconds!(f32 i8 i16 i32 i64 isize u8 u16 u32 u64 usize);
