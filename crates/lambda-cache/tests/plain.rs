//! The functions without attributes: calls for entries, the shared cache, and separate caches.
#![cfg(all(feature = "ssm", feature = "secrets-manager", feature = "s3"))]

use std::{collections::HashMap, path::PathBuf, sync::Arc, time::Duration};

use lambda_cache::{
    Cache, Error, ErrorKind, Secret, s3, secrets_manager, ssm,
    testing::{self, Values},
};

fn fake() -> Values {
    let fake = testing::values();
    fake.ssm("/app/var", "x");
    fake.ssm("/app/other", "o");
    fake.secrets_manager("/db", "pa55");
    fake.s3("s3://bucket/a.txt", "content");
    fake
}

async fn var() -> String {
    ssm::get_entry("/app/var").await.unwrap()
}

#[tokio::test]
async fn an_entry_is_fetched_again_when_it_is_too_old() {
    let fake = fake();
    assert_eq!((var().await, var().await), ("x".to_owned(), "x".to_owned()));
    assert_eq!(fake.calls().len(), 1);
    fake.ssm("/app/var", "y");
    fake.advance(Duration::from_secs(30));
    let get = || ssm::get_entry::<String, _>("/app/var");
    assert_eq!(get().max_age(Duration::MAX).await.unwrap(), "x");
    assert_eq!(get().max_age(Duration::from_secs(31)).await.unwrap(), "x");
    assert_eq!(get().max_age(Duration::from_secs(30)).await.unwrap(), "y");
    assert_eq!(get().max_age(Duration::ZERO).await.unwrap(), "y");
    assert_eq!(fake.calls().len(), 3);
}

#[tokio::test]
async fn a_refresh_is_seen_by_all_callers() {
    let fake = fake();
    var().await;
    fake.ssm("/app/var", "y");
    assert_eq!(ssm::get_entry::<String, _>("/app/var").refresh().await.unwrap(), "y");
    assert_eq!(var().await, "y");
    assert_eq!(fake.calls().len(), 2);
}

#[tokio::test]
async fn only_invalidated_entries_are_fetched_again() {
    let fake = fake();
    let all = async || {
        let _: String = ssm::get_entry("/app/var").await.unwrap();
        let _: HashMap<String, String> = ssm::get_entry(["/app/var", "/app/other"]).await.unwrap();
        let _: Secret<String> = secrets_manager::get_entry("/db").await.unwrap();
        let _: PathBuf = s3::get_entry("s3://bucket/a.txt").await.unwrap();
        fake.calls().len()
    };
    assert_eq!((all().await, all().await), (4, 4));
    ssm::invalidate("/app/var").unwrap();
    assert_eq!(fake.calls().len(), 4, "an invalidation makes no call");
    assert_eq!(all().await, 5);
    ssm::invalidate(["/app/var", "/app/other"]).unwrap();
    assert_eq!(all().await, 6);
    secrets_manager::invalidate("/db").unwrap();
    assert_eq!(all().await, 7);
    s3::invalidate("s3://bucket/a.txt").unwrap();
    assert_eq!(all().await, 8);
    lambda_cache::clear();
    assert_eq!((all().await, all().await), (12, 12));
}

#[tokio::test]
async fn invalid_names_are_rejected_before_any_call() {
    let fake = fake();
    let kind = |outcome: Result<String, Error>| outcome.unwrap_err().kind();
    assert_eq!(kind(ssm::get_entry("").await), ErrorKind::InvalidArgument);
    let list = ssm::get_entry::<HashMap<String, String>, _>(["/a/x", "/b/x"]).await.unwrap_err();
    assert_eq!(list.kind(), ErrorKind::InvalidArgument);
    assert!(list.to_string().contains("/a/x") && list.to_string().contains("/b/x"), "{list}");
    let empty: [&str; 0] = [];
    assert!(ssm::get_entry::<HashMap<String, String>, _>(empty).await.is_err());
    let secret = secrets_manager::get_entry::<Secret<String>, _>("").await.unwrap_err();
    assert_eq!(secret.kind(), ErrorKind::InvalidArgument);
    for uri in ["s3://bucket", "s3:", "/tmp/x"] {
        assert_eq!(s3::get_entry::<PathBuf>(uri).await.unwrap_err().kind(), ErrorKind::InvalidS3Uri);
        assert_eq!(s3::invalidate(uri).unwrap_err().kind(), ErrorKind::InvalidS3Uri);
    }
    let folder = s3::get_entry::<PathBuf>("s3://bucket/a.txt").entry_name("../a").await.unwrap_err();
    assert_eq!(folder.kind(), ErrorKind::InvalidArgument);
    assert!(ssm::invalidate("").is_err() && secrets_manager::invalidate("").is_err());
    assert!(fake.calls().is_empty());
}

#[tokio::test]
async fn calls_for_one_cold_entry_share_one_fetch() {
    let fake = fake();
    let calls = (0..32).map(|_| async { ssm::get_entry::<String, _>("/app/var").await });
    for outcome in futures_util::future::join_all(calls).await {
        assert_eq!(outcome.unwrap(), "x");
    }
    assert_eq!(fake.calls().len(), 1);
}

struct Handler {
    cache: Cache,
}

