//! The answers of SSM and Secrets Manager.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    account::{Account, Parameter},
    answer::Answer,
    call::{Call, Operation, Service},
    given::Given,
    http::Request,
    refusal::Refusal,
};

const ACCOUNT: &str = "123456789012";
/// The stage of the current version.
const CURRENT: &str = "AWSCURRENT";
const LAST_CHANGE: f64 = 1_700_000_000.0;
/// The default and maximum number of parameters in one answer to `GetParametersByPath`.
const MOST_A_PAGE: usize = 10;

pub(crate) fn get_parameter(account: &Account, region: &str, name: &str) -> Answer {
    match account.parameter(name) {
        Some(parameter) => Answer::json(200, &json!({"Parameter": parameter_document(region, name, &parameter)})),
        None => Refusal::not_found(Operation::GetParameter).into_answer(),
    }
}

/// Answers `GetParameters`. `without` is the position of a name that is reported as missing.
pub(crate) fn get_parameters(account: &Account, region: &str, call: &Call, without: Option<usize>) -> Answer {
    let mut found = Vec::new();
    let mut invalid = Vec::new();
    for (position, name) in call.resources.iter().enumerate() {
        match account.parameter(name).filter(|_| without != Some(position)) {
            Some(parameter) => found.push(parameter_document(region, name, &parameter)),
            None => invalid.push(name),
        }
    }
    found.reverse(); // AWS does not guarantee an order
    Answer::json(200, &json!({"Parameters": found, "InvalidParameters": invalid}))
}

/// The parameters of the request apart from the path.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Below {
    recursive: bool,
    max_results: usize,
    next_token: Option<String>,
}

impl Default for Below {
    fn default() -> Self {
        Self { recursive: false, max_results: MOST_A_PAGE, next_token: None }
    }
}

/// Answers one page of a path. `is_empty` makes the path empty.
pub(crate) fn get_parameters_by_path(
    account: &Account,
    region: &str,
    request: &Request,
    path: &str,
    is_empty: bool,
) -> Answer {
    let refused = |code, message: &str| Refusal::invalid(Service::Ssm, code, message).into_answer();
    let Ok(asked) = serde_json::from_slice::<Below>(&request.body) else {
        return refused("SerializationException", "");
    };
    if !path.starts_with('/') {
        return refused("ValidationException", "The parameter path must begin with a forward slash");
    }
    if !(1..=MOST_A_PAGE).contains(&asked.max_results) {
        return refused("ValidationException", "maxResults must be from 1 to 10");
    }
    let Some(last) = asked.next_token.map_or(Some(String::new()), |token| last_before(path, &token)) else {
        return refused("InvalidNextToken", "The specified token is not valid.");
    };
    let mut below = if is_empty { Vec::new() } else { account.parameters_below(path, asked.recursive) };
    below.retain(|(name, _)| *name > last);
    let is_last_page = below.len() <= asked.max_results;
    below.truncate(asked.max_results);
    let token = below.last().filter(|_| !is_last_page).map(|(name, _)| next_token(path, name));
    let page: Vec<_> = below.iter().map(|(name, parameter)| parameter_document(region, name, parameter)).collect();
    let mut document = json!({"Parameters": page});
    if let Some(token) = token {
        document["NextToken"] = token.into();
    }
    Answer::json(200, &document)
}

/// Returns an opaque token that contains the last parameter of a page.
fn next_token(path: &str, last: &str) -> String {
    BASE64_STANDARD.encode(format!("{path}\n{last}"))
}

/// Returns the last parameter in a token, or `None` if it is not a token of this path.
fn last_before(path: &str, token: &str) -> Option<String> {
    let text = String::from_utf8(BASE64_STANDARD.decode(token).ok()?).ok()?;
    let (of, last) = text.split_once('\n')?;
    (of == path).then(|| last.to_owned())
}

fn parameter_document(region: &str, name: &str, parameter: &Parameter) -> Value {
    let (kind, value) = match parameter {
        Parameter::One(value) => ("String", value.clone()),
        Parameter::List(values) => ("StringList", values.join(",")),
    };
    let separator = if name.starts_with('/') { "" } else { "/" };
    json!({
        "ARN": format!("arn:aws:ssm:{region}:{ACCOUNT}:parameter{separator}{name}"),
        "DataType": "text",
        "LastModifiedDate": LAST_CHANGE,
        "Name": name,
        "Type": kind,
        "Value": value,
        "Version": 1,
    })
}

pub(crate) fn get_secret_value(account: &Account, region: &str, name: &str) -> Answer {
    let Some(secret) = account.secret(name) else {
        return Refusal::not_found(Operation::GetSecretValue).into_answer();
    };
    let (member, value) = match &secret.value {
        Given::Text(text) => ("SecretString", text.clone()),
        Given::Base64(bytes) => ("SecretBinary", BASE64_STANDARD.encode(bytes)),
    };
    let document = json!({
        "ARN": secret_arn(region, name),
        "CreatedDate": LAST_CHANGE,
        "Name": name,
        member: value,
        "VersionId": secret.version_id,
        "VersionStages": [CURRENT],
    });
    Answer::json(200, &document)
}

pub(crate) fn describe_secret(account: &Account, region: &str, name: &str) -> Answer {
    let Some(secret) = account.secret(name) else {
        return Refusal::not_found(Operation::DescribeSecret).into_answer();
    };
    let document = json!({
        "ARN": secret_arn(region, name),
        "CreatedDate": LAST_CHANGE,
        "LastChangedDate": LAST_CHANGE,
        "Name": name,
        "VersionIdsToStages": {secret.version_id.as_str(): [CURRENT]},
    });
    Answer::json(200, &document)
}

fn secret_arn(region: &str, name: &str) -> String {
    format!("arn:aws:secretsmanager:{region}:{ACCOUNT}:secret:{name}-AbCdEf")
}
