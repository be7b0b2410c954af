//! Real panics of the AWS SDK, on every path. Each call returns an error, and the next one works.
#![cfg(all(feature = "ssm", feature = "secrets-manager", feature = "s3"))]

mod aws_stand_in;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, future},
};
use aws_stand_in::StandIn;
use lambda_cache::{Cache, Error, ErrorKind, Secret, refresh_on_error, ssm};

const CANARY: &str = "c4n4ry-0f-the-secret";

/// Credentials with a key that cannot be a header, over which the SDK's signer panics, until they are corrected.
#[derive(Clone, Debug)]
struct Unsignable(Arc<AtomicBool>);

impl Unsignable {
    fn new() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }

    fn set(&self, is_unsignable: bool) {
        self.0.store(is_unsignable, Ordering::SeqCst);
    }
}

impl ProvideCredentials for Unsignable {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let key = if self.0.load(Ordering::SeqCst) { format!("{CANARY}\r") } else { "testing".to_owned() };
        future::ProvideCredentials::new(async {
            tokio::task::yield_now().await; // so that others can join the fetch
            Ok(Credentials::new(key, "testing", None, None, "test"))
        })
    }
}

fn rig() -> (StandIn, Unsignable, Cache) {
    let aws = StandIn::start();
    let credentials = Unsignable::new();
    let cache = aws.cache_with(credentials.clone());
    (aws, credentials, cache)
}

#[track_caller]
fn assert_internal(error: &Error, what: &str) {
    assert_eq!(error.kind(), ErrorKind::Internal, "{error}");
    assert!(!error.is_transient());
    let text = error.to_string();
    assert!(text.contains(what) && text.contains("panicked"), "{text}");
    assert!(!format!("{error:?}{text}").contains(CANARY), "{text}");
}

async fn parameter(cache: &Cache) -> Result<String, Error> {
    cache.ssm().get_entry("/app/var").await
}

#[tokio::test]
async fn panic_of_each_source_is_an_error_and_the_next_call_works() {
    let (_aws, credentials, cache) = rig();
    let names = ["/app/var", "/app/other"];
    let list = async || cache.ssm().get_entry::<HashMap<String, String>, _>(names).await;
    let below = async || cache.ssm().get_entry::<HashMap<String, String>, _>(ssm::path("/app")).await;
    let secret = async || cache.secrets_manager().get_entry::<Secret<String>, _>("login").await;
    let object = async || cache.s3().get_entry::<PathBuf>("s3://bucket/key").await;
    for _ in 0..2 {
        credentials.set(true);
        assert_internal(&parameter(&cache).await.unwrap_err(), "/app/var");
        assert_internal(&list().await.unwrap_err(), "/app/other");
        assert_internal(&below().await.unwrap_err(), "/app");
        assert_internal(&secret().await.unwrap_err(), "login");
        assert_internal(&object().await.unwrap_err(), "s3://bucket/key");
        credentials.set(false);
        assert_eq!(parameter(&cache).await.unwrap(), "x");
        assert_eq!(list().await.unwrap().len(), 2);
        assert_eq!(below().await.unwrap().len(), 2);
        assert_eq!(secret().await.unwrap().expose(), "z");
        assert_eq!(std::fs::read_to_string(object().await.unwrap()).unwrap(), "object");
        cache.reset();
    }
}

#[tokio::test]
async fn all_waiters_get_the_error_of_one_panic() {
    let (_aws, credentials, cache) = rig();
    let outcomes = futures_util::future::join_all((0..8).map(|_| parameter(&cache))).await;
    for outcome in &outcomes {
        assert_internal(outcome.as_ref().unwrap_err(), "/app/var");
    }
    assert_eq!(cache.stats()[0].errors, 1);
    credentials.set(false);
    assert_eq!(parameter(&cache).await.unwrap(), "x");
}

#[tokio::test]
async fn panic_below_an_attribute_is_returned_as_an_error() {
    #[ssm::cache(parameter = "/app/var", cache = cache)]
    async fn handler(cache: &Cache, var: String) -> Result<String, Error> {
        Ok(var)
    }
    let (_aws, credentials, cache) = rig();
    assert_internal(&handler(&cache).await.unwrap_err(), "/app/var");
    credentials.set(false);
    assert_eq!(handler(&cache).await.unwrap(), "x");
}

#[tokio::test]
async fn panic_while_refreshing_keeps_the_functions_error() {
    #[refresh_on_error(when = |error: &Error| error.kind() == ErrorKind::Rejected)]
    #[ssm::cache(parameter = "/app/var", cache = cache)]
    async fn handler(cache: &Cache, credentials: &Unsignable, var: String) -> Result<String, Error> {
        let is_first = !credentials.0.swap(true, Ordering::SeqCst);
        cache.reset(); // the SDK keeps credentials
        if is_first { Err(Error::new(ErrorKind::Rejected, format!("{var} is outdated"))) } else { Ok(var) }
    }
    let (_aws, credentials, cache) = rig();
    credentials.set(false);
    assert_eq!(handler(&cache, &credentials).await.unwrap_err().kind(), ErrorKind::Rejected);
    assert_internal(&parameter(&cache).await.unwrap_err(), "/app/var");
    credentials.set(false);
    assert_eq!(parameter(&cache).await.unwrap(), "x");
}

#[tokio::test]
async fn panic_of_a_prefetch_ends_with_it() {
    let (aws, credentials, cache) = rig();
    cache.ssm().prefetch("/app/var");
    while cache.stats().first().is_none_or(|entry| entry.errors == 0) {
        tokio::task::yield_now().await;
    }
    credentials.set(false);
    assert_eq!(parameter(&cache).await.unwrap(), "x");
    assert_eq!(aws.requests(), 1);
}

#[tokio::test]
async fn panicking_custom_fetch_is_an_error_and_can_be_repeated() {
    let cache = Cache::builder().build();
    let is_broken = Arc::new(AtomicBool::new(true));
    let fetch = {
        let is_broken = Arc::clone(&is_broken);
        move || {
            let is_broken = is_broken.load(Ordering::SeqCst);
            async move { if is_broken { panic!("{CANARY} is wrong: {is_broken}") } else { Ok::<_, Error>(7) } }
        }
    };
    assert_internal(&cache.custom().get_entry("rates", fetch.clone()).await.unwrap_err(), "rates");
    is_broken.store(false, Ordering::SeqCst);
    assert_eq!(cache.custom().get_entry("rates", fetch.clone()).await.unwrap(), 7);
    cache.custom().invalidate("rates", fetch);
    assert_eq!(cache.stats()[0].errors, 1);
}

#[tokio::test]
async fn cache_can_be_emptied_after_a_panic() {
    let (_aws, credentials, cache) = rig();
    parameter(&cache).await.unwrap_err();
    cache.clear();
    cache.ssm().invalidate("/app/var").unwrap();
    cache.reset();
    parameter(&cache).await.unwrap_err();
    credentials.set(false);
    cache.reset();
    assert_eq!(parameter(&cache).await.unwrap(), "x");
}

#[cfg(feature = "snapstart")]
#[tokio::test]
async fn snapshot_hooks_work_after_a_panic() {
    use lambda_runtime::SnapStartResource;

    let (_aws, credentials, cache) = rig();
    parameter(&cache).await.unwrap_err();
    cache.before_snapshot().await.unwrap();
    credentials.set(false);
    cache.after_restore().await.unwrap();
    assert_eq!(parameter(&cache).await.unwrap(), "x");
}
