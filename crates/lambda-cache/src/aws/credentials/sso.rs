//! The credentials after `aws sso login`.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use aws_credential_types::Credentials;
use aws_sdk_sso::error::ProvideErrorMetadata;
use aws_smithy_types::{DateTime, date_time::Format};
use aws_types::region::Region;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use super::{
    Nested, hex,
    keys::{self, Keys},
};
use crate::{
    Error, ErrorKind,
    aws::{
        client::builder,
        settings::{Profile, Setting, Settings, checked_region},
    },
    runtime::file_system,
};

/// The remaining validity below which a session's token is renewed.
const RENEWAL: Duration = Duration::from_mins(15);

/// The login of a profile.
struct Login {
    role_name: Setting,
    account_id: Setting,
    start_url: Setting,
    region: Region,
    session: Option<Setting>,
}

/// Returns the credentials of a profile that names an account and a role of IAM Identity Center.
pub(super) async fn credentials(
    settings: &Settings,
    profile: &Profile,
    nested: &Nested,
) -> Result<Option<Credentials>, Error> {
    let Some(login) = Login::of(settings, profile)? else { return Ok(None) };
    let token = login.token(settings, nested).await?;
    let (mut config, endpoint) = nested.config("SSO")?;
    config.set_region(login.region.clone());
    let builder = builder!(aws_sdk_sso, &config.build(), endpoint.as_deref());
    let given = aws_sdk_sso::Client::from_conf(builder.build())
        .get_role_credentials()
        .role_name(&login.role_name.value)
        .account_id(&login.account_id.value)
        .access_token(token)
        .send()
        .await;
    let doing = format!("the SSO role {:?} of {}", login.role_name.value, login.role_name.origin());
    let given = given.map_err(|error| match error.code() {
        Some("UnauthorizedException") => log_in(settings, "its session has expired"),
        _ => Nested::failed("GetRoleCredentials", &doing, &error),
    })?;
    let given = given.role_credentials.ok_or_else(|| Nested::unreadable(&doing))?;
    let keys = Keys {
        access_key: given.access_key_id().ok_or_else(|| Nested::unreadable(&doing))?,
        secret_key: given.secret_access_key().ok_or_else(|| Nested::unreadable(&doing))?,
        token: given.session_token(),
        expiry: SystemTime::try_from(DateTime::from_millis(given.expiration())).ok(),
    };
    keys.checked(&doing).map(Some)
}

impl Login {
    fn of(settings: &Settings, profile: &Profile) -> Result<Option<Self>, Error> {
        let (role_name, account_id) = (profile.get("sso_role_name"), profile.get("sso_account_id"));
        let Some(named) = role_name.as_ref().or(account_id.as_ref()).cloned() else { return Ok(None) };
        let session = profile.get("sso_session");
        let section = match &session {
            None => None,
            Some(session) => Some(settings.profiles().sso_session(&session.value).ok_or_else(|| {
                session.refuse("not the name of a section: write [sso-session NAME] into the file config")
            })?),
        };
        let get = |key: &str| {
            let (own, shared) = (profile.get(key), section.and_then(|section| section.get(key)));
            match (own, shared) {
                (Some(own), Some(shared)) if own.value != shared.value => {
                    Err(own.refuse(&format!("not what {} says: write it in one place", shared.origin())))
                }
                (own, shared) => Ok(shared.or(own)),
            }
        };
        let needed = |key: &str, setting: Option<Setting>| {
            setting.ok_or_else(|| named.refuse(&format!("without {key}, which SSO needs: run `aws configure sso`")))
        };
        let region = needed("sso_region", get("sso_region")?)?;
        Ok(Some(Self {
            role_name: needed("sso_role_name", role_name)?,
            account_id: needed("sso_account_id", account_id)?,
            start_url: needed("sso_start_url", get("sso_start_url")?)?,
            region: Region::new(checked_region(&region)?.to_owned()),
            session,
        }))
    }

