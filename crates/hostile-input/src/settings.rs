mod files;
mod server;

use std::{collections::HashMap, fs, path::Path, sync::Arc, time::Duration};

use lambda_cache::{
    __binding::{
        aws::{Aws, Order},
        engine::{MaxAge, Policy},
        source::{Request, ssm::Parameters},
    },
    Cache, Error, ErrorKind,
};

use self::{
    files::{CONFIGS, CREDENTIALS, KEYS, LINES, TOKEN_FILE, VALUES, VARIABLES},
    server::{ANSWERS, Answer, Kind, TOKENS},
};
use crate::input::Input;

/// The parts of the secrets in variables, files and answers.
const CANARY: &str = "c4n4ry";
/// A timeout that is longer than any outcome takes on any machine.
const FOREVER: Duration = Duration::from_mins(1);

/// Checks the settings in any variables and profile files, with any answers of STS, SSO, the metadata service and a
/// container's endpoint. The call must end with the value, or with an error that shows no secret.
///
/// No request leaves the machine: the process must have a proxy in `HTTP_PROXY` and `HTTPS_PROXY` whose address is
/// free, and a server of this function listens there.
///
/// # Panics
/// If one of these properties does not hold.
pub fn settings(data: &[u8]) {
    let mut input = Input::new(data);
    let home = tempfile::tempdir().expect("a folder");
    let is_secret_safe = write_files(&mut input, home.path());
    let variables = variables(&mut input, home.path());
    let answers: HashMap<Kind, Answer> =
        ANSWERS.iter().map(|(kind, good)| (*kind, hostile(&mut input, good))).collect();
    let order = if input.flag() { Order::Boto3 } else { Order::Sdk };

    server::answer_with(answers.clone());
    let aws = Aws::with_variables(variables.clone(), order);
    let cache = Cache::builder().api(Arc::new(aws)).dir(home.path()).build();
    let request = Parameters::new("/app/var").map(Request::Parameters).expect("a name");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let call = async { tokio::time::timeout(FOREVER, cache.get(&request, Policy::fresh(MaxAge::ZERO))).await };
    let outcome = runtime.block_on(call).expect("the call ends");
    if let Err(error) = outcome {
        let tells = answers.values().any(Answer::has_a_message);
        check(&error, is_secret_safe && !tells, &variables);
    }
}

/// Writes the two profile files, and a token file of SSO. Returns `true` if every secret in them is still the value
/// of its key.
fn write_files(input: &mut Input<'_>, home: &Path) -> bool {
    let aws = home.join(".aws");
    fs::create_dir_all(aws.join("sso/cache")).expect("a folder");
    let mut is_secret_safe = true;
    for (name, originals) in [("config", &CONFIGS[..]), ("credentials", &CREDENTIALS[..])] {
        // Most files stay readable, so that most calls reach the sources of credentials.
        let full = originals.last().expect("a file");
        let original = if input.below(4) == 0 { input.pick(originals) } else { full };
        let mut text = original.replace("HOME", &home.display().to_string());
        if input.below(4) == 0 {
            text = rearranged(input, &text);
        }
        let text = if input.below(12) == 0 {
            is_secret_safe = false;
            input.mutated(text.as_bytes(), &LINES)
        } else {
            text.into_bytes()
        };
        fs::write(aws.join(name), text).expect("a file");
    }
    // The files of `sso_session = s` and of the start URL without a session.
    for name in ["a0f1490a20d0211c997b44bc357e1972deab8ae3", "1a456e1a50f672d76dbb7e005eadd369d967380a"] {
        let token = input.mutated(TOKEN_FILE.as_bytes(), &TOKENS);
        fs::write(aws.join(format!("sso/cache/{name}.json")), token).expect("a file");
    }
    fs::write(home.join("token"), "c4n4ry-web-identity").expect("a file");
    is_secret_safe
}

/// Returns the text with up to three lines dropped, doubled, moved, indented or replaced, or with another value.
fn rearranged(input: &mut Input<'_>, text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..input.below(4) {
        if lines.is_empty() {
            break;
        }
        let (at, to) = (input.below(lines.len()), input.below(lines.len()));
        match input.below(6) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(to, lines[at].clone()),
            2 => lines.swap(at, to),
            3 => lines[at].insert_str(0, if input.flag() { "  " } else { "\t" }),
            4 => lines.insert(to, (*input.pick(&LINES)).to_owned()),
            _ => {
                if let Some((key, _)) = lines[at].split_once('=') {
                    lines[at] = format!("{key}= {}", input.pick(&VALUES));
                }
            }
        }
    }
    lines.join(if input.below(4) == 0 { "\r\n" } else { "\n" })
}

fn variables(input: &mut Input<'_>, home: &Path) -> Vec<(String, String)> {
    let home_text = home.display().to_string();
    let mut variables = vec![
        ("HOME".to_owned(), home_text.clone()),
        ("AWS_MAX_ATTEMPTS".to_owned(), "1".to_owned()),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT".to_owned(), "http://metadata.invalid".to_owned()),
    ];
    for service in ["SSM", "STS", "SSO", "SSO_OIDC"] {
        let host = service.to_lowercase().replace('_', "-");
        variables.push((format!("AWS_ENDPOINT_URL_{service}"), format!("http://{host}.invalid")));
    }
    if input.below(4) != 0 {
        variables.push(("AWS_REGION".to_owned(), "eu-west-1".to_owned()));
    }
    for _ in 0..input.below(6) {
        let (name, usual) = *input.pick(&VARIABLES);
        let usual = usual.replace("HOME", &home_text);
        let value = match input.below(4) {
            0 => (*input.pick(&VALUES)).to_owned(),
            // Secrets and endpoints stay what they are, so that no request leaves the machine.
            1 if !usual.contains(CANARY) && !usual.contains("invalid") => {
                String::from_utf8_lossy(&input.mutated(usual.as_bytes(), &VALUES)).replace('\0', "")
            }
            _ => usual,
        };
        variables.push((name.to_owned(), value));
    }
    if input.below(2) == 0 {
        variables.push(("AWS_PROFILE".to_owned(), (*input.pick(&KEYS)).to_owned()));
    }
    variables
}

/// Returns an answer that is valid, nearly valid or arbitrary.
fn hostile(input: &mut Input<'_>, good: &str) -> Answer {
    const STATUSES: [u16; 12] = [200, 200, 200, 200, 201, 204, 301, 400, 403, 404, 500, 503];
    let (_, other) = input.pick(&ANSWERS);
    let body = match input.below(6) {
        0 => input.chunk().to_vec(),
        1 => other.as_bytes().to_vec(),
        _ => input.mutated(good.as_bytes(), &TOKENS),
    };
    Answer { status: *input.pick(&STATUSES), body }
}

fn check(error: &Error, is_secret_safe: bool, variables: &[(String, String)]) {
    let shown = format!("{error} {error:?} {error:#?} {:?}", error.aws_failure());
    assert!(error.kind() != ErrorKind::Internal, "a panic: {shown}");
    assert!(!is_secret_safe || !shown.contains(CANARY), "{shown}\n{variables:?}");
    assert!(error.to_string().len() <= 4_000, "too long: {error}");
    assert!(!error.to_string().contains(char::is_control), "control characters: {shown}");
}
