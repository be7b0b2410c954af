//! Credentials of a role, from STS.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_sts::{Client, types::Credentials as Given};

use super::{Nested, keys::Keys};
use crate::{
    Error,
    aws::{
        client::builder,
        settings::{Profile, Setting, Settings},
    },
};

/// Returns `true` if a profile has a role that is assumed with other credentials.
pub(super) fn is_asked(profile: &Profile) -> bool {
    profile.has("role_arn") && !profile.has("web_identity_token_file")
}

/// A role, as described in a profile.
pub(super) struct Role {
    arn: Setting,
    session_name: Option<Setting>,
    external_id: Option<Setting>,
    duration: Option<i32>,
}

impl Role {
    pub(super) fn of(profile: &Profile) -> Result<Option<Self>, Error> {
        let Some(arn) = profile.get("role_arn") else { return Ok(None) };
        if let Some(device) = profile.get("mfa_serial") {
            return Err(device.refuse(
                "a device whose code nobody can type here: export the role's credentials with `aws configure \
                 export-credentials --format env`, or use a profile without mfa_serial",
            ));
        }
        let duration = profile.get("duration_seconds").map(|duration| {
            let seconds = duration.value.trim().parse::<i32>().ok().filter(|seconds| *seconds > 0);
            seconds.ok_or_else(|| duration.refuse("not a whole number of seconds: write it as 3600"))
        });
        Ok(Some(Self {
            arn,
            session_name: profile.get("role_session_name"),
            external_id: profile.get("external_id"),
            duration: duration.transpose()?,
        }))
    }

    /// Assumes the role with the credentials `source`.
    pub(super) async fn assume(self, source: Credentials, nested: &Nested) -> Result<Credentials, Error> {
        let given = client(nested, Some(source))?
            .assume_role()
            .role_arn(&self.arn.value)
            .role_session_name(self.session_name.map_or_else(session_name, |name| name.value))
            .set_external_id(self.external_id.map(|id| id.value))
            .set_duration_seconds(self.duration)
            .send()
            .await;
        let doing = format!("the role {:?} of {}", self.arn.value, self.arn.origin());
        credentials(given.map_err(|error| Nested::failed("AssumeRole", &doing, &error))?.credentials, &doing)
    }
}

/// Returns the credentials of a web identity, if the environment or the profile names a token file.
pub(super) async fn web_identity(
    settings: &Settings,
    profile: Option<&Profile>,
    with_variables: bool,
    nested: &Nested,
) -> Result<Option<Credentials>, Error> {
    let get = |variable: &str, key: &str| {
        let variable = if with_variables { settings.variable(variable) } else { None };
        variable.or_else(|| profile?.get(key))
    };
    let Some(file) = get("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file") else { return Ok(None) };
    let Some(arn) = get("AWS_ROLE_ARN", "role_arn") else {
        return Err(file.refuse("without a role: set AWS_ROLE_ARN, or role_arn in the profile"));
    };
    let token = std::fs::read_to_string(&file.value)
        .map_err(|error| file.refuse(&format!("not readable ({error}): write the path of a file with the token")))?;
    let session = get("AWS_ROLE_SESSION_NAME", "role_session_name");
    let given = client(nested, None)?
        .assume_role_with_web_identity()
        .role_arn(&arn.value)
        .role_session_name(session.map_or_else(session_name, |name| name.value))
        .web_identity_token(token)
        .send()
        .await;
    let doing = format!("the role {:?} of {}", arn.value, arn.origin());
    let given = given.map_err(|error| Nested::failed("AssumeRoleWithWebIdentity", &doing, &error))?;
    credentials(given.credentials, &doing).map(Some)
}

fn client(nested: &Nested, source: Option<Credentials>) -> Result<Client, Error> {
    let (config, endpoint) = nested.config_of_sts()?;
    let mut builder = builder!(aws_sdk_sts, &config, endpoint.as_deref());
    builder.set_credentials_provider(source.map(SharedCredentialsProvider::new));
    Ok(Client::from_conf(builder.build()))
}

fn credentials(given: Option<Given>, doing: &str) -> Result<Credentials, Error> {
    let given = given.ok_or_else(|| Nested::unreadable(doing))?;
    let keys = Keys {
        access_key: given.access_key_id(),
        secret_key: given.secret_access_key(),
        token: Some(given.session_token()),
        expiry: SystemTime::try_from(*given.expiration()).ok(),
    };
    keys.checked(doing)
}

fn session_name() -> String {
    let now = super::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("lambda-cache-{}", now.as_secs())
}