    /// Returns the token that `aws sso login` stored, renewed if it is about to expire and can be.
    async fn token(&self, settings: &Settings, nested: &Nested) -> Result<String, Error> {
        let name = self.session.as_ref().map_or(&self.start_url.value, |session| &session.value);
        let file = format!("~/.aws/sso/cache/{}.json", hex(&Sha1::digest(name.as_bytes())));
        let path = settings.path(&file);
        let token: Option<Value> = fs::read(&path).ok().and_then(|text| serde_json::from_slice(&text).ok());
        let token = token.ok_or_else(|| log_in(settings, "there is no session"))?;
        let text = |key: &str| token.get(key).and_then(Value::as_str);
        let (Some(access), Some(expiry)) = (text("accessToken"), text("expiresAt").and_then(keys::time)) else {
            return Err(log_in(settings, "the file of its session cannot be read"));
        };
        let now = super::now();
        if self.session.is_some()
            && expiry < now + RENEWAL
            && let Some(renewed) = self.renew(&token, &path, nested).await?
        {
            return Ok(renewed);
        }
        if expiry <= now {
            return Err(log_in(settings, "its session has expired"));
        }
        Ok(access.to_owned())
    }

    /// Renews the token. Returns `None` if it cannot be renewed, or its service rejects the request.
    async fn renew(&self, token: &Value, path: &Path, nested: &Nested) -> Result<Option<String>, Error> {
        let text = |key: &str| token.get(key).and_then(Value::as_str);
        let (Some(id), Some(secret), Some(refresh), Some(registration)) =
            (text("clientId"), text("clientSecret"), text("refreshToken"), text("registrationExpiresAt"))
        else {
            return Ok(None);
        };
        if keys::time(registration).is_none_or(|expiry| expiry <= super::now()) {
            return Ok(None);
        }
        let (mut config, endpoint) = nested.config("SSO OIDC")?;
        config.set_region(self.region.clone());
        let builder = builder!(aws_sdk_ssooidc, &config.build(), endpoint.as_deref());
        let given = aws_sdk_ssooidc::Client::from_conf(builder.build())
            .create_token()
            .grant_type("refresh_token")
            .client_id(id)
            .client_secret(secret)
            .refresh_token(refresh)
            .send()
            .await;
        let Ok(given) = given else { return Ok(None) };
        let Some(access) = given.access_token() else { return Ok(None) };
        let seconds = u64::try_from(given.expires_in()).unwrap_or_default();
        let expiry = DateTime::from(super::now() + Duration::from_secs(seconds));
        let mut renewed = json!({
            "startUrl": self.start_url.value,
            "region": self.region.as_ref(),
            "accessToken": access,
            "expiresAt": expiry.fmt(Format::DateTime).unwrap_or_default(),
            "clientId": id,
            "clientSecret": secret,
            "registrationExpiresAt": registration,
        });
        if let Some(refresh) = given.refresh_token() {
            renewed["refreshToken"] = refresh.into();
        }
        // A process that may not write there renews the token again at its next start.
        if let Err(error) = save(path, &renewed) {
            tracing::debug!("the renewed SSO token was not saved in {}: {error}", path.display());
        }
        Ok(Some(access.to_owned()))
    }
}

/// Replaces the file atomically, because other programs read it too.
fn save(path: &Path, token: &Value) -> std::io::Result<()> {
    let mut part = path.as_os_str().to_owned();
    part.push(format!(".{}", std::process::id()));
    let part = PathBuf::from(part);
    let mut file = file_system::open(&part, fs::OpenOptions::new().write(true).create(true).truncate(true))?;
    file.write_all(token.to_string().as_bytes())?;
    fs::rename(&part, path)
}

fn log_in(settings: &Settings, reason: &str) -> Error {
    let profile = settings.profile_name();
    let message = format!(
        "the profile {profile:?} uses SSO and {reason}: run `aws sso login --profile {profile}`, or set what `aws configure \
         export-credentials --profile {profile} --format env` prints"
    );
    Error::new(ErrorKind::Configuration, message)
}
