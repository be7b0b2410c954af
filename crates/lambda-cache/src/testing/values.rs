use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::{
    Cache, Error, Opaque, Value,
    api::global::Override,
    backend::{InMemoryBackend, ValueSource},
    engine::{Clock, ManualClock},
};

/// Stops the clock and empties the cache on this thread, until the guard is dropped. AWS is called as configured by
/// the environment. This is for tests against an HTTP server such as moto.
#[must_use = "the time is the machine's again when this is dropped"]
pub fn time() -> Time {
    Time::new(|builder| builder)
}

/// Replaces AWS with test values on this thread, until they are dropped. It starts without values and with an empty
/// cache. A missing value is an error that says how to set it. The clock stands still until
/// [`advance`](Time::advance) moves it.
#[must_use = "the values are gone when this is dropped"]
pub fn values() -> Values {
    let supplied = Arc::new(InMemoryBackend::new(FakeStore::default()));
    let dir = dir_of_its_own();
    let time = Time::new(|builder| builder.api(Arc::clone(&supplied) as _).dir(&dir));
    Values { supplied, time, dir }
}

/// Returns a separate folder for the files of one test, so that parallel tests can use the same object. The first
/// download creates it.
fn dir_of_its_own() -> PathBuf {
    static TESTS: AtomicUsize = AtomicUsize::new(0);
    let number = TESTS.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("lambda-cache-test-{}-{number}", std::process::id()))
}

/// A clock that a test controls.
#[derive(Debug)]
pub struct Time {
    clock: ManualClock,
    cache: Cache,
    _substitution: Override,
}

impl Time {
    fn new(describe: impl FnOnce(crate::CacheBuilder) -> crate::CacheBuilder) -> Self {
        let clock = ManualClock::default();
        let cache = describe(Cache::builder().clock(Clock::Manual(clock.clone()))).build();
        Self { clock, _substitution: Override::new(&cache), cache }
    }

    /// Advances the clock.
    pub fn advance(&self, time: Duration) {
        self.clock.advance(i64::try_from(time.as_nanos()).unwrap_or(i64::MAX));
    }

    /// Returns the cache of this thread, for code that runs on other threads.
    #[must_use]
    pub fn cache(&self) -> &Cache {
        &self.cache
    }
}

/// The values of a test. Setting a name again has the effect of a change in AWS.
#[derive(Debug)]
pub struct Values {
    supplied: Arc<InMemoryBackend<FakeStore>>,
    time: Time,
    dir: PathBuf,
}

impl Values {
    /// Sets a parameter to text, or to an array of texts for a `StringList`.
    #[cfg(feature = "ssm")]
    pub fn ssm(&self, name: impl Into<String>, value: impl Into<Value>) {
        self.supplied.supply().set("ssm", name.into(), value.into());
    }

    /// Sets a secret to text or bytes. `name:AWSPREVIOUS`, or `name:` and an id, sets another version of it.
    #[cfg(feature = "secrets-manager")]
    pub fn secrets_manager(&self, name: impl Into<String>, value: impl Into<Value>) {
        self.supplied.supply().set("secrets_manager", name.into(), value.into());
    }

    /// Sets the time until a secret's next rotation, for rotation-aware entries. The value changes only when it is
    /// set again.
    #[cfg(feature = "secrets-manager")]
    pub fn rotation_in(&self, name: impl Into<String>, time: Duration) {
        let now = Duration::from_nanos(self.cache().clock().now().wall_ns);
        self.supplied.supply().rotate(name.into(), std::time::UNIX_EPOCH + now + time);
    }

    /// Sets an object's content to text or bytes. The test has a separate folder for files, which is removed when the
    /// values are dropped.
    #[cfg(feature = "s3")]
    pub fn s3(&self, uri: impl Into<String>, content: impl Into<Value>) {
        self.supplied.supply().set("s3", uri.into(), content.into());
    }

