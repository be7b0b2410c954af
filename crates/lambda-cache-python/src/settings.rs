//! The environment variables that only Python has. The others are read in the core.

use lambda_cache::{
    __binding::settings::{given, problems as problems_of_core, refusal},
    Error,
};

const LOG_LEVEL: &str = "LAMBDA_CACHE_LOG_LEVEL";
const PREFETCH: &str = "LAMBDA_CACHE_PREFETCH";
/// The level in Python's `logging` at which each fetch is logged.
pub(crate) const DEBUG: u8 = 10;

/// The time at which decorators without a prefetch option fetch their entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prefetch {
    /// The first invocation.
    Off,
    /// The init phase, unless a snapshot is taken after it.
    Init,
    /// The init phase, and the restore of a snapshot.
    InitAndRestore,
}

/// Returns the prefetch setting.
pub(crate) fn prefetch() -> Result<Prefetch, Error> {
    let Some(given) = given(PREFETCH) else { return Ok(Prefetch::Off) };
    match given.trim() {
        "0" => Ok(Prefetch::Off),
        "1" => Ok(Prefetch::Init),
        "snapstart" => Ok(Prefetch::InitAndRestore),
        _ => Err(refusal(PREFETCH, &given, "neither 0 nor 1 nor snapstart: write it as 1")),
    }
}

/// Returns the level for Python's logger `lambda_cache`, as a number of `logging`, or `None` to leave the level
/// unchanged.
pub(crate) fn log_level() -> Result<Option<u8>, Error> {
    const LEVELS: [(&str, u8); 5] = [("DEBUG", DEBUG), ("INFO", 20), ("WARNING", 30), ("ERROR", 40), ("CRITICAL", 50)];
    let Some(given) = given(LOG_LEVEL) else { return Ok(None) };
    let level = LEVELS.iter().find(|(name, _)| given.trim().eq_ignore_ascii_case(name));
    level.map(|(_, level)| Some(*level)).ok_or_else(|| {
        refusal(LOG_LEVEL, &given, "none of DEBUG, INFO, WARNING, ERROR and CRITICAL: write it as DEBUG")
    })
}

/// Returns one error for each invalid variable, of the core or of Python.
pub(crate) fn problems() -> Vec<Error> {
    problems_of_core().into_iter().chain([prefetch().err(), log_level().err()].into_iter().flatten()).collect()
}
