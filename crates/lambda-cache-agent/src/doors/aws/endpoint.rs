use aws_sdk_secretsmanager::config::endpoint as secrets_manager;
use aws_sdk_ssm::config::endpoint as ssm;
use aws_types::{SdkConfig, service_config::ServiceConfigKey};
use http::{Uri, header::HOST, uri::Authority};
use lambda_cache::{Error, ErrorKind};

use super::target::Service;
use crate::{access::is_this_machine, request::Request};

/// Returns the endpoint of a service in a Region: the configured one, or AWS's.
pub(super) async fn of(config: &SdkConfig, service: Service, region: &str) -> Result<Uri, Error> {
    let url = match configured(config, service) {
        Some(url) => url,
        None => of_aws(config, service, region).await?,
    };
    url.parse().map_err(|_| Error::new(ErrorKind::Configuration, "the endpoint of the service is not a URL"))
}

fn configured(config: &SdkConfig, service: Service) -> Option<String> {
    let key = ServiceConfigKey::builder().service_id(service.id()).env("AWS_ENDPOINT_URL").profile("endpoint_url");
    let own = config.service_config().and_then(|config| config.load_config(key.build().ok()?));
    own.or_else(|| config.endpoint_url().map(str::to_owned))
}

/// Returns AWS's endpoint, by the rules of the service's SDK.
async fn of_aws(config: &SdkConfig, service: Service, region: &str) -> Result<String, Error> {
    macro_rules! resolved {
        ($endpoints:ident) => {{
            use $endpoints::ResolveEndpoint;
            let params = $endpoints::Params::builder()
                .region(region)
                .set_use_fips(config.use_fips())
                .set_use_dual_stack(config.use_dual_stack());
            let unknown =
                || Error::new(ErrorKind::Configuration, format!("{region:?} is not a Region of {}", service.id()));
            let params = params.build().map_err(|_| unknown())?;
            let endpoint = $endpoints::DefaultResolver::new().resolve_endpoint(&params).await.map_err(|_| unknown())?;
            Ok(endpoint.url().to_owned())
        }};
    }
    match service {
        Service::Ssm => resolved!(ssm),
        Service::SecretsManager => resolved!(secrets_manager),
    }
}

/// Refuses a request if its service's endpoint is the agent, which would ask itself.
pub(super) fn refuse_loop(config: &SdkConfig, service: Service, request: &Request) -> Result<(), Error> {
    let Some(endpoint) = configured(config, service).and_then(|url| url.parse::<Uri>().ok()) else { return Ok(()) };
    let host = request.headers.get(HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    let port = |authority: &Authority| authority.port_u16().unwrap_or(80);
    let is_agent = endpoint
        .authority()
        .is_some_and(|endpoint| is_this_machine(endpoint) && host.is_some_and(|host| port(endpoint) == port(&host)));
    if !is_agent {
        return Ok(());
    }
    let message = format!(
        "the agent's own endpoint for {} is the agent itself ({endpoint}): set LAMBDA_CACHE_AGENT_ENDPOINT_URL to the \
         endpoint that the agent is to ask, or remove endpoint_url from the agent's profile",
        service.id()
    );
    Err(Error::new(ErrorKind::InvalidArgument, message))
}
