use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_runtime_api::client::{
    http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::{body::SdkBody, retry::RetryConfig};
use aws_types::{SdkConfig, region::Region};

/// An HTTP answer.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, Vec<u8>)>,
    pub(super) body: Vec<u8>,
}

/// All services, in place of the network. The first request gets one answer, and all others get another.
#[derive(Clone, Debug)]
pub(super) struct Service {
    first: Arc<Answer>,
    others: Arc<Answer>,
    is_asked: Arc<AtomicBool>,
}

impl Service {
    pub(super) fn new(first: Answer, others: Answer) -> Self {
        Self { first: Arc::new(first), others: Arc::new(others), is_asked: Arc::default() }
    }

    /// Returns a configuration that calls it without retries.
    pub(super) fn config(&self) -> SdkConfig {
        let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
        SdkConfig::builder()
            .region(Region::new("eu-west-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .retry_config(RetryConfig::standard().with_max_attempts(1))
            .http_client(self.clone())
            .build()
    }

    fn answer(&self) -> Result<HttpResponse, ConnectorError> {
        let answer = if self.is_asked.swap(true, Ordering::SeqCst) { &self.others } else { &self.first };
        let mut builder = http::Response::builder().status(answer.status);
        for (name, value) in &answer.headers {
            // A server cannot send an invalid header.
            if let Ok(value) = http::HeaderValue::from_bytes(value) {
                builder = builder.header(*name, value);
            }
        }
        let response = builder.body(SdkBody::from(answer.body.clone()));
        let response = response.map_err(|error| ConnectorError::other(error.into(), None))?;
        HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
    }
}

impl HttpClient for Service {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Service {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(self.answer())
    }
}
