//! A filter between the HTTP client and the SDK that passes on only the used parts of an answer.
//!
//! The SDK parses every header and field in a service's model, and one that it cannot parse makes the whole answer
//! unreadable. The uploader of an object chooses many of its headers, and other servers write dates in different
//! formats. boto3 ignores most of them.

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
    /// SSM and Secrets Manager.
    #[cfg(any(feature = "ssm", feature = "secrets-manager"))]
    Json,
    /// S3.
    #[cfg(feature = "s3")]
    S3 {
        /// Whether bodies are compared with the received checksums.
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
