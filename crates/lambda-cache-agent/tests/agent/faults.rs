//! Faults of AWS through each door: the status and the code of the answer, the old value where it is allowed, and no value
//! in any message.

use std::{fs::File, process::Stdio};

use fault_server::{Fault, FaultServer, Times};
use futures_util::{StreamExt, stream};
use http::Method;

use crate::{
    door::{Asked, CANARY, DOORS, Door, Kind},
    support::{Agent, Answer, TOKEN, TOKEN_HEADER, command},
};

/// The number of cases at a time. They should meet the server's faults, not those of a busy machine.
const AT_ONCE: usize = 16;

/// The outcome of a fault that lasts.
#[derive(Clone, Copy, Debug)]
enum Outcome {
    /// The value, in spite of it.
    Value,
    /// An error with these statuses and codes (of a file, and of the others), and the old value if there is one.
    Passing((u16, &'static str), (u16, &'static str)),
    /// An error with these statuses and codes in any case, because it is an answer.
    Final((u16, &'static str), (u16, &'static str)),
}

/// The names of the faults, their outcomes, and the faults.
fn faults() -> Vec<(Outcome, Fault)> {
    let timeout = (504, "TimeoutError");
    let connection = (502, "ConnectionError");
    let passing = |both| Outcome::Passing(both, both);
    vec![
        (Outcome::Value, Fault::Latency { milliseconds: 50 }),
        (Outcome::Value, Fault::IdleClosed),
        (Outcome::Value, Fault::OverLongBody),
        (Outcome::Passing((503, "SlowDown"), (400, "ThrottlingException")), Fault::Throttled),
        (passing((500, "Internal")), Fault::InternalError),
        (passing((503, "ServiceUnavailable")), Fault::Unavailable),
        (passing(timeout), Fault::Silence),
        (passing(connection), Fault::ResetBeforeAnswer),
        (passing(connection), Fault::ClosedBeforeAnswer),
        (passing(connection), Fault::ResetInBody),
        (passing(connection), Fault::TruncatedBody),
        (passing(timeout), Fault::StalledBody),
        (passing(connection), Fault::Unreadable),
        (Outcome::Final((400, "ExpiredToken"), (400, "ExpiredTokenException")), Fault::ExpiredCredentials),
        (Outcome::Final((403, "AccessDenied"), (400, "AccessDeniedException")), Fault::AccessDenied),
        (Outcome::Final((404, "NoSuchKey"), (400, "NotFound")), Fault::NotFound),
    ]
}

/// The answers of a case: during the fault without an old value, after it, and during it with an old value.
#[derive(Debug)]
struct Case {
    door: Door,
    fault: &'static str,
    outcome: Outcome,
    first: Answer,
    between: Answer,
    later: Answer,
}

async fn run(server: &FaultServer, asked: &Asked, door: Door, outcome: Outcome, fault: Fault) -> Case {
    let resource = door.resource(fault.name());
    let name = fault.name();
    door.put(server, &resource, &format!("{CANARY} old"));
    server.fault(&*resource, fault.clone(), Times::ALWAYS);
    let first = door.ask(asked, &resource).await;
    server.clear_faults(&resource);
    let between = door.ask(asked, &resource).await;
    door.put(server, &resource, &format!("{CANARY} new"));
    server.fault(&*resource, fault, Times::ALWAYS);
    let later = door.ask(asked, &resource).await;
    Case { door, fault: name, outcome, first, between, later }
}

impl Case {
    /// Returns the descriptions of wrong answers.
    fn findings(&self) -> Vec<String> {
        let (first, later) = match self.outcome {
            Outcome::Value => (None, Ok("new")),
            Outcome::Passing(file, other) => (Some(if self.door.kind == Kind::File { file } else { other }), Ok("old")),
            Outcome::Final(file, other) => {
                let error = if self.door.kind == Kind::File { file } else { other };
                (Some(error), Err(error))
            }
        };
        let first = first.map_or(Ok("old"), Err);
        let steps =
            [("first", &self.first, first), ("between", &self.between, Ok("old")), ("later", &self.later, later)];
        let wrong = steps.into_iter().filter(|(_, answer, expected)| !is_as(answer, *expected));
        wrong.map(|(step, answer, _)| format!("{} {} {step}: {answer:?}", self.door.name, self.fault)).collect()
    }
}

/// Returns `true` for a value with this word, or for an error with this status and code, which shows no value.
fn is_as(answer: &Answer, expected: Result<&str, (u16, &str)>) -> bool {
    match expected {
        Ok(word) => answer.status == 200 && answer.body.contains(&format!("{CANARY} {word}")),
        Err((status, code)) => {
            let is_code = || answer.json()["__type"].as_str().is_some_and(|given| given.contains(code));
            answer.status == status && is_code() && !answer.body.contains(CANARY)
        }
    }
}

#[tokio::test]
async fn each_fault_has_its_answer_and_no_message_a_value() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/other", format!("{CANARY} other"));
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let url = server.http_url();
    let variables = [
        ("AWS_ENDPOINT_URL", url.as_str()),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
        ("AWS_TOKEN", TOKEN),
        ("AWS_MAX_ATTEMPTS", "1"),
        ("LAMBDA_CACHE_READ_TIMEOUT_IN_SECONDS", "1"),
        ("LAMBDA_CACHE_DIR", folder.path().to_str().unwrap()),
        ("LAMBDA_CACHE_AGENT_SECRETS_DOOR", "extension"),
        ("LAMBDA_CACHE_AGENT_REQUESTS", "100"),
        ("LAMBDA_CACHE_AGENT_MAX_AGE_IN_SECONDS", "0.000001"), // at once too old
        ("LAMBDA_CACHE_AGENT_STALE_IF_ERROR_IN_SECONDS", "600"),
        ("LAMBDA_CACHE_AGENT_LOG_LEVEL", "debug"),
    ];
    let mut agent = command(&["serve", "--port", "0"], &variables);
    agent.stderr(Stdio::from(File::create(&log).unwrap()));
    let asked = Asked::new(Agent::spawn(agent).await);
    let cases = DOORS.iter().flat_map(|door| faults().into_iter().map(|(outcome, fault)| (*door, outcome, fault)));
    let can_be = |door: Door, fault: &Fault| match fault {
        Fault::NotFound => !["own-path", "GetParameters", "GetParametersByPath"].contains(&door.name), // an empty list
        fault => fault.can_befall(&door.resource("")),
    };
    let cases = cases.filter(|(door, _, fault)| can_be(*door, fault));
    let cases = cases.map(|(door, outcome, fault)| run(&server, &asked, door, outcome, fault));
    let cases: Vec<_> = stream::iter(cases).buffer_unordered(AT_ONCE).collect().await;
    let findings: Vec<_> = cases.iter().flat_map(Case::findings).collect();
    assert!(findings.is_empty(), "{} of {}:\n{}", findings.len(), cases.len(), findings.join("\n"));

    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("/v1") || log.contains("secret"), "nothing was logged: {log}");
    let json = asked.agent.get("/stats").await;
    let text = asked.agent.send(Method::GET, "/stats", &[(TOKEN_HEADER, TOKEN), ("Accept", "text/plain")], "").await;
    for (what, shown) in [("log", &log), ("statistics", &json.body), ("metrics", &text.body)] {
        assert!(shown.len() > 1000, "{what}: {shown}");
        for secret in [CANARY, TOKEN] {
            assert!(!shown.contains(secret), "{secret} is in the {what}: {shown}");
        }
    }
}
