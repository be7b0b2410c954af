//! Verification of request signatures like in AWS, by signing the received request with the only key.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{
        PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode, sign,
    },
    sign::v4,
};
use aws_smithy_types::{DateTime, date_time::Format};

use crate::{call::Service, clock, http::Request, refusal::Refusal};

const ACCESS_KEY: &str = "testing";
const SECRET_KEY: &str = "testing";

/// The content of a request's `Authorization` header.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Authorization<'r> {
    access_key: &'r str,
    pub(crate) region: &'r str,
    service: &'r str,
    signed_headers: &'r str,
    signature: &'r str,
}

impl<'r> Authorization<'r> {
    pub(crate) fn of(request: &'r Request) -> Option<Self> {
        let parts = request.header("authorization")?.strip_prefix("AWS4-HMAC-SHA256 ")?;
        let mut authorization = Self::default();
        for part in parts.split(',') {
            match part.trim().split_once('=')? {
                ("Credential", scope) => {
                    let mut scope = scope.split('/');
                    authorization.access_key = scope.next()?;
                    let _day = scope.next()?;
                    authorization.region = scope.next()?;
                    authorization.service = scope.next()?;
                }
                ("SignedHeaders", names) => authorization.signed_headers = names,
                ("Signature", signature) => authorization.signature = signature,
                _ => return None,
            }
        }
        Some(authorization)
    }

    fn signs(&self, name: &str) -> bool {
        self.signed_headers.split(';').any(|signed| signed == name)
    }
}

pub(crate) fn check(
    request: &Request,
    authorization: Option<&Authorization<'_>>,
    service: Service,
    limit: Duration,
) -> Result<(), Refusal> {
    let authorization = authorization.ok_or_else(|| Refusal::unsigned(service))?;
    if authorization.access_key != ACCESS_KEY {
        return Err(Refusal::unknown_key(service));
    }
    let signed_at = request.header("x-amz-date").and_then(time).ok_or_else(|| Refusal::wrong_signature(service))?;
    if expected(request, authorization, service, signed_at).as_deref() != Some(authorization.signature) {
        return Err(Refusal::wrong_signature(service));
    }
    let now = clock::now();
    match now.duration_since(signed_at) {
        Ok(age) if age > limit => {
            let earliest = written(now - limit);
            let message = format!("Signature expired: {} is now earlier than {earliest}", written(signed_at));
            Err(Refusal::old_signature(service, message))
        }
        Err(ahead) if ahead.duration() > limit => {
            let latest = written(now + limit);
            let message = format!("Signature not yet current: {} is still later than {latest}", written(signed_at));
            Err(Refusal::old_signature(service, message))
        }
        _ => Ok(()),
    }
}

fn expected(
    request: &Request,
    authorization: &Authorization<'_>,
    service: Service,
    signed_at: SystemTime,
) -> Option<String> {
    let mut settings = SigningSettings::default();
    let body = if service == Service::S3 {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        SignableBody::Precomputed(request.header("x-amz-content-sha256")?.to_owned())
    } else {
        SignableBody::Bytes(&request.body)
    };
    let identity = Credentials::from_keys(ACCESS_KEY, SECRET_KEY, None).into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(authorization.region)
        .name(authorization.service)
        .time(signed_at)
        .settings(settings)
        .build()
        .ok()?;
    let url = format!("http://{}{}", request.header("host")?, request.target);
    let headers = request.headers.iter().filter(|(name, _)| authorization.signs(name));
    let headers = headers.map(|(name, value)| (name.as_str(), value.as_str()));
    let signable = SignableRequest::new(&request.method, url, headers, body).ok()?;
    Some(sign(signable, &params.into()).ok()?.into_parts().1)
}

/// Parses `20260101T000000Z`.
fn time(text: &str) -> Option<SystemTime> {
    let (day, time) = text.strip_suffix('Z')?.split_once('T')?;
    let part = |text: &str, from, to| text.get(from..to).map(str::to_owned);
    let extended = format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(day, 0, 4)?,
        part(day, 4, 6)?,
        part(day, 6, 8)?,
        part(time, 0, 2)?,
        part(time, 2, 4)?,
        part(time, 4, 6)?
    );
    SystemTime::try_from(DateTime::from_str(&extended, Format::DateTime).ok()?).ok()
}

fn written(time: SystemTime) -> String {
    let mut whole = DateTime::from(time);
    whole.set_subsec_nanos(0);
    whole.fmt(Format::DateTime).unwrap_or_default().replace(['-', ':'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_it_is_written() {
        assert_eq!(written(time("20260228T235959Z").unwrap()), "20260228T235959Z");
        for wrong in ["", "20260228", "20260228T2359Z", "20261328T235959Z"] {
            assert!(time(wrong).is_none(), "{wrong}");
        }
    }
}
