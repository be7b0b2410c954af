//! The AWS Workload Credentials Provider's requests and answers.

use std::sync::Arc;

use http::StatusCode;
use lambda_cache::{__binding::engine::MaxAge, Cached, Metadata};
use serde_json::{Value as Json, json};

use super::{dates::seconds, documents, secret_id};
use crate::{agent::Agent, answer::Answer, encoded::Form, query::Query, request::Request};

const REFRESH_NOW: &str = "refreshNow";
const ROLE_ARN: &str = "roleArn";
const VERSION: [&str; 4] = [secret_id::VERSION_ID, secret_id::VERSION_STAGE, REFRESH_NOW, ROLE_ARN];

/// Answers `/secretsmanager/get?secretId=&versionId=&versionStage=&refreshNow=&roleArn=`.
pub(super) async fn by_query(agent: &Arc<Agent>, request: &Request) -> Answer {
    let query = request.query();
    let [one, two, three, four] = VERSION;
    if let Some(unknown) = query.unknown(&[secret_id::ID, one, two, three, four]) {
        return refused(format!("unknown parameter: {unknown}"));
    }
    match query.get(secret_id::ID) {
        Some(id) => answer(agent, id, &query).await,
        None => refused("missing parameter secretId"),
    }
}

/// Answers `/v1/SECRET?...`, whose path has the secret's name or ARN, not encoded.
pub(super) async fn by_path(agent: &Arc<Agent>, request: &Request, id: &str) -> Answer {
    let query = request.query();
    if let Some(unknown) = query.unknown(&VERSION) {
        return refused(format!("unknown parameter: {unknown}"));
    }
    if id.is_empty() { refused("missing secret ID") } else { answer(agent, id, &query).await }
}

async fn answer(agent: &Arc<Agent>, id: &str, query: &Query) -> Answer {
    let is_forced = match query.given(REFRESH_NOW).map(str::to_ascii_lowercase).as_deref() {
        None | Some("false" | "0") => false,
        Some("true" | "1") => true,
        Some(_) => return refused("invalid refreshNow value"),
    };
    let role = query.given(ROLE_ARN);
    if role.is_some_and(|arn| !is_role_arn(arn)) {
        return refused("invalid roleArn format, expected arn:<partition>:iam::<account>:role/<name>");
    }
    let mut ages = match query.ages(&agent.settings.secrets_manager) {
        Ok(ages) => ages,
        Err(refusal) => return *refusal,
    };
    if is_forced {
        ages.max_age = MaxAge::ZERO;
    }
    let cache = match role {
        None => agent.cache.clone(),
        Some(arn) => match agent.roles.cache(arn, agent).await {
            Ok(cache) => cache,
            Err(refusal) => return *refusal,
        },
    };
    let entry = match secret_id::lookup(id, query) {
        Ok(lookup) => crate::agent::entry(&cache, &lookup, ages.into()).await,
        Err(error) => Err(error),
    };
    documents::answer(entry, Form::Provider, document)
}

fn refused(message: impl Into<String>) -> Answer {
    Answer::text(StatusCode::BAD_REQUEST, message.into())
}

/// Returns `true` for `arn:PARTITION:iam::ACCOUNT:role/NAME`.
fn is_role_arn(arn: &str) -> bool {
    let is_word = |text: &str, others: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || others.contains(c))
    };
    let Some((partition, rest)) = arn.strip_prefix("arn:").and_then(|rest| rest.split_once(":iam::")) else {
        return false;
    };
    let Some((account, name)) = rest.split_once(":role/") else { return false };
    let is_account = account.len() == 12 && account.bytes().all(|digit| digit.is_ascii_digit());
    is_word(partition, "-") && is_account && is_word(name, "+=,.@/-")
}

fn document(entry: &Cached) -> Json {
    let Some(Metadata::Secret(of)) = entry.metadata() else { return Json::Null };
    let mut document = json!({
        "ARN": of.arn,
        "Name": of.name,
        "VersionId": of.version_id,
        "SecretString": documents::text(entry.value()),
        "SecretBinary": documents::binary(entry.value()),
        "VersionStages": of.version_stages,
        "CreatedDate": of.created.and_then(seconds),
    });
    if let Some(fields) = document.as_object_mut() {
        fields.retain(|_, value| !value.is_null()); // the provider leaves out what the secret lacks
    }
    document
}
