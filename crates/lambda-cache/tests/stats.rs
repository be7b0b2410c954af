//! The statistics of a cache.
#![cfg(all(feature = "ssm", feature = "secrets-manager", feature = "s3"))]

use std::time::Duration;

use lambda_cache::{EntryStats, Error, ErrorKind, Secret, emf_line, secrets_manager, ssm, stats, testing};

fn of(key: &str) -> EntryStats {
    stats().into_iter().find(|one| one.key == key).unwrap()
}

#[tokio::test]
async fn all_events_of_an_entry_are_counted() {
    #[ssm::cache(parameter = "/app/var", stale_if_error_in_seconds = 60)]
    #[secrets_manager::cache(name = "/db")]
    async fn handler(var: String, db: Secret<String>) -> Result<usize, Error> {
        Ok(var.len() + db.expose().len())
    }
    let fake = testing::values();
    fake.ssm("/app/var", "value");
    fake.secrets_manager("/db", "pa55");
    assert_eq!(stats(), []);
    for _ in 0..4 {
        handler().await.unwrap();
    }
    fake.advance(Duration::from_mins(1));
    handler().await.unwrap();
    fake.advance(Duration::from_mins(1));
    fake.fail("/app/var", Error::new(ErrorKind::Throttled, "slow down"));
    handler().await.unwrap();
    let var = of("ssm parameter /app/var");
    assert_eq!((var.hits, var.misses, var.refreshes, var.stale, var.errors, var.bytes), (3, 1, 2, 1, 1, 5));
    let db = of("secret /db");
    assert_eq!((db.hits, db.misses, db.refreshes, db.stale, db.errors, db.bytes), (3, 1, 2, 0, 0, 4));
    assert!(db.fetch_time > Duration::ZERO);
}

#[tokio::test]
async fn a_line_reports_the_activity_since_the_previous_one() {
    let fake = testing::values();
    fake.ssm("/app/var", "value");
    for _ in 0..3 {
        ssm::get_entry::<String, _>("/app/var").await.unwrap();
    }
    let line: serde_json::Value = serde_json::from_str(&emf_line("shop")).unwrap();
    assert_eq!(line["_aws"]["CloudWatchMetrics"][0]["Namespace"], "shop");
    assert_eq!((&line["Hits"], &line["Misses"], &line["Bytes"]), (&2.into(), &1.into(), &5.into()));
    let next: serde_json::Value = serde_json::from_str(&emf_line("shop")).unwrap();
    assert_eq!((&next["Hits"], &next["Misses"]), (&0.into(), &0.into()));
}
