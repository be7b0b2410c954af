use std::{process::Stdio, time::Duration};

use aws_credential_types::Credentials;
use serde_json::Value;
use tokio::process::Command;

use super::keys;
use crate::{
    Error,
    aws::settings::{Profile, words},
};

const KEY: &str = "credential_process";
/// The timeout of the process, which may wait for a person to enter a second factor.
const PATIENCE: Duration = Duration::from_mins(5);

/// Returns the credentials that the profile's process prints. As in botocore, the command does not run in a shell.
pub(super) async fn credentials(profile: &Profile) -> Result<Option<Credentials>, Error> {
    let Some(command) = profile.get(KEY) else { return Ok(None) };
    let words = words::split(&command.value).unwrap_or_default();
    let [program, arguments @ ..] = &words[..] else {
        return Err(command.refuse_secret("not a command: close its quotes"));
    };
    let mut process = Command::new(program);
    process.args(arguments).stdin(Stdio::inherit()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let output = match tokio::time::timeout(PATIENCE, process.output()).await {
        Ok(Ok(output)) => output,
        Ok(Err(error)) => {
            return Err(command.refuse_secret(&format!(
                "a command that cannot be run ({error}): write a program's path and its arguments"
            )));
        }
        Err(_) => {
            return Err(command.refuse_secret(&format!("a command that did not end in {PATIENCE:?}: run it by hand")));
        }
    };
    if !output.status.success() {
        return Err(command.refuse_secret(&format!("a command that failed ({}): run it by hand", output.status)));
    }
    let Ok(json) = serde_json::from_slice::<Value>(&output.stdout) else {
        return Err(command.refuse_secret("a command that did not print JSON: run it by hand"));
    };
    if json.get("Version") != Some(&Value::from(1)) {
        return Err(command.refuse_secret("a command that printed another Version than 1: update it"));
    }
    keys::of_json(&json, &command.origin()).map(Some)
}

/// Returns `true` if a profile gets its credentials from a process.
pub(super) fn is_used(profile: &Profile) -> bool {
    profile.get(KEY).is_some()
}
