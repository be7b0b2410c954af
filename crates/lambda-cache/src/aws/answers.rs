//! A filter between the HTTP client and the SDK, which lets only the used parts of an answer through.
//!
//! The SDK parses every header and field that a service's model has, and one that it cannot parse makes the whole answer
//! unreadable. Whoever uploads an object chooses many of its headers, and other servers write dates in their own ways.
//! boto3 reads past most of it.

#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
mod fields;
mod headers;

#[cfg(feature = "s3")]
pub(super) use self::headers::ANSWERED;

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        connector_metadata::ConnectorMetadata,
        http::{
            HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
            SharedHttpConnector,
        },
        orchestrator::HttpRequest,
        runtime_components::{RuntimeComponents, RuntimeComponentsBuilder},
    },
};
use aws_smithy_types::config_bag::ConfigBag;

/// The service that answers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Answers {
    /// SSM's and Secrets Manager's.
    #[cfg(any(feature = "ssm", feature = "secrets-manager"))]
    Json,
    /// S3's.
    #[cfg(feature = "s3")]
    S3 {
        /// True where bodies are compared with the checksums that are given.
        are_checked: bool,
    },
}

impl Answers {
    /// Returns a client that drops the unused parts of `client`'s answers.
    pub(super) fn of(self, client: SharedHttpClient) -> SharedHttpClient {
        SharedHttpClient::new(Client { client, answers: self })
    }
}

#[derive(Debug)]
struct Client {
    client: SharedHttpClient,
    answers: Answers,
}

impl HttpClient for Client {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let connector = self.client.http_connector(settings, components);
        SharedHttpConnector::new(Connector { connector, answers: self.answers })
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.client.validate_base_client_config(components, config)
    }

    fn validate_final_config(&self, components: &RuntimeComponents, config: &ConfigBag) -> Result<(), BoxError> {
        self.client.validate_final_config(components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.client.connector_metadata()
    }
}

#[derive(Debug)]
struct Connector {
    connector: SharedHttpConnector,
    answers: Answers,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (answer, answers) = (self.connector.call(request), self.answers);
        HttpConnectorFuture::new(async move {
            let mut answer = answer.await?;
            match answers {
                #[cfg(any(feature = "ssm", feature = "secrets-manager"))]
                Answers::Json => {
                    headers::keep_used_of_json(&mut answer);
                    fields::keep_used(&mut answer);
                }
                #[cfg(feature = "s3")]
                Answers::S3 { are_checked } => headers::keep_used_of_s3(&mut answer, are_checked),
            }
            Ok(answer)
        })
    }
}
