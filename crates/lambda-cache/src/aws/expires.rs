//! A guard against a panic of aws-sdk-s3 1.157: it unwraps an object's `Expires` header as text, and whoever uploads an
//! object chooses that header.

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::BeforeDeserializationInterceptorContextMut},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;

const EXPIRES: &str = "expires";

/// Drops an `Expires` that is no text, before the SDK reads it.
#[derive(Debug)]
pub(super) struct ReadableExpires;

impl Intercept for ReadableExpires {
    fn name(&self) -> &'static str {
        "ReadableExpires"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let headers = context.response_mut().headers_mut();
        if headers.get(EXPIRES).is_none() {
            headers.remove(EXPIRES); // there, but no text, or not there at all
        }
        Ok(())
    }
}
