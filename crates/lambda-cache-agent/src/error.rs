use std::{fmt, io::Write};

/// The reason why the agent cannot start or go on, with how to fix it.
#[derive(Debug)]
pub(crate) struct StartError(String);

impl StartError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// Writes it to the standard error output, which Lambda passes on to the function's log.
    pub(crate) fn say(&self) {
        // There is nowhere to report that the standard error output is closed.
        let _ = writeln!(std::io::stderr(), "lambda-cache-agent: {self}");
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}
