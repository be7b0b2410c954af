//! The credentials that `aws login` stores.

use std::fs;

use aws_credential_types::Credentials;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    hex,
    keys::{self, Keys},
    now,
};
use crate::{
    Error,
    aws::settings::{Profile, Settings},
};

/// Returns the credentials that `aws login` stored, while they are valid. Renewing them needs a signature algorithm
/// that would make this library larger for everyone, so that is left to the AWS CLI.
pub(super) fn credentials(settings: &Settings, profile: &Profile) -> Result<Option<Credentials>, Error> {
    let Some(session) = profile.get("login_session") else { return Ok(None) };
    let log_in = |reason: &str| {
        session.refuse(&format!(
            "a session {reason}: run `aws login`, or set what `aws configure export-credentials --format env` prints"
        ))
    };
    let folder = settings.variable("AWS_LOGIN_CACHE_DIRECTORY");
    let folder = folder.map_or_else(|| "~/.aws/login/cache".to_owned(), |folder| folder.value);
    let path = settings.path(&format!("{folder}/{}.json", hex(&Sha256::digest(session.value.trim().as_bytes()))));
    let json: Option<Value> = fs::read(path).ok().and_then(|text| serde_json::from_slice(&text).ok());
    let Some(token) = json.as_ref().and_then(|json| json.get("accessToken")) else {
        return Err(log_in("that `aws login` has not stored"));
    };
    let text = |key: &str| token.get(key).and_then(Value::as_str);
    let (Some(access_key), Some(secret_key), Some(expiry)) =
        (text("accessKeyId"), text("secretAccessKey"), text("expiresAt").and_then(keys::time))
    else {
        return Err(log_in("whose file cannot be read"));
    };
    if expiry <= now() {
        return Err(log_in("whose credentials have expired"));
    }
    let keys = Keys { access_key, secret_key, token: text("sessionToken"), expiry: Some(expiry) };
    keys.checked(&session.origin()).map(Some)
}
