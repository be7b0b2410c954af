//! The operations of Secrets Manager that are answered from the cache. Each returns `None` for a request that it does not
//! understand, which AWS answers then.

use futures_util::future::join_all;
use lambda_cache::{
    __binding::source::{
        Request as Lookup,
        secrets_manager::{Secret, Version},
    },
    Error, ErrorKind,
};
use serde::Deserialize;
use serde_json::json;

use super::{answers, documents};
use crate::{
    agent::Agent,
    answer::{Answer, described},
    encoded::{Encoded, Form},
};

/// The greatest number of secrets in one request.
const MOST: usize = 20;

type Found = Result<Option<Answer>, Error>;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct One {
    secret_id: String,
    #[serde(default)]
    version_id: Option<String>,
    #[serde(default)]
    version_stage: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Several {
    secret_id_list: Vec<String>,
}

/// Answers `GetSecretValue`.
pub(super) async fn get_secret_value(agent: &Agent, body: &[u8]) -> Found {
    let Ok(asked) = serde_json::from_slice::<One>(body) else { return Ok(None) };
    let version = Version { stage: asked.version_stage, id: asked.version_id };
    let Ok(secret) = Secret::new(asked.secret_id, version) else { return Ok(None) };
    let entry = agent.entry(&Lookup::Secret(secret), agent.settings.secrets_manager.ages().into()).await?;
    let encoded = Encoded::of(&entry.value, Form::Aws, || {
        serde_json::to_vec(&documents::secret(&entry.value)).unwrap_or_default() // it has only keys of text
    });
    Ok(Some(answers::success(encoded)))
}

/// Answers `BatchGetSecretValue` for a list of secrets. One that is not in the cache is fetched with `GetSecretValue`.
pub(super) async fn batch_get_secret_value(agent: &Agent, body: &[u8]) -> Found {
    let Ok(asked) = serde_json::from_slice::<Several>(body) else { return Ok(None) };
    let ids = asked.secret_id_list;
    let secrets = ids.iter().map(|id| Secret::new(id, Version::default()).ok().map(Lookup::Secret));
    let Some(lookups) = secrets.collect::<Option<Vec<_>>>().filter(|all| (1..=MOST).contains(&all.len())) else {
        return Ok(None);
    };
    let ages = agent.settings.secrets_manager.ages();
    let entries = join_all(lookups.iter().map(|lookup| agent.entry(lookup, ages.into()))).await;
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for (id, entry) in ids.iter().zip(entries) {
        match entry {
            Ok(entry) => found.push(entry),
            // An error of this secret is a part of the answer, and an error of the service is not.
            Err(error)
                if [ErrorKind::NotFound, ErrorKind::AccessDenied, ErrorKind::Rejected].contains(&error.kind()) =>
            {
                let (_, code, message) = described(&error);
                errors.push(json!({"SecretId": id, "ErrorCode": code, "Message": message}));
            }
            Err(error) => return Err(error),
        }
    }
    let found: Vec<_> = found.iter().filter_map(|entry| documents::secret(&entry.value)).collect();
    Ok(Some(answers::success(json!({"Errors": errors, "SecretValues": found}).to_string())))
}
