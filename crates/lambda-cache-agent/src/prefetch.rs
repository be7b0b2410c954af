use std::sync::Arc;

use lambda_cache::{
    __binding::source::{
        Request,
        secrets_manager::{Secret, Version},
        ssm::Parameters,
    },
    Error,
};

use crate::agent::Agent;

/// Begins to fetch the values that the settings name. A failure is only logged, because the caller that needs the value
/// fetches it again.
pub(crate) fn start(agent: &Arc<Agent>) {
    let parameters = agent.settings.prefetch_parameters.iter();
    let parameters = parameters.map(|name| (Parameters::new(name).map(Request::Parameters), agent.settings.ssm.ages()));
    let secrets = agent.settings.prefetch_secrets.iter();
    let secrets = secrets
        .map(|id| (Secret::new(id, Version::default()).map(Request::Secret), agent.settings.secrets_manager.ages()));
    for (request, ages) in parameters.chain(secrets) {
        let agent = Arc::clone(agent);
        tokio::spawn(async move {
            if let Err(error) = fetch(&agent, request, ages.into()).await {
                tracing::warn!(%error, "a prefetch failed; the call that needs the value fetches again");
            }
        });
    }
}

async fn fetch(
    agent: &Agent,
    request: Result<Request, Error>,
    ages: lambda_cache::__binding::freshness::FreshnessOptions,
) -> Result<(), Error> {
    agent.entry(&request?, ages).await.map(drop)
}
