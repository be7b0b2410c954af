//! The AWS Parameters and Secrets Lambda Extension's requests and answers. Its JSON has the names of the SDK for Go.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::StatusCode;
use lambda_cache::{
    __binding::source::{
        Request as Lookup,
        secrets_manager::{Secret, Version},
        ssm::Parameters,
    },
    Cached, Error, Metadata, Value,
};
use serde_json::{Value as Json, json};

use super::dates::iso;
use crate::{
    agent::Agent,
    answer::Answer,
    encoded::{Encoded, Form},
    request::Request,
    settings::ServiceSettings,
};

/// Answers `/systemsmanager/parameters/get?name=&version=&label=&withDecryption=`.
pub(super) async fn parameter(agent: &Agent, request: &Request) -> Answer {
    let (mut name, mut selector, mut decrypt) = (None, None, false);
    for (key, value) in request.query() {
        match key.as_str() {
            "name" => name = Some(value),
            // The first of these two counts, as documented.
            "version" | "label" if !value.is_empty() => selector = selector.or(Some(value)),
            "withDecryption" => decrypt = value.eq_ignore_ascii_case("true"),
            _ => {}
        }
    }
    let Some(name) = name.filter(|name| !name.is_empty()) else { return missing("name") };
    let name = selector.map_or_else(|| name.clone(), |selector| format!("{name}:{selector}"));
    let lookup = Parameters::new(name).map(|one| if decrypt { one } else { one.encrypted() });
    answer(agent, lookup.map(Lookup::Parameters), agent.settings.ssm, parameter_document).await
}

/// Answers `/secretsmanager/get?secretId=&versionId=&versionStage=`.
pub(super) async fn secret(agent: &Agent, request: &Request) -> Answer {
    let mut id = None;
    let mut version = Version::default();
    for (key, value) in request.query().into_iter().filter(|(_, value)| !value.is_empty()) {
        match key.as_str() {
            "secretId" => id = Some(value),
            "versionId" => version.id = Some(value),
            "versionStage" => version.stage = Some(value),
            _ => {}
        }
    }
    let Some(id) = id else { return missing("secretId") };
    answer(agent, Secret::new(id, version).map(Lookup::Secret), agent.settings.secrets_manager, secret_document).await
}

fn missing(parameter: &str) -> Answer {
    let message = format!("the query has no {parameter}: add ?{parameter}= to the address");
    Answer::refusal(StatusCode::BAD_REQUEST, "ValidationException", &message)
}

async fn answer(
    agent: &Agent,
    lookup: Result<Lookup, Error>,
    service: ServiceSettings,
    document: fn(&Cached) -> Json,
) -> Answer {
    let entry = match lookup {
        Ok(lookup) => agent.entry(&lookup, service.ages().into()).await,
        Err(error) => Err(error),
    };
    match entry {
        Ok(entry) => {
            let encode = || document(&entry.value).to_string().into_bytes();
            Answer::encoded(Encoded::of(&entry.value, Form::Extension, encode))
        }
        Err(error) => Answer::failure(&error),
    }
}

fn parameter_document(entry: &Cached) -> Json {
    let Some(Metadata::Parameter(of)) = entry.metadata() else { return Json::Null };
    json!({
        "Parameter": {
            "ARN": of.arn,
            "DataType": of.data_type,
            "LastModifiedDate": of.last_modified.and_then(iso),
            "Name": of.name,
            "Selector": of.selector,
            "SourceResult": of.source_result,
            "Type": of.r#type,
            "Value": text(entry.value()),
            "Version": of.version,
        },
        "ResultMetadata": {},
    })
}

fn secret_document(entry: &Cached) -> Json {
    let Some(Metadata::Secret(of)) = entry.metadata() else { return Json::Null };
    let binary = match entry.value() {
        Value::Bytes(bytes) => Some(BASE64_STANDARD.encode(bytes)),
        _ => None,
    };
    json!({
        "ARN": of.arn,
        "CreatedDate": of.created.and_then(iso),
        "Name": of.name,
        "SecretBinary": binary,
        "SecretString": text(entry.value()),
        "VersionId": of.version_id,
        "VersionStages": of.version_stages,
        "ResultMetadata": {},
    })
}

/// Returns a text as AWS has it, in which a list is separated by commas.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.to_string()),
        Value::TextList(texts) => Some(texts.join(",")),
        _ => None,
    }
}
