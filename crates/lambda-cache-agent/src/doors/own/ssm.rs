use lambda_cache::{
    __binding::source::{Request as Lookup, ssm::Parameters},
    Error,
};

use super::{LIST, lookup, names_of, pointer::POINTER, refuse_unknown};
use crate::{agent::Agent, answer::Answer, query::Query, request::Request};

const NAME: &str = "name";
const PATH: &str = "path";
const RECURSIVE: &str = "recursive";
const OPTIONAL: &str = "optional";
const DECRYPT: &str = "decrypt";

/// Answers `/ssm/get?name=`, with several names, or with `path=` instead.
pub(crate) async fn answer(agent: &Agent, request: &Request) -> Answer {
    let query = request.query();
    match found(agent, &query).await {
        Ok(answer) => answer,
        Err(refusal) => *refusal,
    }
}

async fn found(agent: &Agent, query: &Query) -> Result<Answer, Box<Answer>> {
    refuse_unknown(query, &[NAME, PATH, RECURSIVE, OPTIONAL, DECRYPT, LIST, POINTER])?;
    let parameters = parameters(query)?;
    let is_optional = query.flag(OPTIONAL, false)?;
    let is_decrypted = query.flag(DECRYPT, true)?;
    let parameters = parameters.map(|of| if is_optional { of.optional() } else { of });
    let parameters = parameters.map(|of| if is_decrypted { of } else { of.encrypted() });
    lookup(agent, query, parameters.map(Lookup::Parameters), &agent.settings.ssm).await
}

/// Returns the request for the parameters that the query names.
pub(super) fn parameters(query: &Query) -> Result<Result<Parameters, Error>, Box<Answer>> {
    let names: Vec<_> = query.all(NAME).collect();
    match (&*names, query.get(PATH)) {
        ([], None) => Err(Answer::invalid("the query has neither name nor path: add ?name= or ?path=").into()),
        ([], Some(path)) => Ok(Parameters::path(path, query.flag(RECURSIVE, true)?)),
        (names, None) => Ok(Parameters::new(names_of(names, query.flag(LIST, false)?))),
        (_, Some(_)) => Err(Answer::invalid("the query has name and path: send two requests").into()),
    }
}
