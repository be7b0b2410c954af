//! The counters of a fleet.

use crate::Stage;

/// The maximum wait: three attempts with back-offs of up to one and two seconds.
const LONGEST_MS: usize = 4_000;

/// The counters of one stage.
#[derive(Debug)]
pub struct Counts {
    /// The number of requests to SSM.
    pub requests: u64,
    /// The number of requests that SSM throttled.
    pub throttled: u64,
    /// The number of invocations.
    pub invocations: u64,
    /// The number of invocations without a value.
    pub failed: u64,
    /// The number of invocations by their wait in milliseconds.
    pub waits: Vec<u64>,
}

impl Default for Counts {
    fn default() -> Self {
        Self { requests: 0, throttled: 0, invocations: 0, failed: 0, waits: vec![0; LONGEST_MS] }
    }
}

/// All counters.
#[derive(Debug, Default)]
pub struct Tally {
    first: Counts,
    later: Counts,
    /// The requests in each second, of both stages and of the later one.
    pub seconds: Vec<[u64; 2]>,
    /// The number of environments that had all values at some time.
    pub started: u64,
    /// The time at which the last of them had them.
    pub last_started_ms: u64,
}

impl Tally {
    /// Returns the counters of a stage.
    #[must_use]
    pub fn counts(&self, stage: Stage) -> &Counts {
        match stage {
            Stage::First => &self.first,
            Stage::Later => &self.later,
        }
    }

    fn counts_mut(&mut self, stage: Stage) -> &mut Counts {
        match stage {
            Stage::First => &mut self.first,
            Stage::Later => &mut self.later,
        }
    }

    /// Counts a request to SSM.
    pub fn request(&mut self, at_ms: u64, stage: Stage, is_allowed: bool) {
        let counts = self.counts_mut(stage);
        counts.requests += 1;
        counts.throttled += u64::from(!is_allowed);
        let second = usize::try_from(at_ms / 1_000).unwrap_or(usize::MAX - 1);
        if self.seconds.len() <= second {
            self.seconds.resize(second + 1, [0, 0]);
        }
        self.seconds[second][0] += 1;
        self.seconds[second][1] += u64::from(stage == Stage::Later);
    }

    /// Counts a completed invocation.
    pub fn invocation(&mut self, stage: Stage, waited_ms: u64, is_served: bool) {
        let counts = self.counts_mut(stage);
        counts.invocations += 1;
        counts.failed += u64::from(!is_served);
        let waited_ms = usize::try_from(waited_ms).unwrap_or(usize::MAX).min(LONGEST_MS - 1);
        counts.waits[waited_ms] += 1;
    }

    /// Counts an environment that has all its values for the first time.
    pub fn started(&mut self, at_ms: u64) {
        self.started += 1;
        self.last_started_ms = self.last_started_ms.max(at_ms);
    }
}
