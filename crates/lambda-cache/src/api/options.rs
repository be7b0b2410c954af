//! The options of an attribute, converted into the specification of its entry.

use std::{borrow::Cow, time::Duration};

use super::take::Kind;
use crate::{
    Error,
    cache::{freshness::FreshnessOptions, lookup::EntrySpec},
    engine::MaxAge,
    source::Request,
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
    fn wanted(self, request: Request) -> Result<EntrySpec, Error> {
        let ages = FreshnessOptions {
            max_age: self.max_age.transpose()?.into(),
            stale_if_error: self.stale_if_error.transpose()?.into(),
        };
        EntrySpec::new(request, ages, self.entry_name)
    }
}

/// Returns the specification of an `#[ssm::cache]` attribute.
///
/// # Errors
/// An invalid name or age.
#[cfg(feature = "ssm")]
pub fn ssm<P: super::ssm::IntoParameters>(
    parameter: P,
    is_optional: bool,
    options: Options,
) -> Result<(EntrySpec, Kind<P::Kind>), Error> {
    let parameters = parameter.into_parameters()?;
    let parameters = if is_optional { parameters.optional() } else { parameters };
    Ok((options.wanted(Request::Parameters(parameters))?, Kind::new()))
}

/// Returns the specification of a `#[secrets_manager::cache]` attribute.
///
/// # Errors
/// An invalid name, version or age.
#[cfg(feature = "secrets-manager")]
pub fn secrets_manager<N: super::secrets_manager::IntoSecrets>(
    name: N,
    version_stage: Option<String>,
    version_id: Option<String>,
    is_rotation_aware: bool,
    options: Options,
) -> Result<(EntrySpec, Kind<N::Kind>), Error> {
    let version = crate::source::secrets_manager::Version { stage: version_stage, id: version_id };
    let secret = name.into_secrets(version)?;
    let secret = if is_rotation_aware { secret.rotation_aware() } else { secret };
    Ok((options.wanted(Request::Secret(secret))?, Kind::new()))
}

/// Returns the specification of an `#[s3::cache]` attribute.
///
/// # Errors
/// An invalid URI, name or age.
#[cfg(feature = "s3")]
#[allow(clippy::needless_pass_by_value, reason = "the attribute hands over what its expressions made")]
pub fn s3(
    uri: impl AsRef<str>,
    check_before_download: bool,
    file_name: Option<String>,
    version_id: Option<String>,
    options: Options,
) -> Result<(EntrySpec, Kind<crate::kind::Object>), Error> {
    let of_its_own = crate::source::s3::ObjectOptions {
        entry_name: options.entry_name.as_deref(),
        file_name: file_name.as_deref(),
        version_id: version_id.as_deref(),
        check_before_download,
    };
    let object = crate::source::s3::Object::new(uri.as_ref(), of_its_own)?;
    Ok((options.wanted(Request::Object(object))?, Kind::new()))
}

/// The kind of the entry that an `F` fetches.
type KindOf<F> = crate::kind::Custom<<F as super::custom::Fetch>::Value>;

/// Returns the specification of a `#[custom::cache]` attribute.
///
/// # Errors
/// An invalid age.
pub fn custom<F: super::custom::Fetch>(fetch: F, options: Options) -> Result<(EntrySpec, Kind<KindOf<F>>), Error> {
    let name = options.entry_name.clone().unwrap_or_default().into_owned();
    Ok((options.wanted(super::custom::request(name, fetch))?, Kind::new()))
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
        Ok(MaxAge::from_option(option, self)?)
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