    /// Sets the value of a custom entry. Its fetch is not called.
    pub fn custom<T: Clone + Send + Sync + 'static>(&self, name: impl Into<String>, value: T) {
        self.supplied.supply().set("custom", name.into(), Value::Custom(Opaque::new(value)));
    }

    /// Makes every fetch of this name fail with `error`, in all sources, until [`recover`](Self::recover) is called
    /// or a value with that name is set.
    ///
    /// ```
    /// use lambda_cache::{Error, ErrorKind, ssm, testing};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let fake = testing::values();
    /// fake.ssm("/app/var", "x");
    /// fake.fail("/app/var", Error::new(ErrorKind::Throttled, "too many requests"));
    /// assert!(ssm::get_entry::<String, _>("/app/var").await.unwrap_err().is_transient());
    /// fake.recover("/app/var");
    /// assert_eq!(ssm::get_entry::<String, _>("/app/var").await.unwrap(), "x");
    /// assert_eq!(fake.count("/app/var"), 2);
    /// # }
    /// ```
    pub fn fail(&self, name: impl Into<String>, error: Error) {
        self.supplied.supply().fail(name.into(), error);
    }

    /// Ends the failure set by [`fail`](Self::fail).
    pub fn recover(&self, name: &str) {
        self.supplied.supply().recover(name);
    }

    /// Returns the number of calls for this name, alone or together with others.
    #[must_use]
    pub fn count(&self, name: &str) -> usize {
        let is_of = |call: &String| {
            call.split_once(' ').is_some_and(|(_, names)| names == name || names.split(", ").any(|one| one == name))
        };
        self.calls().iter().filter(|call| is_of(call)).count()
    }

    /// Returns the calls that would have been made to AWS so far, such as `GetParameter /app/var`, and the fetches of
    /// custom entries, such as `custom rates`.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.supplied.calls()
    }

    /// Advances the clock.
    pub fn advance(&self, time: Duration) {
        self.time.advance(time);
    }

    /// Returns the cache of this thread, for code that runs on other threads.
    #[must_use]
    pub fn cache(&self) -> &Cache {
        self.time.cache()
    }
}

impl Drop for Values {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

#[derive(Default)]
struct FakeStore {
    /// The values by source and name.
    values: Mutex<HashMap<(&'static str, String), Value>>,
    /// The failures by name.
    failures: Mutex<HashMap<String, Error>>,
    #[cfg(feature = "secrets-manager")]
    rotations: Mutex<HashMap<String, std::time::SystemTime>>,
}

impl FakeStore {
    fn set(&self, source: &'static str, name: String, value: Value) {
        self.recover(&name);
        self.values.lock().unwrap_or_else(PoisonError::into_inner).insert((source, name), value);
    }

    fn fail(&self, name: String, error: Error) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).insert(name, error);
    }

    fn recover(&self, name: &str) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    fn get(&self, source: &'static str, name: &str) -> Result<Option<Value>, Error> {
        if let Some(error) = self.failures.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Err(error.clone());
        }
        Ok(self.values.lock().unwrap_or_else(PoisonError::into_inner).get(&(source, name.to_owned())).cloned())
    }

    #[cfg(feature = "secrets-manager")]
    fn rotate(&self, name: String, date: std::time::SystemTime) {
        self.rotations.lock().unwrap_or_else(PoisonError::into_inner).insert(name, date);
    }

    #[cfg(feature = "ssm")]
    fn names(&self, source: &'static str) -> Vec<String> {
        let supplies = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let mut names: Vec<_> = supplies.keys().filter(|(of, _)| *of == source).map(|(_, name)| name.clone()).collect();
        names.sort_unstable();
        names
    }
}

impl ValueSource for FakeStore {
    #[cfg(feature = "ssm")]
    fn parameter(&self, name: &str) -> Result<Option<Value>, Error> {
        self.get("ssm", name)
    }

    #[cfg(feature = "ssm")]
    fn parameter_names(&self) -> Result<Vec<String>, Error> {
        Ok(self.names("ssm"))
    }

    #[cfg(feature = "secrets-manager")]
    fn secret(&self, name: &str) -> Result<Option<Value>, Error> {
        self.get("secrets_manager", name)
    }

    #[cfg(feature = "secrets-manager")]
    fn next_rotation(&self, name: &str) -> Result<Option<std::time::SystemTime>, Error> {
        Ok(self.rotations.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied())
    }

    #[cfg(feature = "s3")]
    fn object(&self, uri: &str) -> Result<Option<bytes::Bytes>, Error> {
        Ok(match self.get("s3", uri)? {
            Some(Value::Text(text)) => Some(bytes::Bytes::copy_from_slice(text.as_bytes())),
            Some(Value::Bytes(content)) => Some(content),
            _ => None,
        })
    }

    fn custom(&self, name: &str, _: &str) -> Result<Option<Value>, Error> {
        self.get("custom", name)
    }

    fn advice(&self, source: &str, names: &[&str]) -> String {
        let calls: Vec<_> = names.iter().map(|name| format!("{source}({name:?}, ...)")).collect();
        format!("call .{} on what testing::values() returned", calls.join(" and ."))
    }
}
