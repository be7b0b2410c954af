mod service;
mod templates;

use std::fs;

use lambda_cache::{
    __binding::{
        engine::MaxAge,
        source::{
            Names, Request,
            s3::{Object, ObjectOptions},
            secrets_manager::{Secret, Version},
            ssm::Parameters,
        },
    },
    Cache, Error, Value,
};

use self::{
    service::{Answer, Service},
    templates::{BODIES, CANARIES, CANARY, HEADERS, TOKENS, good},
};
use crate::{
    input::Input,
    outcome::{get, path},
};

/// Checks any HTTP answer to any call. The call must end with a value, or with an error that shows nothing of the
/// body. The next call, which gets a valid answer, must not be affected.
///
/// # Panics
/// If one of these properties does not hold.
pub fn answer(data: &[u8]) {
    let mut input = Input::new(data);
    let operation = *input.pick(&[Operation::Parameter, Operation::Parameters, Operation::Secret, Operation::Object]);
    let hostile = hostile(&mut input, operation);
    let dir = tempfile::tempdir().expect("a folder");
    let service = Service::new(hostile.clone(), good(operation));
    let cache = Cache::builder().sdk_config(&service.config()).dir(dir.path()).build();

    let request = operation.request();
    match get(&cache, &request, MaxAge::ZERO) {
        Ok(value) => check_value(operation, &value, &hostile),
        Err(error) => check_error(&error, &hostile),
    }
    match get(&cache, &request, MaxAge::ZERO) {
        Ok(value) => check_value(operation, &value, &good(operation)),
        Err(error) => panic!("the first answer did lasting harm: {error}"),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Parameter,
    Parameters,
    Secret,
    Object,
}

impl Operation {
    fn request(self) -> Request {
        match self {
            Self::Parameter => Parameters::new("/app/var").map(Request::Parameters),
            Self::Parameters => {
                Parameters::new(Names::Several(vec!["/app/var".into(), "/app/list".into()])).map(Request::Parameters)
            }
            Self::Secret => Secret::new("prod/db", Version::default()).map(Request::Secret),
            Self::Object => Object::new(
                "s3://bucket/model.bin",
                ObjectOptions { check_before_download: true, ..ObjectOptions::default() },
            )
            .map(Request::Object),
        }
        .expect("a name")
    }
}

/// Returns an answer that is valid, nearly valid or arbitrary.
fn hostile(input: &mut Input<'_>, operation: Operation) -> Answer {
    const STATUSES: [u16; 14] = [200, 200, 200, 204, 206, 301, 304, 307, 400, 403, 404, 429, 500, 503];
    let mut answer = good(operation);
    answer.status = match input.below(8) {
        0 => 100 + u16::from(input.byte()) * 3,
        _ => *input.pick(&STATUSES),
    };
    for _ in 0..input.below(4) {
        let (name, value) = *input.pick(&HEADERS);
        let value = input.mutated(value.as_bytes(), &TOKENS);
        answer.headers.push((name, value));
    }
    let body = match input.below(4) {
        0 => input.pick(&BODIES).as_bytes().to_vec(),
        _ => answer.body,
    };
    answer.body = match input.below(5) {
        0 => input.rest().to_vec(),
        _ => input.mutated(&body, &TOKENS),
    };
    answer
}

/// Checks that a file has the whole content of one of the answers. (The valid answer may have been sent to a second
/// attempt.)
fn check_value(operation: Operation, value: &Value, answer: &Answer) {
    if operation == Operation::Object {
        let content = fs::read(path(value)).expect("the returned file");
        assert!(
            content == answer.body || content == good(operation).body,
            "a file with other content than the answers"
        );
    }
    assert!(!format!("{value:?}").contains(CANARY), "a value shows itself");
}

/// Checks that an error does not show the body. For an error answer it shows AWS's code and message, which are meant
/// for that.
fn check_error(error: &Error, answer: &Answer) {
    let body = String::from_utf8_lossy(&answer.body).to_lowercase();
    let is_refusal = ["message", "code", "type"].iter().any(|field| body.contains(field));
    let shown = format!("{error} {error:?} {error:#?} {:?}", error.aws_failure());
    assert!(is_refusal || !CANARIES.iter().any(|canary| shown.contains(canary)), "{shown}");
}
