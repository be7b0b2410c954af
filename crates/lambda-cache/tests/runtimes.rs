//! Without a Tokio runtime, or in one without timers or I/O, AWS is not called, and an error describes the solution.
//! Calls that need no AWS work on any executor.
#![cfg(all(feature = "ssm", feature = "secrets-manager", feature = "s3"))]

mod aws_stand_in;

use std::{future::Future, path::PathBuf};

use aws_stand_in::StandIn;
use lambda_cache::{Cache, Error, ErrorKind, Secret, ssm, testing};

/// Runs a future in each environment that is not a complete Tokio runtime.
fn block_on_each<F: Future>(make: impl Fn() -> F) -> Vec<(&'static str, F::Output)> {
    let tokio = |build: fn(&mut tokio::runtime::Builder) -> &mut tokio::runtime::Builder| {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        build(&mut builder).build().unwrap().block_on(make())
    };
    vec![
        ("futures", futures_executor::block_on(make())),
        ("futures' pool of one thread", futures_executor::LocalPool::new().run_until(make())),
        ("tokio with neither", tokio(|builder| builder)),
        ("tokio without I/O", tokio(|builder| builder.enable_time())),
        ("tokio without timers", tokio(|builder| builder.enable_io())),
    ]
}

#[track_caller]
fn assert_refused<T: std::fmt::Debug>(outcomes: Vec<(&str, Result<T, Error>)>) {
    for (executor, outcome) in outcomes {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{executor}: {error}");
        assert!(error.to_string().contains("Tokio"), "{executor}: {error}");
    }
}

#[test]
fn fetch_without_a_whole_tokio_runtime_is_a_configuration_error() {
    let aws = StandIn::start();
    // Each call has a separate cache, because a connection that was opened in another runtime cannot be used in this
    // one.
    let parameter = async || aws.cache().ssm().get_entry::<String, _>("/app/var").await;
    let secret = async || aws.cache().secrets_manager().get_entry::<Secret<String>, _>("login").await;
    let object = async || aws.cache().s3().get_entry::<PathBuf>("s3://bucket/key").await;
    assert_refused(block_on_each(parameter));
    assert_refused(block_on_each(secret));
    assert_refused(block_on_each(object));
}

#[test]
fn attribute_without_a_tokio_runtime_is_a_configuration_error() {
    #[ssm::cache(parameter = "/app/var", cache = cache)]
    async fn handler(cache: &Cache, var: String) -> Result<String, Error> {
        Ok(var)
    }
    let aws = StandIn::start();
    let outcomes = block_on_each(async || {
        let cache = aws.cache();
        handler(&cache).await
    });
    assert_refused(outcomes);
}

#[test]
fn prefetch_without_a_tokio_runtime_does_nothing() {
    let aws = StandIn::start();
    let cache = aws.cache();
    cache.ssm().get_entry::<String, _>("/app/var").prefetch();
    futures_executor::block_on(async { cache.ssm().get_entry::<String, _>("/app/var").prefetch() });
    assert_eq!(aws.requests(), 0);
}

#[test]
fn entered_tokio_runtime_is_enough_on_another_executor() {
    let aws = StandIn::start();
    let cache = aws.cache();
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let _entered = tokio.enter();
    let call = async { cache.ssm().get_entry::<String, _>("/app/var").await };
    assert_eq!(futures_executor::block_on(call).unwrap(), "x");
}

#[test]
fn custom_entries_and_test_values_need_no_tokio() {
    let cache = Cache::builder().build();
    let custom = async || cache.custom().get_entry("seven", async || Ok::<_, Error>(7)).refresh().await;
    for (executor, outcome) in block_on_each(custom) {
        assert_eq!(outcome.unwrap(), 7, "{executor}");
    }
    let fake = testing::values();
    fake.ssm("/app/var", "x");
    fake.s3("s3://bucket/key", "object");
    let supplied = async || {
        let text: String = ssm::get_entry("/app/var").refresh().await?;
        let path: PathBuf = lambda_cache::s3::get_entry("s3://bucket/key").refresh().await?;
        Ok::<_, Error>((text, std::fs::read_to_string(path).unwrap()))
    };
    for (executor, outcome) in block_on_each(supplied) {
        assert_eq!(outcome.unwrap(), ("x".to_owned(), "object".to_owned()), "{executor}");
    }
}
