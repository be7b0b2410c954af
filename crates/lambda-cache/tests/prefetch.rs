//! Entries that are fetched before they are needed.
#![cfg(all(feature = "ssm", feature = "secrets-manager", feature = "s3"))]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use lambda_cache::{Error, ErrorKind, custom, ssm, testing};
use tokio::sync::Notify;

#[ssm::cache(parameter = "/app/var")]
async fn handler(var: String) -> Result<String, Error> {
    Ok(var)
}

#[tokio::test]
async fn the_first_call_finds_the_prefetched_entry() {
    let fake = testing::values();
    fake.ssm("/app/var", "x");
    ssm::prefetch("/app/var");
    tokio::task::yield_now().await;
    fake.ssm("/app/var", "y");
    assert_eq!(handler().await.unwrap(), "x");
    assert_eq!(fake.count("/app/var"), 1);
}

#[tokio::test]
async fn the_first_call_joins_the_prefetch_in_progress() {
    let fake = testing::values();
    let (begun, go) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let fetch = {
        let (begun, go) = (Arc::clone(&begun), Arc::clone(&go));
        move || {
            let (begun, go) = (Arc::clone(&begun), Arc::clone(&go));
            async move {
                begun.fetch_add(1, Ordering::Relaxed);
                go.notified().await;
                Ok::<_, std::io::Error>(7)
            }
        }
    };
    custom::prefetch("slow", fetch.clone());
    tokio::task::yield_now().await;
    let asking = tokio::spawn(async move { custom::get_entry("slow", fetch).await });
    tokio::task::yield_now().await;
    assert_eq!((begun.load(Ordering::Relaxed), asking.is_finished()), (1, false));
    go.notify_one();
    assert_eq!(asking.await.unwrap().unwrap(), 7);
    assert_eq!(fake.count("slow"), 1);
}

#[tokio::test]
async fn a_failed_prefetch_is_fetched_again() {
    let fake = testing::values();
    fake.fail("/app/var", Error::new(ErrorKind::AccessDenied, "not yet"));
    ssm::prefetch("/app/var");
    ssm::prefetch(""); // an invalid name is only logged
    tokio::task::yield_now().await;
    fake.ssm("/app/var", "x");
    assert_eq!(handler().await.unwrap(), "x");
    assert_eq!(fake.count("/app/var"), 2);
    fake.advance(Duration::from_mins(1));
    assert_eq!(handler().await.unwrap(), "x");
}
