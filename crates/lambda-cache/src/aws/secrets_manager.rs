use std::time::SystemTime;

use super::{
    connection::{Connection, SECRETS_MANAGER},
    error::ErrorContext,
    freeze::retry_if_frozen,
};
use crate::{
    Error, Metadata, SecretMetadata, Value,
    source::{Operation, secrets_manager::Version},
    value::Item,
};

/// Calls <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html>
pub(super) async fn get_secret_value(connection: &Connection, name: &str, version: &Version) -> Result<Item, Error> {
    let what: Vec<_> = [secret(name)].into_iter().chain(version.words()).collect();
    let place = connection.place(SECRETS_MANAGER);
    let asked = ErrorContext { what: what.join(", "), operation: Operation::GetSecretValue, place };
    let request = connection.secrets_manager().get_secret_value().secret_id(name);
    let Version { stage, id } = version.clone();
    let request = request.set_version_stage(stage).set_version_id(id);
    let answer = retry_if_frozen(connection.call_timeout(), || request.clone().send()).await;
    let secret = answer.map_err(|error| asked.failed(&error))?;
    let value = match (secret.secret_string, secret.secret_binary) {
        (Some(text), _) => Value::Text(text.into()),
        (None, Some(bytes)) => Value::Bytes(bytes.into_inner().into()),
        (None, None) => return Err(asked.no_value()),
    };
    let metadata = SecretMetadata {
        name: secret.name.unwrap_or_default(),
        arn: secret.arn,
        version_id: secret.version_id,
        version_stages: secret.version_stages.unwrap_or_default(),
        created: secret.created_date.and_then(|date| date.try_into().ok()),
    };
    Ok(Item { value, metadata: Some(Metadata::Secret(metadata)) })
}

/// Describes a secret for messages.
pub(super) fn secret(name: &str) -> String {
    format!("secret {name:?}")
}

/// Calls <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html>
pub(super) async fn next_rotation(connection: &Connection, name: &str) -> Result<Option<SystemTime>, Error> {
    let (what, place) = (secret(name), connection.place(SECRETS_MANAGER));
    let asked = ErrorContext { what, operation: Operation::DescribeSecret, place };
    let request = connection.secrets_manager().describe_secret().secret_id(name);
    let answer = retry_if_frozen(connection.call_timeout(), || request.clone().send()).await;
    let date = answer.map_err(|error| asked.failed(&error))?.next_rotation_date;
    // A date outside this machine's range is too far in the future to matter.
    Ok(date.and_then(|date| SystemTime::try_from(date).ok()))
}
