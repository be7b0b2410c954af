use std::{
    error::Error as StdError,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use aws_credential_types::{Credentials, provider::ProvideCredentials};
use lambda_cache::{
    __binding::aws::{Aws, Order},
    Error, ErrorKind,
};
use tokio::time::{Instant, sleep_until};

use super::now;
use crate::settings::Settings;

/// The number of sets that verify requests. A function may use an older one for some time after it was replaced.
const SETS: usize = 4;
/// The shortest time between two questions to the source of the credentials.
const PAUSE: Duration = Duration::from_secs(1);

/// The last sets of the agent's own credentials. A key that is not among them makes the agent ask its source.
pub(crate) struct Known {
    variables: Option<Vec<(String, String)>>,
    sets: Mutex<Vec<Credentials>>,
    /// The time at which the source was asked last.
    asked: tokio::sync::Mutex<Option<Instant>>,
}

/// Shows no credentials, and no variables, which may contain them.
impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Known(..)")
    }
}

impl Known {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self { variables: settings.aws_variables(), sets: Mutex::default(), asked: tokio::sync::Mutex::default() }
    }

    /// Returns the set with this access key, if it is one of the agent's.
    ///
    /// # Errors
    /// The source of the credentials fails.
    pub(super) async fn with_key(&self, access_key: &str) -> Result<Option<Credentials>, Error> {
        if let Some(known) = self.find(access_key) {
            return Ok(Some(known));
        }
        let arrived = Instant::now();
        let mut asked = self.asked.lock().await;
        let is_answered = asked.is_some_and(|asked| asked >= arrived); // for another request, after this one came
        if !is_answered {
            if let Some(asked) = *asked {
                sleep_until(asked + PAUSE).await;
            }
            *asked = Some(Instant::now());
            self.keep(self.ask().await?);
        }
        Ok(self.find(access_key))
    }

    /// Returns the present credentials of the source, with the settings as they are now.
    async fn ask(&self) -> Result<Credentials, Error> {
        let aws = match &self.variables {
            None => Aws::new(None, Order::Sdk),
            Some(variables) => Aws::with_variables(variables.iter().cloned(), Order::Sdk),
        };
        let config = aws.sdk_config()?;
        let missing = || Error::new(ErrorKind::Configuration, "the agent has no credentials");
        let provider = config.credentials_provider().ok_or_else(missing)?;
        provider.provide_credentials().await.map_err(|error| {
            let mut cause: Option<&(dyn StdError + 'static)> = Some(&error);
            while let Some(error) = cause {
                if let Some(own) = error.downcast_ref::<Error>() {
                    return own.clone();
                }
                cause = error.source();
            }
            missing()
        })
    }

    fn find(&self, access_key: &str) -> Option<Credentials> {
        let now = now();
        let sets = self.sets();
        let found = sets.iter().find(|set| set.access_key_id() == access_key)?;
        found.expiry().is_none_or(|expiry| expiry > now).then(|| found.clone())
    }

    /// Keeps a set as the newest.
    fn keep(&self, set: Credentials) {
        let mut sets = self.sets();
        sets.retain(|other| other.access_key_id() != set.access_key_id());
        sets.insert(0, set);
        sets.truncate(SETS);
    }

    fn sets(&self) -> MutexGuard<'_, Vec<Credentials>> {
        self.sets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
