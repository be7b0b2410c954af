//! The agent as a Lambda extension. It registers for the end of the environment alone, so that it never holds an
//! invocation open.

mod next;
mod register;
mod runtime_api;

use std::sync::Arc;

use self::runtime_api::RuntimeApi;
use crate::{
    agent::Agent,
    error::StartError,
    log, prefetch,
    server::Listeners,
    settings::{Given, Settings},
};

/// Runs the agent until the environment ends. The port is open before Lambda starts the runtime, so the function can ask
/// from its first line on.
///
/// # Errors
/// A sentence for the standard error output. Lambda's API gets it, too.
pub(crate) async fn run(runtime_api: String, given: &Given) -> Result<(), StartError> {
    let api = RuntimeApi::new(runtime_api);
    let started = start(given).await;
    let id = register::register(&api).await?;
    let (agent, listeners) = match started {
        Ok(started) => started,
        Err(error) => {
            register::report(&api, &id, &error).await;
            return Err(error);
        }
    };
    tokio::spawn(listeners.serve(Arc::clone(&agent)));
    if !agent.settings.is_snap_start() {
        prefetch::start(&agent); // a snapshot must not contain values
    }
    next::until_shutdown(&api, &id).await
}

async fn start(given: &Given) -> Result<(Arc<Agent>, Listeners), StartError> {
    let settings = Settings::read(given)?;
    log::start(settings.log_level);
    let agent = Agent::new(settings)?;
    let listeners = Listeners::open(&agent.settings).await?;
    Ok((agent, listeners))
}
