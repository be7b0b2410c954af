//! Settings, files and answers that make the AWS SDK panic. Each must result in a value, or in an error with a
//! reason.
//!
//! Each case needs a separate environment, so it runs as a child: this program again, with `child` as its only test.
#![cfg(all(feature = "ssm", feature = "secrets-manager", feature = "s3"))]
#![allow(clippy::print_stdout, reason = "the output of a child, and of a failed test")]

mod aws_stand_in;

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::Path,
    process::{Command, Output},
    thread,
};

use aws_stand_in::StandIn;
use lambda_cache::ssm;

const CANARY: &str = "c4n4ry-0f-the-secret";

/// Reads a parameter with the settings of the environment, and prints the result.
#[test]
#[ignore = "run by the other test, in another environment"]
fn child() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let got = runtime.block_on(async {
        let config = lambda_cache::sdk_config().await.map(drop);
        let first = ssm::get_entry::<String, _>("/app/var").await;
        config.and(first)
    });
    match got {
        Ok(value) => println!("\ncame: {value}"),
        Err(error) => println!("\ncame: {:?}: {error}", error.kind()),
    }
}

/// The settings of a case, in addition to keys, a Region and the server's address. An empty Region or key is left
/// unset.
struct Case {
    name: &'static str,
    variables: Vec<(&'static str, String)>,
    config_file: String,
}

fn case(name: &'static str, variables: &[(&'static str, &str)]) -> Case {
    let variables = variables.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Case { name, variables, config_file: String::new() }
}

fn profile(name: &'static str, variables: &[(&'static str, &str)], lines: &str) -> Case {
    Case { config_file: format!("[default]\n{lines}\n"), ..case(name, variables) }
}

const NO_KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", "")];

fn cases(metadata: &str) -> Vec<Case> {
    let without_keys = |others: &[(&'static str, &'static str)]| [&NO_KEYS[..], others].concat();
    let role = "role_arn = arn:aws:iam::123456789012:role/r\nsource_profile = keys\n[profile keys]\n\
                aws_access_key_id = testing\naws_secret_access_key = testing";
    let sso = "sso_account_id = 123456789012\nsso_role_name = r\nsso_region = eu-west-1\n\
               sso_start_url = https://example.com/start";
    let metadata = metadata.to_owned();
    let mut endless_ttl = case("a metadata token that never ends", &NO_KEYS);
    endless_ttl
        .variables
        .extend([("AWS_EC2_METADATA_DISABLED", "false".to_owned()), ("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata)]);
    vec![
        case("retry mode legacy", &[("AWS_RETRY_MODE", "legacy")]),
        case("retry mode empty", &[("AWS_RETRY_MODE", "")]),
        case("retry mode unknown", &[("AWS_RETRY_MODE", "often")]),
        case("attempts empty", &[("AWS_MAX_ATTEMPTS", "")]),
        case("attempts zero", &[("AWS_MAX_ATTEMPTS", "0")]),
        case("attempts in words", &[("AWS_MAX_ATTEMPTS", "abc")]),
        case("attempts padded", &[("AWS_MAX_ATTEMPTS", " 3 ")]),
        profile("profile's retry mode legacy", &[], "retry_mode = legacy"),
        profile("profile's attempts zero", &[], "max_attempts = 0"),
        case("key with a carriage return", &[("AWS_ACCESS_KEY_ID", "testing\r")]),
        case("key that is not ASCII", &[("AWS_ACCESS_KEY_ID", "schlüssel")]),
        case("token with a line feed", &[("AWS_SESSION_TOKEN", "c4n4ry-0f-the-secret\n")]),
        case("Region that is not ASCII", &[("AWS_REGION", "eu-wést-1")]),
        case("Region with a line feed", &[("AWS_REGION", "eu-west-1\n")]),
        profile("STS endpoint empty", &without_keys(&[("AWS_ENDPOINT_URL_STS", "")]), role),
        profile("STS endpoint unreadable", &without_keys(&[("AWS_ENDPOINT_URL_STS", "::")]), role),
        profile("SSO endpoint empty", &without_keys(&[("AWS_ENDPOINT_URL_SSO", "")]), sso),
        profile("SSO endpoint unreadable", &without_keys(&[("AWS_ENDPOINT_URL_SSO", "no url")]), sso),
        case(
            "relative container URI absolute",
            &without_keys(&[("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "http://h/p")]),
        ),
        case("relative container URI bare", &without_keys(&[("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "host:80")])),
        case("container URI without a scheme", &without_keys(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "localhost:1")])),
        case("container URI a path", &without_keys(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "/credentials")])),
        case("app id that is not ASCII", &[("AWS_SDK_UA_APP_ID", "ünter\n")]),
        case("execution environment not ASCII", &[("AWS_EXECUTION_ENV", "AWS_Lambda_é")]),
        case("execution environment with a line feed", &[("AWS_EXECUTION_ENV", "AWS_Lambda\n")]),
        case("trace id with a line feed", &[("AWS_LAMBDA_FUNCTION_NAME", "f"), ("_X_AMZN_TRACE_ID", "a\nb é")]),
        case("endpoint mode unknown", &without_keys(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv5")])),
        endless_ttl,
    ]
}

fn run(case: &Case, aws: &StandIn, home: &Path) -> Output {
    let config_file = home.join(case.name.replace(' ', "-"));
    fs::write(&config_file, &case.config_file).unwrap();
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "child", "--ignored", "--nocapture", "--test-threads=1"]).env_clear();
    let usual = [
        ("AWS_ACCESS_KEY_ID", "testing".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "testing".to_owned()),
        ("AWS_REGION", "eu-west-1".to_owned()),
        ("AWS_ENDPOINT_URL", aws.server.http_url()),
        ("AWS_CONFIG_FILE", config_file.display().to_string()),
        ("AWS_SHARED_CREDENTIALS_FILE", home.join("none").display().to_string()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ("HOME", home.display().to_string()),
    ];
    child.envs(usual);
    for (name, value) in &case.variables {
        if NO_KEYS.contains(&(name, value)) {
            child.env_remove(name)
        } else {
            child.env(name, value)
        };
    }
    child.output().unwrap()
}

/// Starts an instance metadata service whose token has an extremely long lifetime.
fn metadata_service() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            let ttl = u64::MAX;
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nx-aws-ec2-metadata-token-ttl-seconds: {ttl}\r\ncontent-length: 5\r\n\
                 connection: close\r\n\r\ntoken"
            );
        }
    });
    url
}

#[test]
fn settings_with_sdk_panics_give_a_value_or_an_error() {
    let aws = StandIn::start();
    let home = tempfile::tempdir().unwrap();
    let mut unchecked = Vec::new();
    for case in cases(&metadata_service()) {
        let output = run(&case, &aws, home.path());
        let (out, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let came = out.lines().find_map(|line| line.strip_prefix("came: "));
        let came = came.unwrap_or_else(|| panic!("{}: nothing came: {out}{log}", case.name));
        assert!(!came.contains(CANARY), "{}: {came}", case.name);
        println!("{}: {came}", case.name);
        let is_panic = came.starts_with("Internal") || log.contains("panicked at");
        if is_panic {
            unchecked.push(format!("{}: {came}: {log}", case.name));
        }
    }
    assert!(unchecked.is_empty(), "a panic because of an unchecked setting: {unchecked:#?}");
}
