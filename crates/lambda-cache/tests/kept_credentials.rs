//! Credentials are kept until AWS refuses them. A caller that keeps its future without polling it while it fetches
//! them does not block the calls for other keys.
//!
//! The settings belong to a process, so each of their cases is a child: this program again, with `child` as its only
//! test.
#![cfg(all(feature = "ssm", feature = "secrets-manager", feature = "s3"))]
#![allow(clippy::print_stdout, reason = "the output of a child, and of a failed test")]

mod aws_stand_in;

use std::{
    env, fs,
    future::IntoFuture,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    pin::pin,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use aws_config::timeout::TimeoutConfig;
use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, future::ProvideCredentials as Providing},
};
use aws_stand_in::StandIn;
use fault_server::{Fault, Times};
use futures_util::future::{join_all, poll_immediate};
use lambda_cache::{Cache, ErrorKind, ssm};
use tokio::{
    runtime::{Builder, Runtime},
    time::timeout,
};

const KEYS: &str = r#"{"Version": 1, "AccessKeyId": "testing", "SecretAccessKey": "testing", "Token": "t",
    "SessionToken": "t", "Expiration": "2099-01-01T00:00:00Z"}"#;
/// The time in which a kept call begins to fetch credentials.
const BEGINNING: Duration = Duration::from_millis(300);
/// The maximum wait on a busy machine. A stuck caller is usually detected in about two seconds.
const BOUND: Duration = Duration::from_secs(15);

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// A provider whose first answer never comes.
#[derive(Debug, Default)]
struct Hanging(AtomicUsize);

impl ProvideCredentials for &'static Hanging {
    fn provide_credentials<'a>(&'a self) -> Providing<'a>
    where
        Self: 'a,
    {
        if self.0.fetch_add(1, Ordering::SeqCst) == 0 {
            return Providing::new(std::future::pending());
        }
        Providing::ready(Ok(Credentials::new("testing", "testing", None, None, "test")))
    }
}

#[tokio::test]
async fn given_provider_is_asked_again_and_then_no_more() {
    let aws = StandIn::start();
    let provider: &'static Hanging = Box::leak(Box::default());
    let cache = aws.cache_with(provider);
    let mut kept = cache.ssm().get_entry::<String, _>("/app/var").into_future();
    assert!(poll_immediate(&mut kept).await.is_none());
    assert_eq!(provider.0.load(Ordering::SeqCst), 1);
    let others = join_all((0..3).map(|_| cache.ssm().get_entry::<String, _>("/app/other").refresh().into_future()));
    let others = timeout(BOUND, others).await.expect("the other calls end");
    assert!(others.into_iter().all(|value| value.unwrap() == "y"));
    let secret = cache.secrets_manager().get_entry::<lambda_cache::Secret<String>, _>("login").await.unwrap();
    assert_eq!((secret.expose().as_str(), provider.0.load(Ordering::SeqCst)), ("z", 2));
}

#[tokio::test]
async fn time_out_shorter_than_the_patience_blocks_only_one_call() {
    let aws = StandIn::start();
    let provider: &'static Hanging = Box::leak(Box::default());
    let limit = TimeoutConfig::builder().operation_timeout(Duration::from_millis(500)).build();
    let config = aws.config(provider).into_builder().timeout_config(limit).build();
    let cache = Cache::builder().sdk_config(&config).dir(aws.dir.path()).build();
    let mut kept = cache.ssm().get_entry::<String, _>("/app/var").into_future();
    assert!(poll_immediate(&mut kept).await.is_none());
    let get = || cache.ssm().get_entry::<String, _>("/app/other");
    let error = get().await.unwrap_err();
    assert!(error.is_transient() && error.to_string().contains("no credentials in time"), "{error}");
    assert_eq!(get().await.unwrap(), "y");
}

/// A provider whose credentials differ each time.
#[derive(Debug, Default)]
struct Rotating(AtomicUsize);

impl ProvideCredentials for &'static Rotating {
    fn provide_credentials<'a>(&'a self) -> Providing<'a>
    where
        Self: 'a,
    {
        let token = format!("token-{}", self.0.fetch_add(1, Ordering::SeqCst));
        Providing::ready(Ok(Credentials::new("testing", "testing", Some(token), None, "test")))
    }
}

#[tokio::test]
async fn given_provider_is_asked_again_after_a_refusal_once() {
    let aws = StandIn::start();
    let provider: &'static Rotating = Box::leak(Box::default());
    let cache = aws.cache_with(provider);
    let get = || cache.ssm().get_entry::<String, _>("/app/var").refresh();
    aws.server.fault("/app/var", Fault::ExpiredCredentials, Times::Times(1));
    assert_eq!((get().await.unwrap(), get().await.unwrap()), ("x".to_owned(), "x".to_owned()));
    assert_eq!((provider.0.load(Ordering::SeqCst), aws.requests()), (2, 3));
    aws.server.fault("/app/var", Fault::ExpiredCredentials, Times::Times(9));
    assert_eq!(get().await.unwrap_err().kind(), ErrorKind::Rejected);
    assert_eq!((provider.0.load(Ordering::SeqCst), aws.requests()), (3, 5));
}

/// Keeps a call that fetches credentials in a runtime that is not driven any more, and makes another in a second one.
#[test]
#[ignore = "run by the other tests, in another environment"]
fn child() {
    let (first, second) = (runtime(), runtime());
    let mut kept = pin!(ssm::get_entry::<String, _>("/app/var").into_future());
    let began = first.block_on(async { timeout(BEGINNING, &mut kept).await });
    assert!(began.is_err(), "the first credentials never come");
    let other =
        second.block_on(async { timeout(BOUND, ssm::get_entry::<String, _>("/app/other").into_future()).await });
    println!("\ncame: {:?}", other.map(|value| value.map_err(|error| error.to_string())));
}

/// Runs the child with a source of credentials. Returns its other call's outcome.
fn outcome(variables: &[(&str, String)]) -> String {
    let aws = StandIn::start();
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "child", "--ignored", "--nocapture", "--test-threads=1"]).env_clear();
    child.env("AWS_REGION", "eu-west-1").env("AWS_ENDPOINT_URL", aws.server.http_url());
    child.env("HOME", aws.dir.path()).env("PATH", env::var_os("PATH").unwrap_or_default());
    let output = child.envs(variables.iter().map(|(name, value)| (name, value))).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let came = text.lines().find_map(|line| line.strip_prefix("came: ")).map(str::to_owned);
    came.unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn container_is_asked_in_the_runtime_that_is_driven() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/keys", listener.local_addr().unwrap());
    thread::spawn(move || {
        let mut hanging = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            if hanging.is_empty() {
                hanging.push(stream);
            } else {
                write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{KEYS}", KEYS.len()).unwrap();
            }
        }
    });
    assert_eq!(outcome(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", url)]), r#"Ok(Ok("y"))"#);
}

#[test]
fn process_is_started_in_the_runtime_that_is_driven() {
    let home = tempfile::tempdir().unwrap();
    let [script, config, keys] = ["script", "config", "keys"].map(|name| home.path().join(name));
    fs::write(&keys, KEYS).unwrap();
    let (mark, keys) = (home.path().join("mark"), keys.display().to_string());
    let text = format!("#!/bin/sh\nif mkdir {}; then exec sleep 60; fi\ncat {keys}\n", mark.display());
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o700)).unwrap();
    fs::write(&config, format!("[default]\ncredential_process = {}\n", script.display())).unwrap();
    assert_eq!(outcome(&[("AWS_CONFIG_FILE", config.display().to_string())]), r#"Ok(Ok("y"))"#);
}
