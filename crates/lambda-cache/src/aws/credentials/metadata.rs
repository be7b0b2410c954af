use std::time::Duration;

use aws_credential_types::Credentials;
use serde_json::Value;

use super::{http, keys};
use crate::{
    Error, ErrorKind,
    aws::{
        http_client::HttpClient,
        settings::{Settings, check_endpoint},
    },
};

const DISABLED: &str = "AWS_EC2_METADATA_DISABLED";
const V4: &str = "http://169.254.169.254";
const V6: &str = "http://[fd00:ec2::254]";
const ROLES: &str = "latest/meta-data/iam/security-credentials/";
/// The shortest time for which credentials are used. A failing service returns expired ones, which AWS still accepts.
const SHORTEST: Duration = Duration::from_mins(15);

/// The metadata service of an instance, with its timeout and number of attempts.
struct Service<'a> {
    client: &'a HttpClient,
    endpoint: String,
    limit: Duration,
    attempts: u32,
}

/// Returns the credentials of the instance's role, or `None` if this is not an instance or it has no role.
pub(super) async fn credentials(settings: &Settings, client: &HttpClient) -> Result<Option<Credentials>, Error> {
    if settings.variable(DISABLED).is_some_and(|disabled| disabled.is_true()) {
        return Ok(None);
    }
    let service = Service::new(settings, client)?;
    let Ok(token) = service.token().await else { return Ok(None) };
    if token.is_none() && settings.flag("AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled") == Some(true) {
        return Err(Error::new(
            ErrorKind::Configuration,
            "the instance's metadata service gives no token, and AWS_EC2_METADATA_V1_DISABLED forbids to ask without one: \
             unset it, or set AWS_EC2_METADATA_DISABLED=true",
        ));
    }
    let Some(role) = service.get(ROLES, token.as_deref()).await else { return Ok(None) };
    let Some(answer) = service.get(&format!("{ROLES}{role}"), token.as_deref()).await else { return Ok(None) };
    let Ok(json) = serde_json::from_str::<Value>(&answer) else { return Ok(None) };
    if ["AccessKeyId", "SecretAccessKey", "Token", "Expiration"].iter().any(|field| json.get(field).is_none()) {
        return Ok(None);
    }
    let mut credentials = keys::of_json(&json, "the instance's metadata service")?;
    let least = super::now() + SHORTEST;
    if credentials.expiry().is_some_and(|expiry| expiry < least) {
        *credentials.expiry_mut() = Some(least);
    }
    Ok(Some(credentials))
}

impl<'a> Service<'a> {
    fn new(settings: &Settings, client: &'a HttpClient) -> Result<Self, Error> {
        let endpoint = match settings.text("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint") {
            Some(endpoint) => {
                check_endpoint(&endpoint.value).map_err(|what_is_wrong| endpoint.refuse(what_is_wrong))?;
                endpoint.value.trim_start().to_owned()
            }
            None if is_v6(settings)? => V6.to_owned(),
            None => V4.to_owned(),
        };
        let number = |variable, key| {
            let Some(setting) = settings.text(variable, key) else { return Ok(1) };
            let number = setting.value.trim().parse::<u32>().ok().filter(|number| (1..=3_600).contains(number));
            number.ok_or_else(|| setting.refuse("not a whole number from 1 up: write it as 2"))
        };
        let seconds = number("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout")?;
        let attempts = number("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts")?;
        Ok(Self { client, endpoint, limit: Duration::from_secs(seconds.into()), attempts })
    }

    fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.endpoint.trim_end_matches('/'))
    }

    /// Returns the token of the service's second version, or `None` if it supports only the first version. The error
    /// is empty if the service rejects the request.
    async fn token(&self) -> Result<Option<String>, ()> {
        let headers = [("x-aws-ec2-metadata-token-ttl-seconds", "21600".to_owned())];
        for _ in 0..self.attempts {
            match http::send(self.client, "PUT", &self.url("latest/api/token"), &headers, self.limit).await {
                Ok(answer) if answer.status == 200 => return Ok(Some(answer.text)),
                Ok(answer) if answer.status == 400 => return Err(()),
                Ok(answer) if [403, 404, 405].contains(&answer.status) => return Ok(None),
                _ => {}
            }
        }
        Ok(None)
    }

    async fn get(&self, path: &str, token: Option<&str>) -> Option<String> {
        let headers: Vec<_> = token.map(|token| ("x-aws-ec2-metadata-token", token.to_owned())).into_iter().collect();
        for _ in 0..self.attempts {
            let answer = http::send(self.client, "GET", &self.url(path), &headers, self.limit).await;
            if let Ok(answer) = answer.map(|answer| (answer.status, answer.text))
                && answer.0 == 200
                && !answer.1.is_empty()
            {
                return Some(answer.1);
            }
        }
        None
    }
}

fn is_v6(settings: &Settings) -> Result<bool, Error> {
    let mode = settings.text("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
    match mode {
        None => Ok(settings.flag("AWS_IMDS_USE_IPV6", "imds_use_ipv6") == Some(true)),
        Some(mode) if mode.value.eq_ignore_ascii_case("ipv4") => Ok(false),
        Some(mode) if mode.value.eq_ignore_ascii_case("ipv6") => Ok(true),
        Some(mode) => Err(mode.refuse("neither ipv4 nor ipv6: write it as ipv4")),
    }
}
