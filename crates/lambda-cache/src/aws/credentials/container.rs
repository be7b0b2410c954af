use std::{net::IpAddr, time::Duration};

use ::http::Uri;
use aws_credential_types::Credentials;

use super::{http, keys, unavailable};
use crate::{
    Error, ErrorKind,
    aws::{
        http_client::HttpClient,
        settings::{Setting, Settings},
    },
};

const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
const HOSTS: [&str; 4] = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23", "localhost"];
const LIMIT: Duration = Duration::from_secs(2);
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(300);

/// Returns the credentials of the container's endpoint, if a variable names one.
pub(super) async fn credentials(settings: &Settings, client: &HttpClient) -> Result<Option<Credentials>, Error> {
    let Some((setting, url)) = endpoint(settings)? else { return Ok(None) };
    let mut headers = vec![("accept", "application/json".to_owned())];
    headers.extend(token(settings)?.map(|token| ("authorization", token)));
    let mut attempt = 1;
    loop {
        let refusal = match http::send(client, "GET", &url, &headers, LIMIT).await {
            Ok(answer) if answer.status == 200 => match serde_json::from_str(&answer.text) {
                Ok(json) => return keys::of_json(&json, &setting.origin()).map(Some),
                Err(_) => Error::new(
                    ErrorKind::Configuration,
                    format!("the answer of {} is not JSON: check what answers there", setting.origin()),
                ),
            },
            Ok(answer) if answer.status < 500 => Error::new(
                ErrorKind::Configuration,
                format!(
                    "{} answered with HTTP {}: check {TOKEN} and the container's role",
                    setting.origin(),
                    answer.status
                ),
            ),
            Ok(answer) => unavailable(&setting.origin(), &format!("HTTP {}", answer.status)),
            Err(error) => unavailable(&setting.origin(), &error.to_string()),
        };
        if attempt == ATTEMPTS {
            return Err(refusal);
        }
        attempt += 1;
        tokio::time::sleep(PAUSE).await;
    }
}

fn endpoint(settings: &Settings) -> Result<Option<(Setting, String)>, Error> {
    let (setting, url) = match settings.variable(RELATIVE) {
        Some(relative) => {
            let url = format!("http://{}{}", HOSTS[0], relative.value);
            (relative, url)
        }
        None => match settings.variable(FULL) {
            Some(full) => (full.clone(), full.value),
            None => return Ok(None),
        },
    };
    let is_http = |uri: &Uri| [Some("http"), Some("https")].contains(&uri.scheme_str());
    let uri = url.parse::<Uri>().ok().filter(|uri| is_http(uri) && uri.host().is_some());
    let Some(uri) = uri else {
        return Err(setting.refuse("not a URL: write it as http://169.254.170.23/v1/credentials"));
    };
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let is_loopback = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    if uri.scheme_str() == Some("https") || is_loopback || HOSTS.contains(&host) {
        return Ok(Some((setting, url)));
    }
    Err(setting
        .refuse("on a host that may not be asked without TLS: write https, a loopback address, or the container's own"))
}

fn token(settings: &Settings) -> Result<Option<String>, Error> {
    let (setting, token) = match settings.variable(TOKEN_FILE) {
        Some(file) => {
            let token = std::fs::read_to_string(&file.value).map_err(|error| {
                file.refuse(&format!("not readable ({error}): write the path of a file with the token"))
            })?;
            (file, token)
        }
        None => match settings.variable(TOKEN) {
            Some(token) => (token.clone(), token.value),
            None => return Ok(None),
        },
    };
    let token = token.trim();
    if token.chars().all(|char| char == ' ' || char.is_ascii_graphic()) {
        return Ok(Some(token.to_owned()));
    }
    Err(setting.refuse_secret("not a token: it has a character that a header cannot have"))
}
