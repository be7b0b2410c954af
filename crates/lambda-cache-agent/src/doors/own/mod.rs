//! The agent's own door: one, many or all parameters below a path, secrets, files, and the cache itself.

mod document;
mod invalidate;
mod library;
mod pointer;
mod s3;
mod secrets_manager;
mod ssm;
mod stats;

use http::StatusCode;
use lambda_cache::{
    __binding::source::{Names, Request as Lookup},
    Error,
};
use lambda_cache_names::Listed;

pub(super) use self::{
    invalidate::answer as invalidate, s3::answer as s3, secrets_manager::answer as secrets_manager, ssm::answer as ssm,
    stats::answer as stats,
};
use crate::{agent::Agent, answer::Answer, query::Query, settings::ServiceSettings};

/// The parameter that asks for a group even if there is one name.
const LIST: &str = "list";

/// Looks an entry up and answers with its document.
async fn lookup(
    agent: &Agent,
    query: &Query,
    lookup: Result<Lookup, Error>,
    service: &ServiceSettings,
) -> Result<Answer, Box<Answer>> {
    if library::is_asked_for(query) {
        return library::answer(agent, query, lookup, service).await;
    }
    let ages = query.ages(service)?;
    let failed = |error: Error| Box::new(Answer::failure(&error));
    let lookup = lookup.map_err(failed)?;
    let entry = agent.entry(&lookup, ages.into()).await.map_err(failed)?;
    let mut document = document::of(&entry.value, query.get(pointer::POINTER))
        .map_err(|misfit| failed(lookup.conversion_failure(&misfit)))?;
    let clock = agent.cache.clock();
    document["age_in_seconds"] = document::seconds(clock.age(entry.began, clock.now()).as_nanos());
    Ok(Answer::json(StatusCode::OK, &document))
}

/// Returns one name, or several, each of which is its own key in the answer: names may end alike.
fn names_of(names: &[&str], is_list: bool) -> Names {
    match names {
        [name] if !is_list => Names::One((*name).to_owned()),
        names => Names::Several(names.iter().map(|name| Listed::under(*name, *name)).collect()),
    }
}

/// Refuses a parameter that the route does not have.
fn refuse_unknown(query: &Query, known: &[&str]) -> Result<(), Box<Answer>> {
    let unknown = query.unknown(known).filter(|unknown| !library::PARAMETERS.contains(unknown));
    unknown.map_or(Ok(()), |unknown| {
        Err(Answer::invalid(&format!("unknown parameter {unknown}: this route has {}", known.join(", "))).into())
    })
}
