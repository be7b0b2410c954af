//! An execution environment: it starts, and is invoked once a second until the fleet ends.

use std::sync::Arc;

use lambda_cache::{__binding::lookup::Lookup, Cache, Error};

use crate::{Stage, account::Account, client::Client, scenario::Scenario, timeline::Timeline};

/// The time between two invocations. An environment that takes longer misses invocations, which others would get.
const PERIOD_MS: u64 = 1_000;

/// An environment with its cache.
#[derive(Debug)]
pub struct Environment {
    account: Arc<Account>,
    time: Arc<Timeline>,
    client: Arc<Client>,
    cache: Cache,
    lookup: Lookup,
    has_prefetch: bool,
}

impl Environment {
    /// Creates an environment with the scenario's settings.
    ///
    /// # Errors
    /// None, as in [`Scenario::spec`].
    pub fn new(scenario: &Scenario, account: Arc<Account>, time: Timeline) -> Result<Self, Error> {
        let time = Arc::new(time);
        let client = Arc::new(Client::new(Arc::clone(&account), Arc::clone(&time)));
        let builder = Cache::builder().api(Arc::clone(&client) as _).clock(time.clock());
        Ok(Self {
            account,
            client,
            cache: scenario.set(builder).build(),
            lookup: Lookup::new(scenario.spec()?),
            has_prefetch: scenario.has_prefetch,
            time,
        })
    }

    /// Runs the environment during this period. The first invocation starts it.
    pub async fn live(self, from_ms: u64, to_ms: u64) {
        self.time.until(from_ms).await;
        if self.has_prefetch {
            // The result does not matter, because the first invocation fetches missing values.
            self.fetch().await;
        }
        while self.time.now_ms() < to_ms {
            self.invoke().await;
        }
    }

    /// Runs one invocation, and waits until the next one is due.
    async fn invoke(&self) {
        let due_ms = self.time.now_ms();
        if let Ok(Some(())) = self.lookup.read(self.cache.id(), |_| ()) {
            self.account.shared().tally.invocation(Stage::Later, 0, true);
            self.time.move_to(due_ms + PERIOD_MS);
            return;
        }
        self.time.until(due_ms).await;
        let stage = self.client.stage();
        let is_served = self.fetch().await;
        let waited_ms = self.time.now_ms() - due_ms;
        self.account.shared().tally.invocation(stage, waited_ms, is_served);
        self.time.move_to(due_ms + (waited_ms / PERIOD_MS + 1) * PERIOD_MS);
    }

    /// Fetches the entries. Returns `true` if the handler gets all values.
    async fn fetch(&self) -> bool {
        let is_served = self.lookup.fetch(&self.cache, None).await.is_ok();
        if is_served && self.client.stage() == Stage::First {
            self.client.has_values();
            self.account.shared().tally.started(self.time.now_ms());
        }
        is_served
    }
}
