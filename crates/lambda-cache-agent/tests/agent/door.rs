//! A request through each door, for tests of everything that all doors have in common.

use aws_sdk_secretsmanager::error::SdkError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use fault_server::FaultServer;
use http::HeaderMap;

use crate::{
    aws_door,
    support::{Agent, Answer},
};

/// A text that is in every value.
pub(crate) const CANARY: &str = "c4n4ry";

/// An agent, and the SDKs whose endpoint it is.
pub(crate) struct Asked {
    pub(crate) agent: Agent,
    ssm: aws_sdk_ssm::Client,
    secrets_manager: aws_sdk_secretsmanager::Client,
}

impl Asked {
    pub(crate) fn new(agent: Agent) -> Self {
        let config = aws_door::config(&agent, &[]);
        let (ssm, secrets_manager) = (aws_sdk_ssm::Client::new(&config), aws_sdk_secretsmanager::Client::new(&config));
        Self { agent, ssm, secrets_manager }
    }
}

/// The source of the values behind a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Parameter,
    /// The parameters below a path.
    Path,
    Secret,
    File,
}

/// A kind of request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Door {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// The path and query before the resource's name. Empty for AWS's own protocol, whose operation is the name.
    before: &'static str,
}

const fn door(name: &'static str, kind: Kind, before: &'static str) -> Door {
    Door { name, kind, before }
}

/// All doors, with `LAMBDA_CACHE_AGENT_SECRETS_DOOR=extension`.
pub(crate) const DOORS: [Door; 12] = [
    door("extension-parameter", Kind::Parameter, "/systemsmanager/parameters/get?name="),
    door("extension-secret", Kind::Secret, "/secretsmanager/get?secretId="),
    door("provider", Kind::Secret, "/v1/"),
    door("own-parameter", Kind::Parameter, "/ssm/get?name="),
    door("own-list", Kind::Parameter, "/ssm/get?name=/other&name="),
    door("own-path", Kind::Path, "/ssm/get?path="),
    door("own-secret", Kind::Secret, "/secretsmanager/value?secretId="),
    door("own-file", Kind::File, "/s3/get?uri="),
    door("GetParameter", Kind::Parameter, ""),
    door("GetParameters", Kind::Parameter, ""),
    door("GetParametersByPath", Kind::Path, ""),
    door("GetSecretValue", Kind::Secret, ""),
];

impl Door {
    /// Returns the resource of a case, which no other case has.
    pub(crate) fn resource(self, case: &str) -> String {
        match self.kind {
            Kind::File => format!("s3://bucket/{}-{case}", self.name),
            Kind::Secret => format!("{}/{case}", self.name),
            Kind::Parameter | Kind::Path => format!("/{}/{case}", self.name),
        }
    }

    /// Stores a value.
    pub(crate) fn put(self, server: &FaultServer, resource: &str, value: &str) {
        match self.kind {
            Kind::Parameter => server.put_parameter(resource, value),
            Kind::Path => server.put_parameter(format!("{resource}/name"), value),
            Kind::Secret => server.put_secret(resource, value),
            Kind::File => server.put_object(resource, value.to_owned()),
        }
    }

    /// Asks for the value. The body of a successful answer has it, also for a file.
    pub(crate) async fn ask(self, asked: &Asked, resource: &str) -> Answer {
        if self.before.is_empty() {
            return self.ask_as_sdk(asked, resource).await;
        }
        let mut answer = asked.agent.get(&format!("{}{resource}", self.before)).await;
        if self.kind == Kind::File && answer.status == 200 {
            answer.body = std::fs::read_to_string(answer.json()["path"].as_str().unwrap()).unwrap();
        }
        answer
    }

    async fn ask_as_sdk(self, Asked { ssm, secrets_manager, .. }: &Asked, resource: &str) -> Answer {
        match self.name {
            "GetParameter" => {
                let got = ssm.get_parameter().name(resource).send().await;
                answer(got.map(|got| got.parameter.and_then(|one| one.value)))
            }
            "GetParameters" => {
                let got = ssm.get_parameters().names(resource).send().await;
                answer(got.map(|got| got.parameters.unwrap_or_default().pop().and_then(|one| one.value)))
            }
            "GetParametersByPath" => {
                let got = ssm.get_parameters_by_path().path(resource).send().await;
                answer(got.map(|got| got.parameters.unwrap_or_default().pop().and_then(|one| one.value)))
            }
            _ => {
                let got = secrets_manager.get_secret_value().secret_id(resource).send().await;
                answer(got.map(|got| got.secret_string))
            }
        }
    }
}

/// Returns what the SDK got.
fn answer<E: std::fmt::Debug>(got: Result<Option<String>, SdkError<E, HttpResponse>>) -> Answer {
    match got {
        Ok(value) => Answer { status: 200, headers: HeaderMap::new(), body: value.unwrap_or_default() },
        Err(error) => {
            let response = error.raw_response().unwrap_or_else(|| panic!("no answer: {error:?}"));
            let body = response.body().bytes().unwrap_or_default().to_vec();
            Answer {
                status: response.status().as_u16(),
                headers: HeaderMap::new(),
                body: String::from_utf8(body).unwrap(),
            }
        }
    }
}
