//! The answers to the library, whose misses may go to an agent: entries with all that a source returns, and AWS's errors.

use http::StatusCode;
use lambda_cache::{
    __binding::{
        backend::{Document, Failure},
        engine::Stopwatch,
        source::Request as Lookup,
    },
    Error,
};
use serde::Serialize;

use crate::{agent::Agent, answer::Answer, query::Query, settings::ServiceSettings};

/// The parameter with the form of the answer, and the library's Region, which must be the agent's.
const FORM: &str = "form";
const REGION: &str = "region";
/// The parameters that only the library sends.
pub(super) const PARAMETERS: [&str; 2] = [FORM, REGION];

/// The body of a failure.
#[derive(Serialize)]
struct Failed {
    #[serde(rename = "__type")]
    code: String,
    message: String,
    /// The failure that AWS reported. Without it, the library asks AWS itself.
    failure: Option<Failure>,
}

pub(super) fn is_asked_for(query: &Query) -> bool {
    query.get(FORM) == Some("library")
}

/// Looks an entry up and answers with what its source returned.
pub(super) async fn answer(
    agent: &Agent,
    query: &Query,
    lookup: Result<Lookup, Error>,
    service: &ServiceSettings,
) -> Result<Answer, Box<Answer>> {
    let arrived = Stopwatch::start();
    refuse_region(agent, query)?;
    let ages = query.ages(service)?;
    let lookup = lookup.map_err(|error| Answer::failure(&error))?;
    let entry = agent.entry(&lookup, ages.into()).await.map_err(|error| failed(&error))?;
    let clock = agent.cache.clock();
    // The age at the arrival: the library counts from the time at which it sent the request.
    let waited = u64::try_from(arrived.elapsed().as_nanos()).unwrap_or(0);
    let age_ns = clock.age(entry.began, clock.now()).as_nanos().saturating_sub(waited);
    Ok(Answer::json(StatusCode::OK, &Document::of(&entry.value, age_ns, entry.until_wall_ns())))
}

fn refuse_region(agent: &Agent, query: &Query) -> Result<(), Box<Answer>> {
    match (query.get(REGION), agent.upstream.region()) {
        (Some(theirs), Some(ours)) if theirs != ours => {
            let message = format!("this agent reads from {ours}, not from {theirs}: give both the same AWS_REGION");
            Err(Answer::refusal(StatusCode::CONFLICT, "ValidationException", &message).into())
        }
        _ => Ok(()),
    }
}

fn failed(error: &Error) -> Answer {
    let (status, code, message) = crate::answer::described(error);
    Answer::json(status, &Failed { code, message, failure: Failure::of(error) })
}
