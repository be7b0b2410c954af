use lambda_cache::__binding::source::{Request as Lookup, secrets_manager::Secret};

use super::{super::secret_id, LIST, lookup, names_of, pointer::POINTER, refuse_unknown};
use crate::{agent::Agent, answer::Answer, query::Query, request::Request};

const ROTATION_AWARE: &str = "rotation_aware";

/// Answers `/secretsmanager/value?secretId=`, with several ids if need be.
pub(crate) async fn answer(agent: &Agent, request: &Request) -> Answer {
    match found(agent, &request.query()).await {
        Ok(answer) => answer,
        Err(refusal) => *refusal,
    }
}

async fn found(agent: &Agent, query: &Query) -> Result<Answer, Box<Answer>> {
    let known = [secret_id::ID, secret_id::VERSION_ID, secret_id::VERSION_STAGE, ROTATION_AWARE, LIST, POINTER];
    refuse_unknown(query, &known)?;
    let ids: Vec<_> = query.all(secret_id::ID).collect();
    let version = secret_id::version(query);
    let secret = match &*ids {
        [] => return Err(Answer::invalid("the query has no secretId: add ?secretId=").into()),
        ids => Secret::new(names_of(ids, query.flag(LIST, false)?), version),
    };
    let is_rotation_aware = query.flag(ROTATION_AWARE, false)?;
    let secret = secret.map(|secret| if is_rotation_aware { secret.rotation_aware() } else { secret });
    lookup(agent, query, secret.map(Lookup::Secret), &agent.settings.secrets_manager).await
}
