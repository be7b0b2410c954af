use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use super::supply::{Supplied, Supply};
use crate::{
    Cache, Error, Opaque, Value,
    engine::{Clock, ManualClock},
    face::current::Substitution,
};

/// Time that stands still until it is moved, on this thread, until it is dropped. AWS is asked as the environment says,
/// with an empty cache: for tests against an HTTP stand-in such as moto server.
#[must_use = "the time is the machine's again when this is dropped"]
pub fn time() -> Time {
    Time::new(|builder| builder)
}

/// Values for this thread, until they are dropped: none yet, with no AWS, no network and an empty cache. What is not
/// supplied is an error that says how to supply it. Time stands still until [`advance`](Time::advance) moves it.
#[must_use = "the values are gone when this is dropped"]
pub fn values() -> Values {
    let supplied = Arc::new(Supplied::new(Supplies::default()));
    let dir = dir_of_its_own();
    let time = Time::new(|builder| builder.api(Arc::clone(&supplied) as _).dir(&dir));
    Values { supplied, time, dir }
}

/// A folder for the files of one test: tests that run side by side may use one object. Made by the first download.
fn dir_of_its_own() -> PathBuf {
    static TESTS: AtomicUsize = AtomicUsize::new(0);
    let number = TESTS.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("lambda-cache-test-{}-{number}", std::process::id()))
}

/// Time in a test's hands.
#[derive(Debug)]
pub struct Time {
    clock: ManualClock,
    cache: Cache,
    _substitution: Substitution,
}

impl Time {
    fn new(describe: impl FnOnce(crate::CacheBuilder) -> crate::CacheBuilder) -> Self {
        let clock = ManualClock::default();
        let cache = describe(Cache::builder().clock(Clock::Manual(clock.clone()))).build();
        Self { clock, _substitution: Substitution::new(&cache), cache }
    }

    /// Lets time pass.
    pub fn advance(&self, time: Duration) {
        self.clock.advance(i64::try_from(time.as_nanos()).unwrap_or(i64::MAX));
    }

    /// The cache that this thread uses meanwhile, for code that runs on others.
    #[must_use]
    pub fn cache(&self) -> &Cache {
        &self.cache
    }
}

/// What a test supplies. Supplying a name again is its value changing in AWS.
#[derive(Debug)]
pub struct Values {
    supplied: Arc<Supplied<Supplies>>,
    time: Time,
    dir: PathBuf,
}

impl Values {
    /// Supplies a parameter: text, or an array of texts for a `StringList`.
    #[cfg(feature = "ssm")]
    pub fn ssm(&self, name: impl Into<String>, value: impl Into<Value>) {
        self.supplied.supply().set("ssm", name.into(), value.into());
    }

    /// Supplies a secret: text, or bytes. Under `name:AWSPREVIOUS`, or `name:` and an id, another version of it.
    #[cfg(feature = "secrets-manager")]
    pub fn secrets_manager(&self, name: impl Into<String>, value: impl Into<Value>) {
        self.supplied.supply().set("secrets_manager", name.into(), value.into());
    }

    /// Has a secret be due for rotation in this time from now, for entries that are rotation-aware. The value changes only
    /// when it is supplied again.
    #[cfg(feature = "secrets-manager")]
    pub fn rotation_in(&self, name: impl Into<String>, time: Duration) {
        let now = Duration::from_nanos(self.cache().clock().now().wall_ns);
        self.supplied.supply().rotate(name.into(), std::time::UNIX_EPOCH + now + time);
    }

    /// Supplies an object's content: text, or bytes. Its file goes to a folder of the test's own, which is removed when
    /// the values are dropped.
    #[cfg(feature = "s3")]
    pub fn s3(&self, uri: impl Into<String>, content: impl Into<Value>) {
        self.supplied.supply().set("s3", uri.into(), content.into());
    }

    /// Has a custom entry of this name be `value`, and its own fetch not be called.
    pub fn custom<T: Clone + Send + Sync + 'static>(&self, name: impl Into<String>, value: T) {
        self.supplied.supply().set("custom", name.into(), Value::Custom(Opaque::new(value)));
    }

    /// Has every fetch of this name fail, of whatever source, until [`recover`](Self::recover) or until a value of that name
    /// is supplied: as throttled, as not there, as you like.
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

    /// Ends what [`fail`](Self::fail) began.
    pub fn recover(&self, name: &str) {
        self.supplied.supply().recover(name);
    }

    /// How many calls there were for this name: alone, or among others.
    #[must_use]
    pub fn count(&self, name: &str) -> usize {
        let is_of = |call: &String| {
            call.split_once(' ').is_some_and(|(_, names)| names == name || names.split(", ").any(|one| one == name))
        };
        self.calls().iter().filter(|call| is_of(call)).count()
    }

    /// The calls that AWS would have got so far, such as `GetParameter /app/var`, and those for custom entries, such as
    /// `custom rates`.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.supplied.calls()
    }

    /// Lets time pass.
    pub fn advance(&self, time: Duration) {
        self.time.advance(time);
    }

    /// The cache that this thread uses meanwhile, for code that runs on others.
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
struct Supplies {
    /// By source and name.
    values: Mutex<HashMap<(&'static str, String), Value>>,
    /// By name.
    failures: Mutex<HashMap<String, Error>>,
    #[cfg(feature = "secrets-manager")]
    rotations: Mutex<HashMap<String, std::time::SystemTime>>,
}

impl Supplies {
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

impl Supply for Supplies {
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
