//! Who asks: a cache of its own for each case, with a clock that the case moves.

use std::{collections::HashMap, fs, path::PathBuf, time::Duration};

use aws_config::{Region, SdkConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use lambda_cache::{
    Cache, Error, Secret,
    engine::{Clock, ManualClock},
    ssm,
};

use crate::{case::Case, page::Source};

/// How much older than its max age a value may be, where one may.
const STALE_IF_ERROR: Duration = Duration::from_hours(1);

pub(crate) struct Caller<'a> {
    case: &'a Case,
    cache: Cache,
    clock: ManualClock,
    dir: PathBuf,
}

/// How it asks.
#[derive(Clone, Copy)]
pub(crate) enum Freshness {
    /// Younger than a minute.
    Usual,
    /// The same, or an older one where it cannot be refreshed.
    OldIfError,
    /// From AWS, now.
    Now,
}

impl<'a> Caller<'a> {
    /// The SDK's retries have a budget for each Region, so each case has a Region.
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

    /// The values, in the order of the case's resources.
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

    /// What lies where an object's file should be.
    pub(crate) fn file(&self) -> Option<String> {
        fs::read_to_string(self.dir.join("object")).ok()
    }

    /// Downloads that lie beside it, half done.
    pub(crate) fn parts(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.dir.join(".lambda-cache")).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|it| it == "part")).collect()
    }
}
