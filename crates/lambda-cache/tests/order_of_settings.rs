//! The Region and the profile come from where the SDK's own configuration takes them, and for Python from where boto3
//! does.
//!
//! The environment belongs to a process, so each case is a child: this program again, with `child` as its only test.
#![cfg(all(feature = "ssm", feature = "secrets-manager", feature = "s3"))]
#![allow(clippy::print_stdout, reason = "the child's output")]

use std::{env, fs, process::Command, sync::Arc};

use aws_config::BehaviorVersion;
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn},
    orchestrator::HttpRequest,
};
use lambda_cache::{
    __binding::{
        aws::{Aws, Order},
        engine::{MaxAge, Policy},
        source::{Request, ssm::Parameters},
    },
    Cache,
};

const CONFIG: &str = "[default]\nregion = eu-north-1\n[profile one]\nregion = eu-west-1\n[profile two]\nregion = eu-west-2\n\
                      [profile none]\noutput = json\n";

/// Variables of a case, the Region of the SDK's order, and that of boto3's (`tests/configurations` has recorded it).
type Case = (&'static [(&'static str, &'static str)], Option<&'static str>, Option<&'static str>);

const CASES: [Case; 12] = [
    (&[], Some("eu-north-1"), Some("eu-north-1")),
    (&[("AWS_REGION", "us-east-1")], Some("us-east-1"), Some("eu-north-1")),
    (&[("AWS_DEFAULT_REGION", "us-east-2")], Some("us-east-2"), Some("us-east-2")),
    (&[("AWS_REGION", "us-east-1"), ("AWS_DEFAULT_REGION", "us-east-2")], Some("us-east-1"), Some("us-east-2")),
    (&[("AWS_REGION", "us-east-1"), ("AWS_PROFILE", "one")], Some("us-east-1"), Some("eu-west-1")),
    (&[("AWS_DEFAULT_REGION", "us-east-2"), ("AWS_PROFILE", "one")], Some("us-east-2"), Some("us-east-2")),
    (&[("AWS_PROFILE", "one")], Some("eu-west-1"), Some("eu-west-1")),
    (
        &[("AWS_PROFILE", "two"), ("AWS_REGION", "us-east-1"), ("AWS_DEFAULT_REGION", "us-east-2")],
        Some("us-east-1"),
        Some("us-east-2"),
    ),
    (&[("AWS_PROFILE", "none")], None, None),
    (&[("AWS_PROFILE", "none"), ("AWS_REGION", "us-east-1")], Some("us-east-1"), Some("us-east-1")),
    (&[("AWS_PROFILE", "none"), ("AWS_DEFAULT_REGION", "us-east-2")], Some("us-east-2"), Some("us-east-2")),
    (&[("AWS_PROFILE", "one"), ("AWS_DEFAULT_PROFILE", "two")], Some("eu-west-1"), Some("eu-west-2")),
];

/// A connector that reaches nothing: the SDK wants one, and asks no server for the Region here.
#[derive(Debug)]
struct Unreachable;

impl HttpConnector for Unreachable {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(std::future::pending())
    }
}

/// Returns the Region that a call from Python goes to, which its error names.
async fn region_in_python() -> Option<String> {
    let keys = [("AWS_ACCESS_KEY_ID", "testing"), ("AWS_SECRET_ACCESS_KEY", "testing")];
    let others = [keys[0], keys[1], ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"), ("AWS_MAX_ATTEMPTS", "1")];
    let others = others.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let aws = Aws::with_variables(env::vars().chain(others), Order::Boto3);
    let cache = Cache::builder().api(Arc::new(aws)).build();
    let request = Parameters::new("/app/var").map(Request::Parameters).unwrap();
    let error = cache.get(&request, Policy::fresh(MaxAge::ZERO)).await.unwrap_err().to_string();
    error.split_once(" in ")?.1.split_once(" at http")?.0.to_owned().into()
}

/// Prints the Region of the SDK's configuration, of this crate's, and of a call from Python.
#[tokio::test]
#[ignore = "run by the other test, in another environment"]
async fn child() {
    let client = http_client_fn(|_, _| SharedHttpConnector::new(Unreachable));
    let theirs = aws_config::defaults(BehaviorVersion::latest()).http_client(client).load().await;
    let ours = lambda_cache::sdk_config().await.ok();
    let ours = ours.as_ref().and_then(|config| config.region());
    let theirs = theirs.region().map(AsRef::as_ref);
    println!("\nregions: {theirs:?} {:?} {:?}", ours.map(AsRef::as_ref), region_in_python().await.as_deref());
}

#[test]
fn region_is_the_one_of_the_sdk_or_of_boto3() {
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("config");
    fs::write(&config, CONFIG).unwrap();
    for (variables, region, in_python) in CASES {
        let mut child = Command::new(env::current_exe().unwrap());
        child.args(["--exact", "child", "--ignored", "--nocapture", "--test-threads=1"]).env_clear();
        child.env("HOME", home.path()).env("AWS_CONFIG_FILE", &config).env("AWS_EC2_METADATA_DISABLED", "true");
        let output = child.envs(variables.iter().copied()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let regions = text.lines().find_map(|line| line.strip_prefix("regions: "));
        assert_eq!(regions, Some(format!("{region:?} {region:?} {in_python:?}").as_str()), "{variables:?}: {text}");
    }
}
