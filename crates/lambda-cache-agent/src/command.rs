//! The command line.

use std::{
    ffi::{OsStr, OsString},
    io::Write,
    path::PathBuf,
    sync::Arc,
};

use aws_credential_types::provider::ProvideCredentials;

use crate::{
    agent::Agent,
    error::StartError,
    extension, log, prefetch,
    server::{self, Listeners},
    settings::{Given, Settings},
};

const USAGE: &str = "\
usage: lambda-cache-agent                     as a Lambda extension
       lambda-cache-agent serve [OPTIONS]     as a sidecar or daemon on 127.0.0.1
       lambda-cache-agent check [OPTIONS]     prints the settings as understood, and exits
       lambda-cache-agent --version
options: --port PORT     the port (2773)
         --socket PATH   a Unix socket in addition, for this user alone
         --config FILE   a file of settings (TOML)
         --local FILE    values from a TOML file instead of AWS
";

/// Runs the command.
///
/// # Errors
/// A sentence for the standard error output.
pub(crate) fn run(arguments: impl Iterator<Item = OsString>) -> Result<(), StartError> {
    let arguments: Vec<_> = arguments.collect();
    match arguments.first().and_then(|first| first.to_str()) {
        None if arguments.is_empty() => run_extension(),
        Some("serve") => serve(&options(&arguments[1..])?),
        Some("check") => check(&options(&arguments[1..])?),
        Some("--version" | "-V") => print(&format!("lambda-cache-agent {}\n", env!("CARGO_PKG_VERSION"))),
        Some("--help" | "-h" | "help") => print(USAGE),
        _ => Err(StartError::new(format!("unknown command\n{}", USAGE.trim_end()))),
    }
}

fn run_extension() -> Result<(), StartError> {
    let Some(runtime_api) = std::env::var("AWS_LAMBDA_RUNTIME_API").ok().filter(|given| !given.is_empty()) else {
        return Err(StartError::new(
            "AWS_LAMBDA_RUNTIME_API is not set, so this is not a Lambda extension: run `lambda-cache-agent serve`",
        ));
    };
    server::on_runtime(extension::run(runtime_api, &Given { is_extension: true, ..Given::default() }))
}

fn serve(given: &Given) -> Result<(), StartError> {
    let settings = Settings::read(given)?;
    log::start(settings.log_level);
    let agent = Agent::new(settings)?;
    server::on_runtime(async {
        if agent.settings.checks_credentials && agent.settings.local.is_none() {
            check_credentials(&agent).await?;
        }
        let listeners = Listeners::open(&agent.settings).await?;
        let address = listeners.port.local_addr().map_err(|error| StartError::new(error.to_string()))?;
        print(&format!("lambda-cache-agent listening on http://{address}\n"))?;
        prefetch::start(&agent);
        tokio::select! {
            () = listeners.serve(Arc::clone(&agent)) => {}
            Ok(()) = server::termination() => {}
        }
        if let Some(socket) = &agent.settings.socket {
            let _ = std::fs::remove_file(socket); // the next agent replaces it if it is still there
        }
        Ok(())
    })
}

/// Refuses to start without a Region or credentials, which every call would miss.
async fn check_credentials(agent: &Agent) -> Result<(), StartError> {
    let failure = |error: &dyn std::error::Error| {
        StartError::new(format!("{error}; with validate_credentials = false the agent starts without credentials"))
    };
    let config = agent.upstream.sdk_config().map_err(|error| failure(&error))?;
    let Some(provider) = config.credentials_provider() else { return Ok(()) };
    provider.provide_credentials().await.map(drop).map_err(|error| failure(&root(&error)))
}

/// Returns the cause of a failure, whose message says what to do.
fn root<'a>(error: &'a (dyn std::error::Error + 'static)) -> &'a (dyn std::error::Error + 'static) {
    std::iter::successors(Some(error), |error| error.source()).last().unwrap_or(error)
}

fn check(given: &Given) -> Result<(), StartError> {
    let settings = Settings::read(given)?;
    Agent::new(settings.clone())?;
    print(&settings.to_string())
}

fn print(text: &str) -> Result<(), StartError> {
    let mut output = std::io::stdout();
    let written = output.write_all(text.as_bytes()).and_then(|()| output.flush());
    written.map_err(|error| StartError::new(format!("cannot write to the standard output: {error}")))
}

/// Reads the options after a command.
fn options(arguments: &[OsString]) -> Result<Given, StartError> {
    let mut given = Given::default();
    let mut rest = arguments.iter();
    while let Some(option) = rest.next() {
        let name = option.to_string_lossy();
        let mut value = || rest.next().ok_or_else(|| StartError::new(format!("{name} needs a value")));
        match &*name {
            "--port" => given.port = Some(port(value()?)?),
            "--config" => given.config = Some(PathBuf::from(value()?)),
            "--socket" => given.socket = Some(PathBuf::from(value()?)),
            "--local" => given.local = Some(PathBuf::from(value()?)),
            _ => return Err(StartError::new(format!("unknown option {name}\n{}", USAGE.trim_end()))),
        }
    }
    Ok(given)
}

/// Reads a port. 0 is any free one.
fn port(given: &OsStr) -> Result<u16, StartError> {
    let port = given.to_str().and_then(|given| given.parse().ok());
    port.ok_or_else(|| StartError::new(format!("--port {} is not a port from 0 to 65535", given.to_string_lossy())))
}
