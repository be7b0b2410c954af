//! The AWS Parameters and Secrets Lambda Extension's requests and answers. Its JSON has the names of the SDK for Go.

use lambda_cache::{
    __binding::source::{Request as Lookup, ssm::Parameters},
    Cached, Error, Metadata,
};
use serde_json::{Value as Json, json};

use super::{dates::iso, documents, secret_id};
use crate::{agent::Agent, answer::Answer, encoded::Form, query::Query, request::Request, settings::ServiceSettings};

/// Answers `/systemsmanager/parameters/get?name=&version=&label=&withDecryption=`.
pub(super) async fn parameter(agent: &Agent, request: &Request) -> Answer {
    let query = request.query();
    let Some(name) = query.get("name") else { return missing("name") };
    // The first of these two counts, as documented.
    let selector = query.first_of(&["version", "label"]);
    let name = selector.map_or_else(|| name.to_owned(), |selector| format!("{name}:{selector}"));
    let is_decrypted = query.get("withDecryption").is_some_and(|given| given.eq_ignore_ascii_case("true"));
    let lookup = Parameters::new(name).map(|one| if is_decrypted { one } else { one.encrypted() });
    answer(agent, &query, lookup.map(Lookup::Parameters), &agent.settings.ssm, parameter_document).await
}

/// Answers `/secretsmanager/get?secretId=&versionId=&versionStage=`.
pub(super) async fn secret(agent: &Agent, request: &Request) -> Answer {
    let query = request.query();
    let Some(id) = query.get(secret_id::ID) else { return missing(secret_id::ID) };
    let lookup = secret_id::lookup(id, &query);
    answer(agent, &query, lookup, &agent.settings.secrets_manager, secret_document).await
}

fn missing(parameter: &str) -> Answer {
    Answer::invalid(&format!("the query has no {parameter}: add ?{parameter}= to the address"))
}

async fn answer(
    agent: &Agent,
    query: &Query,
    lookup: Result<Lookup, Error>,
    service: &ServiceSettings,
    document: fn(&Cached) -> Json,
) -> Answer {
    let ages = match query.ages(service) {
        Ok(ages) => ages,
        Err(refusal) => return *refusal,
    };
    let entry = match lookup {
        Ok(lookup) => agent.entry(&lookup, ages.into()).await,
        Err(error) => Err(error),
    };
    documents::answer(entry, Form::Extension, document)
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
            "Value": documents::text(entry.value()),
            "Version": of.version,
        },
        "ResultMetadata": {},
    })
}

fn secret_document(entry: &Cached) -> Json {
    let Some(Metadata::Secret(of)) = entry.metadata() else { return Json::Null };
    json!({
        "ARN": of.arn,
        "CreatedDate": of.created.and_then(iso),
        "Name": of.name,
        "SecretBinary": documents::binary(entry.value()),
        "SecretString": documents::text(entry.value()),
        "VersionId": of.version_id,
        "VersionStages": of.version_stages,
        "ResultMetadata": {},
    })
}
