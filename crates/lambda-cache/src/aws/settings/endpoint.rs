use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

use super::{Setting, Settings};
use crate::Error;

const ENDPOINT: &str = "AWS_ENDPOINT_URL";

impl Settings {
    /// Returns the endpoint that is set for a service, by its name in the SDK, or for all services.
    pub(crate) fn endpoint(&self, service: &str) -> Result<Option<Setting>, Error> {
        let Some(endpoint) = self.endpoint_setting(service)? else { return Ok(None) };
        check(&endpoint.value).map_err(|what_is_wrong| endpoint.refuse(what_is_wrong))?;
        Ok(Some(endpoint))
    }

    fn endpoint_setting(&self, service: &str) -> Result<Option<Setting>, Error> {
        if self.flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls") == Some(true) {
            return Ok(None);
        }
        let name = service.replace([' ', '-'], "_");
        let of_service = self.variable(&format!("{ENDPOINT}_{}", name.to_uppercase()));
        if let Some(endpoint) = of_service.or_else(|| self.variable(ENDPOINT)) {
            return Ok(Some(endpoint));
        }
        let Some(services) = self.key("services") else { return Ok(self.key("endpoint_url")) };
        let Some(section) = self.profiles.services(&services.value) else {
            return Err(services.refuse("not the name of a section: write [services NAME] into the same file"));
        };
        let name = name.to_lowercase();
        let of_service = section.nested(&name, "endpoint_url");
        // The SDK's form of the name.
        let of_service = of_service.or_else(|| section.nested(&name.replace('_', "-"), "endpoint_url"));
        Ok(of_service.or_else(|| self.key("endpoint_url")))
    }
}

/// Returns the problem of an endpoint that is not the URL of a server.
pub(crate) fn check(endpoint: &str) -> Result<(), &'static str> {
    let is_url = endpoint.parse::<http::Uri>().is_ok_and(|uri| {
        let scheme = uri.scheme_str().unwrap_or_default().to_ascii_lowercase();
        uri.host().is_some_and(|host| !host.is_empty()) && ["http", "https"].contains(&scheme.as_str())
    });
    if is_url { Ok(()) } else { Err("not a URL: write it as http://host:port or https://host") }
}

/// Provides endpoints for other clients of the SDK, which request them by their service.
impl LoadServiceConfig for Settings {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        if key.env() == ENDPOINT {
            return Some(self.endpoint(key.service_id()).ok()??.value);
        }
        let service = key.service_id().replace([' ', '-'], "_").to_uppercase();
        let variable = self.variable(&format!("{}_{service}", key.env())).or_else(|| self.variable(key.env()));
        Some(variable.or_else(|| self.key(key.profile()))?.value)
    }
}
