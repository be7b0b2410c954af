//! The caller of a case, with a separate cache whose clock the case moves.

use std::{collections::HashMap, fs, path::PathBuf, time::Duration};

use aws_config::{Region, SdkConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use lambda_cache::{
    __binding::engine::{Clock, ManualClock},
    Cache, Error, Secret, ssm,
};

use crate::{case::Case, page::Source};

/// The additional age of a stale value, if the case allows one.
const STALE_IF_ERROR: Duration = Duration::from_hours(1);

pub(crate) struct Caller<'a> {
    case: &'a Case,
    cache: Cache,
    clock: ManualClock,
    dir: PathBuf,
}

/// The freshness that a call requires.
#[derive(Clone, Copy)]
pub(crate) enum Freshness {
    /// Younger than a minute.
    Usual,
    /// Younger than a minute, or stale if it cannot be refreshed.
    OldIfError,
    /// Fetched from AWS now.
    Now,
}

impl<'a> Caller<'a> {
    /// Creates the caller. The SDK has a retry quota for each Region, so each case has a separate Region.
    pub(crate) fn new(case: &'a Case, endpoint: String, dir: PathBuf) -> Self {
        let credentials = Credentials::new("testing", "testing", None, None, "test");
        let config = SdkConfig::builder()
            .endpoint_url(endpoint)
            .region(Region::new(format!("eu-test-{}", case.number)))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        let clock = ManualClock::default();
        let cache = Cache::builder().sdk_config(&config).dir(&dir).clock(Clock::Manual(clock.clone())).build();
        Self { case, cache, clock, dir }
    }

    pub(crate) fn advance_seconds(&self, seconds: i64) {
        self.clock.advance(seconds * 1_000_000_000);
    }

    /// Returns the values in the order of the case's resources.
    pub(crate) async fn get(&self, freshness: Freshness) -> Result<Vec<String>, Error> {
        let resources = self.case.resources();
        let name = self.case.befallen();
        macro_rules! got {
            ($asked:expr) => {{
                let asked = $asked;
                match freshness {
                    Freshness::Usual => asked.await,
                    Freshness::OldIfError => asked.stale_if_error(STALE_IF_ERROR).await,
                    Freshness::Now => asked.refresh().await,
                }?
            }};
        }
        Ok(match self.case.source {
            Source::Parameter => vec![got!(self.cache.ssm().get_entry(name))],
            Source::Parameters => {
                let mut values: HashMap<String, String> = got!(self.cache.ssm().get_entry(&resources));
                ["first", "second"].iter().filter_map(|name| values.remove(*name)).collect()
            }
            Source::Path => {
                let values: HashMap<String, String> = got!(self.cache.ssm().get_entry(ssm::path(name)));
                let mut values: Vec<_> = values.into_iter().collect();
                values.sort();
                values.into_iter().map(|(_, value)| value).collect()
            }
            Source::Secret => {
                let secret: Secret<String> = got!(self.cache.secrets_manager().get_entry(name));
                vec![secret.into_exposed()]
            }
            Source::Object | Source::LargeObject => {
                let path: PathBuf = got!(self.cache.s3().get_entry(name));
                vec![fs::read_to_string(path).unwrap_or_else(|error| error.to_string())]
            }
        })
    }

    /// Returns the content of the object's file, if there is one.
    pub(crate) fn file(&self) -> Option<String> {
        fs::read_to_string(self.dir.join("object")).ok()
    }

    /// Returns the incomplete downloads next to it.
    pub(crate) fn parts(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.dir.join(".lambda-cache")).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|it| it == "part")).collect()
    }
}