impl Handler {
    #[ssm::cache(parameter = "/app/var", cache = &self.cache)]
    #[ssm::cache(parameter = "/app/other")]
    async fn handle(&self, var: String, other: String) -> Result<String, Error> {
        Ok(var + &other)
    }
}

struct Shared {
    cache: Arc<Cache>,
}

impl Shared {
    #[ssm::cache(parameter = "/app/var", cache = &self.cache)]
    async fn handle(&self, var: String) -> Result<String, Error> {
        Ok(var)
    }
}

#[tokio::test]
async fn a_handler_uses_the_cache_of_its_attribute() {
    let first = fake();
    let cache = first.cache().clone();
    let second = fake();
    second.ssm("/app/var", "y");
    let (theirs, ours) = (Handler { cache }, Handler { cache: second.cache().clone() });
    for _ in 0..2 {
        assert_eq!(theirs.handle().await.unwrap(), "xo");
        assert_eq!(ours.handle().await.unwrap(), "yo");
    }
    assert_eq!((first.calls().len(), second.calls().len()), (2, 2), "one call site, two caches");
    assert_eq!(Shared { cache: Arc::new(first.cache().clone()) }.handle().await.unwrap(), "x");
    let direct: String = first.cache().ssm().get_entry("/app/var").await.unwrap();
    assert_eq!(direct, "x");
    first.cache().ssm().invalidate("/app/var").unwrap();
    first.cache().clear();
    assert_eq!(theirs.handle().await.unwrap(), "xo");
    assert_eq!((first.calls().len(), second.calls().len()), (4, 2));
    let secret: Secret<String> = first.cache().secrets_manager().get_entry("/db").await.unwrap();
    first.cache().secrets_manager().invalidate("/db").unwrap();
    assert_eq!(secret.expose(), "pa55");
    let path: PathBuf = first.cache().s3().get_entry("s3://bucket/a.txt").await.unwrap();
    first.cache().s3().invalidate("s3://bucket/a.txt").unwrap();
    assert!(path.is_file());
}

#[test]
fn test_values_belong_to_their_thread() {
    let get = || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async { ssm::get_entry::<String, _>("/app/var").await })
    };
    std::thread::scope(|scope| {
        for text in ["x", "y", "z"] {
            scope.spawn(move || {
                let fake = testing::values();
                fake.ssm("/app/var", text);
                for _ in 0..100 {
                    assert_eq!(get().unwrap(), text);
                }
                assert_eq!(fake.calls().len(), 1);
            });
        }
    });
}

#[test]
fn values_nest_and_end_in_any_order() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let outer = fake();
    let inner = testing::values();
    inner.ssm("/app/var", "inner");
    assert_eq!(runtime.block_on(var()), "inner");
    drop(outer);
    assert_eq!(runtime.block_on(var()), "inner");
}

#[test]
fn public_types_are_send_and_sync() {
    fn everywhere<T: Send + Sync + 'static>() {}
    fn sends<T: Send>(_: T) {}
    everywhere::<Error>();
    everywhere::<Cache>();
    everywhere::<Secret<String>>();
    sends(std::future::IntoFuture::into_future(ssm::get_entry::<String, _>("/x")));
    let error: Box<dyn std::error::Error + Send + Sync> = Error::new(ErrorKind::NotFound, "none").into();
    assert_eq!(error.to_string(), "none");
    let clone = error.downcast::<Error>().unwrap().clone();
    assert!(clone.is_not_found() && !clone.is_transient() && !clone.is_access_denied());
}

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn an_entry_does_not_outlive_the_next_rotation() {
    #[secrets_manager::cache(name = "/db", max_age_in_seconds = DAY, rotation_aware = true)]
    async fn handler(db: Secret<String>) -> Result<String, Error> {
        Ok(db.into_exposed())
    }
    let fake = fake();
    let get = || secrets_manager::get_entry::<Secret<String>, _>("/db").max_age(DAY).rotation_aware();
    fake.rotation_in("/db", HOUR);
    assert_eq!(handler().await.unwrap(), "pa55");
    fake.secrets_manager("/db", "new");
    fake.advance(HOUR.saturating_sub(SECOND));
    assert_eq!((handler().await.unwrap(), get().await.unwrap().expose().as_str()), ("pa55".to_owned(), "pa55"));
    fake.advance(SECOND);
    assert_eq!((handler().await.unwrap(), get().await.unwrap().expose().as_str()), ("new".to_owned(), "new"));
    assert_eq!(fake.calls(), ["DescribeSecret /db", "GetSecretValue /db"].repeat(2));
    secrets_manager::invalidate("/db").unwrap();
    handler().await.unwrap();
    assert_eq!(fake.calls().len(), 6, "invalidating a secret removes the rotation-aware entry too");
}

#[tokio::test]
async fn an_entry_without_rotation_is_separate_and_reads_no_date() {
    let fake = fake();
    fake.rotation_in("/db", HOUR);
    let get = || secrets_manager::get_entry::<Secret<String>, _>("/db").max_age(DAY);
    get().await.unwrap();
    assert_eq!(fake.calls(), ["GetSecretValue /db"]);
    get().rotation_aware().await.unwrap();
    fake.advance(HOUR);
    get().await.unwrap();
    assert_eq!(fake.calls().len(), 3);
}
