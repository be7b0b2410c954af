use std::{
    io,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::future::{Either, select};

use super::{
    document::{Reported, read},
    rest::Warning,
};
use crate::{aws::Loopback, runtime::sync::sleep, settings::agent::AgentAddress};

/// The time for an answer before the agent is asked whether it is up, and the time for the answer to that.
const HALF: Duration = Duration::from_millis(500);
/// The number of steps in which this time passes.
const STEPS: u32 = 10;
/// The time that an agent which is up has for an answer. AWS may need as long for a call with its retries.
const LONGEST: Duration = Duration::from_secs(10);
const TOKEN_HEADER: &str = "x-aws-parameters-secrets-token";

/// The way to an agent.
pub(super) struct Door {
    address: AgentAddress,
    client: Mutex<Option<Arc<Loopback>>>,
}

/// The reason why the agent's answer is not used.
#[derive(Debug)]
pub(super) enum Problem {
    /// Nothing listens, or the connection broke off.
    Unreachable(String),
    /// There was no answer in time.
    Silent,
    /// There is no token that can be sent.
    NoToken(String),
    /// The agent refused the token.
    WrongToken,
    /// The agent reads from another Region.
    OtherRegion,
    /// The answer lacks what is needed.
    Unreadable,
    /// Any other refusal, by its status.
    Refused(u16),
}

impl Door {
    pub(super) fn new(address: AgentAddress) -> Self {
        Self { address, client: Mutex::default() }
    }

    /// Asks the agent. As long as it is up, its answer is awaited.
    pub(super) async fn get(&self, query: &str, token: String) -> Result<Reported, Problem> {
        let headers = [(TOKEN_HEADER, token)];
        let (client, url) = (self.client(), format!("{}{query}", self.address.url));
        let ping = format!("{}/ping", self.address.url);
        let mut answer = pin!(client.get(&url, &headers, LONGEST));
        let (status, text) = loop {
            if let Either::Left((answer, _)) = select(answer.as_mut(), pin!(half())).await {
                break answer.map_err(|error| unreachable(&error))?;
            }
            let is_up = async { client.get(&ping, &[], LONGEST).await.is_ok_and(|(status, _)| status == 200) };
            match select(answer.as_mut(), select(pin!(is_up), pin!(half()))).await {
                Either::Left((answer, _)) => break answer.map_err(|error| unreachable(&error))?,
                Either::Right((Either::Left((true, _)), _)) => {}
                Either::Right(_) => return Err(Problem::Silent),
            }
        };
        read(status, &text).ok_or(match status {
            200 | 400 | 404 => Problem::Unreadable,
            403 => Problem::WrongToken,
            409 => Problem::OtherRegion,
            status => Problem::Refused(status),
        })
    }

    /// Returns the warning about a problem, and how to solve it.
    pub(super) fn warning(&self, problem: &Problem) -> Warning {
        let (what, advice) = match problem {
            Problem::Unreachable(reason) => (format!("cannot be reached ({reason})"), "start it"),
            Problem::Silent => (format!("did not answer within {} ms", (HALF * 2).as_millis()), "restart it"),
            Problem::NoToken(reason) => (format!("was not asked, because {reason}"), "set AWS_TOKEN to the agent's"),
            Problem::WrongToken => ("refused the token".to_owned(), "give both the same AWS_TOKEN"),
            Problem::OtherRegion => ("reads from another Region".to_owned(), "give both the same AWS_REGION"),
            Problem::Unreadable => {
                ("answers as another program or version would".to_owned(), "check what listens there, and update it")
            }
            Problem::Refused(status) => (format!("answered HTTP {status}"), "look at its messages"),
        };
        let url = &self.address.url;
        let text = format!(
            "the agent at {url} {what}: AWS is asked instead, and the agent again after a second; {advice}, or set \
             LAMBDA_CACHE_AGENT=off"
        );
        let is_for_known = self.address.is_sought && matches!(problem, Problem::Unreachable(_));
        Warning { text, is_for_known }
    }

    /// Closes the connections.
    pub(super) fn disconnect(&self) {
        *self.client.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn client(&self) -> Arc<Loopback> {
        let mut client = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(client.get_or_insert_with(|| Arc::new(Loopback::new(LONGEST))))
    }
}

/// Waits in steps. A process that was frozen, or had no processor, reads what has arrived before the next step.
async fn half() {
    for _ in 0..STEPS {
        sleep(HALF / STEPS).await;
    }
}

fn unreachable(error: &io::Error) -> Problem {
    if error.kind() == io::ErrorKind::TimedOut {
        return Problem::Silent;
    }
    let mut cause: &(dyn std::error::Error + 'static) = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    Problem::Unreachable(cause.to_string())
}
