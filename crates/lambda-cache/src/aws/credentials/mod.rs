//! Credentials from all places where boto3 looks for them, in its order.

mod container;
pub(super) mod http;
mod kept;
mod keys;
mod login;
mod metadata;
mod nested;
mod process;
mod role;
mod sso;

use std::{
    fmt::Write,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_credential_types::Credentials;
use aws_types::SdkConfig;
use futures_util::{FutureExt, future::BoxFuture};

pub(super) use self::kept::Kept;
use self::{nested::Nested, role::Role};
use super::{
    http_client::HttpClient,
    settings::{Profile, Setting, Settings},
};
use crate::{AwsFailure, Error, ErrorKind, engine::Clock};

/// The credentials that the settings describe, and what finds them.
pub(super) struct Finder {
    settings: Settings,
    nested: Nested,
    client: HttpClient,
}

/// Returns the credentials of the settings, which are fetched when a call needs them. `config` is the configuration
/// of the calls that fetch them.
pub(super) fn of_settings(settings: &Settings, config: &SdkConfig, client: HttpClient, limit: Duration) -> Arc<Kept> {
    let (settings, nested) = (settings.clone(), Nested::new(settings, config));
    Kept::of_settings(Finder { settings, nested, client }, limit)
}

impl Finder {
    /// Returns `true` if the credentials come from a process, which may take long.
    fn asks_a_process(&self) -> bool {
        if self.settings.variable("AWS_ACCESS_KEY_ID").is_some() {
            return false;
        }
        let mut seen = Vec::new();
        let mut name = self.settings.profile_name().to_owned();
        while let Some(profile) = self.settings.profiles().get(&name).filter(|_| !seen.contains(&name)) {
            if process::is_used(profile) {
                return true;
            }
            let Some(source) = profile.get("source_profile") else { break };
            seen.push(std::mem::replace(&mut name, source.value));
        }
        false
    }

    async fn find(&self) -> Result<Credentials, Error> {
        let Self { settings, client, .. } = self;
        if let Some(found) = keys::of_environment(settings)? {
            return Ok(found);
        }
        let name = settings.profile_name();
        if let Some(profile) = settings.profile().filter(|profile| role::is_asked(profile)) {
            return self.assume(name.to_owned(), profile, vec![name.to_owned()]).await;
        }
        if let Some(found) = self.of_profile(name, true).await? {
            return Ok(found);
        }
        if let Some(found) = container::credentials(settings, client).await? {
            return Ok(found);
        }
        metadata::credentials(settings, client).await?.ok_or_else(|| self.nothing())
    }

    /// Returns the credentials in a profile itself. `with_variables` is true for the selected profile, and false for
    /// profiles that it refers to.
    async fn of_profile(&self, name: &str, with_variables: bool) -> Result<Option<Credentials>, Error> {
        let Self { settings, nested, .. } = self;
        let profiles = settings.profiles();
        let profile = profiles.get(name);
        if let Some(found) = role::web_identity(settings, profile, with_variables, nested).await? {
            return Ok(Some(found));
        }
        let Some(profile) = profile else { return Ok(None) };
        if let Some(found) = sso::credentials(settings, profile, nested).await? {
            return Ok(Some(found));
        }
        if let Some(found) = profiles.in_credentials(name).map(keys::of_profile).transpose()?.flatten() {
            return Ok(Some(found));
        }
        if let Some(found) = login::credentials(settings, profile)? {
            return Ok(Some(found));
        }
        if let Some(found) = process::credentials(profile).await? {
            return Ok(Some(found));
        }
        Ok(profiles.in_config(name).map(keys::of_profile).transpose()?.flatten())
    }

    /// Assumes the role of a profile, after the roles of the profiles that it refers to.
    fn assume<'a>(
        &'a self,
        name: String,
        profile: &'a Profile,
        mut seen: Vec<String>,
    ) -> BoxFuture<'a, Result<Credentials, Error>> {
        async move {
            let role = Role::of(profile)?
                .ok_or_else(|| wrong(&name, "has a role_arn without a value: write the ARN of the role"))?;
            let source = match (profile.get("source_profile"), profile.get("credential_source")) {
                (Some(_), Some(source)) => {
                    return Err(source.refuse("beside a source_profile: write one of the two"));
                }
                (None, None) => {
                    return Err(wrong(
                        &name,
                        "has a role_arn and neither source_profile nor credential_source: add one of them",
                    ));
                }
                (None, Some(source)) => self.of_source(&source).await?,
                (Some(source), None) => {
                    let from = self.source_profile(&source, &name, &seen)?;
                    let next = source.value.clone();
                    if has_keys(from) || !role::is_asked(from) {
                        let found = self.of_profile(&next, false).await?;
                        found.ok_or_else(|| {
                            source.refuse("a profile without credentials: write the name of one that has them")
                        })?
                    } else {
                        seen.push(next.clone());
                        self.assume(next, from, seen).await?
                    }
                }
            };
            role.assume(source, &self.nested).await
        }
        .boxed()
    }

    fn source_profile(&self, source: &Setting, name: &str, seen: &[String]) -> Result<&Profile, Error> {
        let Some(profile) = self.settings.profiles().get(&source.value) else {
            return Err(source.refuse("not a profile in the files: write the name of one that they have"));
        };
        let is_itself = source.value == name && has_keys(profile);
        if seen.contains(&source.value) && !is_itself {
            return Err(source.refuse("a profile that refers back to this one: end the chain with one that has keys"));
        }
        Ok(profile)
    }

    async fn of_source(&self, source: &Setting) -> Result<Credentials, Error> {
        let Self { settings, client, .. } = self;
        let (found, advice) = match source.value.as_str() {
            "Environment" => (keys::of_environment(settings)?, "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
            "EcsContainer" => {
                let advice = "use it in a container, which sets AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
                (container::credentials(settings, client).await?, advice)
            }
            "Ec2InstanceMetadata" => {
                let advice = "give the instance a role, and let it reach its metadata service";
                (metadata::credentials(settings, client).await?, advice)
            }
            _ => {
                return Err(
                    source.refuse("none of Environment, EcsContainer and Ec2InstanceMetadata: write it as Environment")
                );
            }
        };
        found.ok_or_else(|| source.refuse(&format!("a source that has no credentials here: {advice}")))
    }

    fn nothing(&self) -> Error {
        let (named, unread) = (self.settings.named(), self.settings.profiles().unread());
        let message = format!(
            "no AWS credentials{named}{unread}; in Lambda the function's role gives them; elsewhere set AWS_PROFILE, or \
             AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        );
        Error::unset("NoCredentials", message)
    }
}

/// Returns the time of day, which decides whether credentials have expired.
fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_nanos(Clock::System.now().wall_ns)
}

fn has_keys(profile: &Profile) -> bool {
    profile.has("aws_access_key_id") || profile.has("aws_secret_access_key")
}

/// Returns the error for a profile. `what_is_wrong` ends with advice.
fn wrong(profile: &str, what_is_wrong: &str) -> Error {
    Error::new(ErrorKind::Configuration, format!("the profile {profile:?} {what_is_wrong}"))
}

/// Returns the transient error for a credential endpoint that does not answer as expected.
fn unavailable(what: &str, reason: &str) -> Error {
    let message = format!("cannot get credentials from {what}: {reason}; check the network and the endpoint");
    let failure = AwsFailure {
        operation: "credentials",
        code: "ConnectionError".to_owned(),
        message: reason.to_owned(),
        request_id: None,
        status: None,
    };
    Error::aws(ErrorKind::Unavailable, message, failure)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
