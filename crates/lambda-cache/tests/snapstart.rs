//! A cache is emptied before a snapshot and after it, by the hooks that `lambda_runtime` calls.
#![cfg(all(feature = "snapstart", feature = "ssm"))]

use std::time::Duration;

use lambda_cache::{SnapStart, ssm, testing};
use lambda_runtime::SnapStartResource;

#[tokio::test]
async fn values_are_fetched_again_after_a_snapshot() {
    let fake = testing::values();
    fake.ssm("/app/var", "before");
    let read = || ssm::get_entry::<String, _>("/app/var").max_age(Duration::MAX);
    assert_eq!(read().await.unwrap(), "before");
    fake.ssm("/app/var", "after");
    assert_eq!(read().await.unwrap(), "before");
    SnapStart.before_snapshot().await.unwrap();
    assert_eq!(read().await.unwrap(), "after", "the snapshot holds no entry");
    fake.ssm("/app/var", "later");
    SnapStart.after_restore().await.unwrap();
    assert_eq!(read().await.unwrap(), "later", "an entry fetched by a later hook is removed after the restore");
}

#[tokio::test]
async fn a_separate_cache_is_emptied_too() {
    let fake = testing::values();
    fake.ssm("/app/var", "before");
    let cache = fake.cache();
    let read = || cache.ssm().get_entry::<String, _>("/app/var");
    assert_eq!(read().await.unwrap(), "before");
    fake.ssm("/app/var", "after");
    cache.after_restore().await.unwrap();
    assert_eq!(read().await.unwrap(), "after");
}
