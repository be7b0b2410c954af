use lambda_cache::__binding::source::{
    Request as Lookup,
    s3::{Object, ObjectOptions},
};

use super::{lookup, refuse_unknown};
use crate::{agent::Agent, answer::Answer, query::Query, request::Request};

pub(super) const URI: &str = "uri";
const FILE_NAME: &str = "file_name";
const VERSION_ID: &str = "version_id";
const CHECK: &str = "check_before_download";

/// Answers `/s3/get?uri=` with the path of the downloaded file, which every process of this machine or environment can
/// read that runs as the same user.
pub(crate) async fn answer(agent: &Agent, request: &Request) -> Answer {
    match found(agent, &request.query()).await {
        Ok(answer) => answer,
        Err(refusal) => *refusal,
    }
}

async fn found(agent: &Agent, query: &Query) -> Result<Answer, Box<Answer>> {
    refuse_unknown(query, &[URI, FILE_NAME, VERSION_ID, CHECK])?;
    let Some(uri) = query.get(URI) else {
        return Err(Answer::invalid("the query has no uri: add ?uri=s3://bucket/key").into());
    };
    let options = ObjectOptions {
        file_name: query.get(FILE_NAME),
        version_id: query.get(VERSION_ID),
        check_before_download: query.flag(CHECK, false)?,
        ..ObjectOptions::default()
    };
    lookup(agent, query, Object::new(uri, options).map(Lookup::Object), &agent.settings.s3).await
}
