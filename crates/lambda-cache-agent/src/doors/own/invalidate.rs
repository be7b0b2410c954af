use http::StatusCode;
use lambda_cache::__binding::source::{
    Request as Lookup,
    s3::{Object, ObjectOptions},
};
use serde_json::json;

use super::{super::secret_id, refuse_unknown, s3::URI, ssm};
use crate::{agent::Agent, answer::Answer, query::Query, request::Request};

const ALL: &str = "all";

/// Answers `POST /invalidate`: removes the entries of what the query names, or every entry with `all=true`.
pub(crate) async fn answer(agent: &Agent, request: &Request) -> Answer {
    match invalidate(agent, &request.query()).await {
        Ok(()) => Answer::json(StatusCode::OK, &json!({})),
        Err(refusal) => *refusal,
    }
}

async fn invalidate(agent: &Agent, query: &Query) -> Result<(), Box<Answer>> {
    refuse_unknown(query, &["name", "path", "recursive", secret_id::ID, URI, ALL])?;
    if query.flag(ALL, false)? {
        agent.caches().await.iter().for_each(lambda_cache::Cache::clear);
        return Ok(());
    }
    let secrets = query.all(secret_id::ID).map(|id| secret_id::lookup(id, query));
    let objects = query.all(URI).map(|uri| Object::new(uri, ObjectOptions::default()).map(Lookup::Object));
    let mut lookups: Vec<_> = secrets.chain(objects).collect();
    if lookups.is_empty() || query.get("name").or_else(|| query.get("path")).is_some() {
        lookups.push(ssm::parameters(query)?.map(Lookup::Parameters));
    }
    let caches = agent.caches().await;
    for lookup in lookups {
        let lookup = lookup.map_err(|error| Answer::failure(&error))?;
        for cache in &caches {
            cache.invalidate_alike(&lookup);
        }
    }
    Ok(())
}
