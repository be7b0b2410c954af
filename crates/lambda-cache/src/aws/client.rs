//! The parts of a service's client that the SDK leaves open and that every client has.

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::BeforeTransmitInterceptorContextMut},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;

/// Makes the builder of a client's configuration, such as `aws_sdk_ssm::config::Builder`, from the SDK's
/// configuration and from the endpoint, if one is set.
macro_rules! builder {
    ($sdk:ident, $config:expr, $endpoint:expr) => {{
        let builder = $sdk::config::Builder::from($config).retry_classifier($crate::aws::retry::TooManyRequests);
        match $endpoint.and_then($crate::aws::client::EndpointQuery::of) {
            Some(query) => builder.interceptor(query),
            None => builder,
        }
    }};
}

pub(super) use builder;

/// The query of an endpoint's URL. boto3 sends it with each request, and the SDK leaves it out.
#[derive(Debug)]
pub(super) struct EndpointQuery(String);

impl EndpointQuery {
    /// Returns the query of an endpoint that has one.
    pub(super) fn of(endpoint: &str) -> Option<Self> {
        let (_, query) = endpoint.split_once('?')?;
        (!query.is_empty()).then(|| Self(query.to_owned()))
    }
}

impl Intercept for EndpointQuery {
    fn name(&self) -> &'static str {
        "EndpointQuery"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let separator = if request.uri().contains('?') { '&' } else { '?' };
        let uri = format!("{}{separator}{}", request.uri(), self.0);
        Ok(request.set_uri(uri)?)
    }
}
