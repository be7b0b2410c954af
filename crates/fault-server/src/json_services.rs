//! What SSM and Secrets Manager answer.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use crate::{
    account::{Account, Parameter},
    answer::Answer,
    call::{Call, Operation},
    given::Given,
    refusal::Refusal,
};

const ACCOUNT: &str = "123456789012";
/// The stage of the version that is used.
const CURRENT: &str = "AWSCURRENT";
const LAST_CHANGE: f64 = 1_700_000_000.0;

pub(crate) fn get_parameter(account: &Account, region: &str, name: &str) -> Answer {
    match account.parameter(name) {
        Some(parameter) => Answer::json(200, &json!({"Parameter": parameter_document(region, name, &parameter)})),
        None => Refusal::not_found(Operation::GetParameter).into_answer(),
    }
}

/// `without` is the place of a name that is said not to exist.
pub(crate) fn get_parameters(account: &Account, region: &str, call: &Call, without: Option<usize>) -> Answer {
    let mut found = Vec::new();
    let mut invalid = Vec::new();
    for (position, name) in call.resources.iter().enumerate() {
        match account.parameter(name).filter(|_| without != Some(position)) {
            Some(parameter) => found.push(parameter_document(region, name, &parameter)),
            None => invalid.push(name),
        }
    }
    found.reverse(); // AWS promises no order
    Answer::json(200, &json!({"Parameters": found, "InvalidParameters": invalid}))
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
