//! Validation of access keys from variables, files and JSON, including surrounding white space.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_smithy_types::{DateTime, date_time::Format};
use serde_json::Value;

use crate::{
    Error, ErrorKind,
    aws::settings::{Profile, Setting, Settings},
};

const NAME: &str = "lambda-cache";

/// Keys that are not yet validated.
pub(super) struct Keys<'a> {
    pub(super) access_key: &'a str,
    pub(super) secret_key: &'a str,
    pub(super) token: Option<&'a str>,
    pub(super) expiry: Option<SystemTime>,
}

impl Keys<'_> {
    /// Returns the credentials. `from` names their source in the error.
    pub(super) fn checked(self, from: &str) -> Result<Credentials, Error> {
        // An environment file with Windows line ends adds a carriage return, which is not allowed in a header.
        let access_key = sendable(self.access_key, from, "access key id")?;
        let token = self.token.map(|token| sendable(token, from, "session token")).transpose()?;
        let token = token.filter(|token| !token.is_empty()).map(str::to_owned);
        Ok(Credentials::new(access_key, self.secret_key.trim(), token, self.expiry, NAME))
    }
}

fn sendable<'a>(text: &'a str, from: &str, what: &str) -> Result<&'a str, Error> {
    let text = text.trim();
    if text.chars().all(|char| char.is_ascii_graphic()) {
        return Ok(text);
    }
    let message = format!("the {what} of {from} has a character that no {what} has, such as a space: copy it again");
    Err(Error::new(ErrorKind::Configuration, message))
}

/// Returns the keys of the environment.
pub(super) fn of_environment(settings: &Settings) -> Result<Option<Credentials>, Error> {
    let Some(access_key) = settings.variable("AWS_ACCESS_KEY_ID") else { return Ok(None) };
    let Some(secret_key) = settings.variable("AWS_SECRET_ACCESS_KEY") else {
        return Err(Error::new(
            ErrorKind::Configuration,
            "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not: set both, or neither",
        ));
    };
    let token = settings.variable("AWS_SECURITY_TOKEN").or_else(|| settings.variable("AWS_SESSION_TOKEN"));
    checked(&access_key, &secret_key, token.as_ref()).map(Some)
}

/// Returns the keys in a profile.
pub(super) fn of_profile(profile: &Profile) -> Result<Option<Credentials>, Error> {
    let Some(access_key) = profile.get("aws_access_key_id") else { return Ok(None) };
    let Some(secret_key) = profile.get("aws_secret_access_key") else {
        return Err(access_key.refuse_secret("without aws_secret_access_key: write both, or neither"));
    };
    let token = profile.get("aws_security_token").or_else(|| profile.get("aws_session_token"));
    checked(&access_key, &secret_key, token.as_ref()).map(Some)
}

fn checked(access_key: &Setting, secret_key: &Setting, token: Option<&Setting>) -> Result<Credentials, Error> {
    let token = token.map(|token| token.value.as_str());
    let keys = Keys { access_key: &access_key.value, secret_key: &secret_key.value, token, expiry: None };
    keys.checked(&access_key.origin())
}

/// Returns the keys in a JSON object of a container, an instance or a process. The error names the missing field.
pub(super) fn of_json(json: &Value, from: &str) -> Result<Credentials, Error> {
    let field = |name: &str| json.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let needed = |name: &str| {
        let message = format!("the answer of {from} has no {name}: check what answers there");
        field(name).ok_or_else(|| Error::new(ErrorKind::Configuration, message))
    };
    let token = field("SessionToken").or_else(|| field("Token"));
    let expiry = field("Expiration").map(|text| {
        let message =
            format!("the answer of {from} has an Expiration that is not a time: write it as 2030-01-31T12:00:00Z");
        time(text).ok_or_else(|| Error::new(ErrorKind::Configuration, message))
    });
    let (access_key, secret_key) = (needed("AccessKeyId")?, needed("SecretAccessKey")?);
    Keys { access_key, secret_key, token, expiry: expiry.transpose()? }.checked(from)
}

/// Parses a time in ISO 8601, in the formats that AWS's tools have used over the years.
pub(super) fn time(text: &str) -> Option<SystemTime> {
    let text = Some(text.trim()).filter(|text| text.is_ascii())?.replacen(' ', "T", 1);
    let text = text.strip_suffix("UTC").map_or(text.clone(), |text| format!("{text}Z"));
    let zone = text.get(10..).and_then(|time| time.find(['Z', 'z', '+', '-'])).map(|position| position + 10);
    let text = match zone {
        None => text + "Z",
        // +0100
        Some(at) if text.len() == at + 5 && !text[at..].contains(':') => {
            format!("{}:{}", &text[..at + 3], &text[at + 3..])
        }
        Some(_) => text,
    };
    SystemTime::try_from(DateTime::from_str(&text, Format::DateTimeWithOffset).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn times_are_parsed_in_every_format_of_aws_tools() {
        let moment = UNIX_EPOCH + Duration::from_hours(525_972);
        for text in [
            "2030-01-01T12:00:00Z",
            "2030-01-01T12:00:00UTC",
            "2030-01-01T12:00:00+00:00",
            "2030-01-01T14:00:00+0200",
            "2030-01-01T07:00:00-05:00",
            "2030-01-01 12:00:00",
        ] {
            assert_eq!(time(text), Some(moment), "{text}");
        }
        for text in ["", "soon", "2030-01-01", "12:00:00Z", "2030-01-01T12:00:00é"] {
            assert_eq!(time(text), None, "{text}");
        }
    }

    #[test]
    fn keys_are_trimmed_and_invalid_ones_do_not_panic() {
        let keys = |access_key| Keys { access_key, secret_key: "b\r", token: Some(""), expiry: None }.checked("here");
        let kept = keys(" AKIA\r").unwrap();
        assert_eq!((kept.access_key_id(), kept.secret_access_key(), kept.session_token()), ("AKIA", "b", None));
        for bad in ["a b", "a\nb", "ключ"] {
            let message = keys(bad).unwrap_err().to_string();
            assert!(message.contains("here") && !message.contains(bad), "{message}");
        }
    }
}
