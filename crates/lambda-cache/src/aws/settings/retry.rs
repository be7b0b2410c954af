use aws_smithy_types::retry::RetryConfig;

use super::Settings;
use crate::Error;

impl Settings {
    /// Returns the number of attempts of a call. `legacy` is treated like `standard`.
    pub(crate) fn retry(&self) -> Result<RetryConfig, Error> {
        let mode = self.text("AWS_RETRY_MODE", "retry_mode");
        let retry = match mode {
            None => RetryConfig::standard(),
            Some(mode) => match mode.value.as_str() {
                "standard" | "legacy" => RetryConfig::standard(),
                "adaptive" => RetryConfig::adaptive(),
                _ => return Err(mode.refuse("none of standard, adaptive and legacy: write it as standard")),
            },
        };
        let Some(attempts) = self.text("AWS_MAX_ATTEMPTS", "max_attempts") else { return Ok(retry) };
        let number = attempts.value.trim().parse::<u32>().ok().filter(|number| *number > 0);
        number
            .map(|number| retry.with_max_attempts(number))
            .ok_or_else(|| attempts.refuse("not a whole number from 1 up: write it as 3"))
    }
}
