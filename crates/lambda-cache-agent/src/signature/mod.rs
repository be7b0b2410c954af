//! Verification of requests that are signed with AWS's signature version 4, by signing them again with the agent's own
//! credentials.

mod authorization;
mod known;
mod time;

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};
use http::StatusCode;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use self::{
    authorization::Authorization,
    time::{parse, written},
};
pub(crate) use self::{known::Known, time::now};
use crate::{answer::described, request::Request};

/// The greatest difference of the clocks, as AWS has it.
const CLOCK_SKEW: Duration = Duration::from_mins(5);
const DATE: &str = "x-amz-date";
const TOKEN: &str = "x-amz-security-token";
const BODY_HASH: &str = "x-amz-content-sha256";
/// The headers that must be signed.
const SIGNED: [&str; 3] = ["host", DATE, "x-amz-target"];

/// The signer of a verified request.
#[derive(Debug)]
pub(crate) struct Signer {
    pub(crate) credentials: Credentials,
    /// The Region that the request is for.
    pub(crate) region: String,
}

/// The reason why a request is refused, as AWS has it.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: String,
    pub(crate) message: String,
}

impl Refusal {
    fn new(code: &str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code: code.to_owned(), message: message.into() }
    }

    fn mismatch() -> Self {
        let message = "The request signature we calculated does not match the signature you provided. Check your AWS \
                       Secret Access Key and signing method. Consult the service documentation for details.";
        Self::new("InvalidSignatureException", message)
    }

    fn unknown() -> Self {
        let message = "The security token included in the request is invalid: the agent answers only requests that are \
                       signed with its own credentials. Give a client with other credentials, such as those of an assumed \
                       role, the endpoint of AWS (endpoint_url) instead of the agent's.";
        Self::new("UnrecognizedClientException", message)
    }
}

/// Verifies a request to the service with this name in signatures.
///
/// # Errors
/// The request is not signed with the agent's credentials for this service, or was signed too long ago.
pub(crate) async fn verify(request: &Request, service: &str, known: &Known) -> Result<Signer, Refusal> {
    let authorization = Authorization::of(request)?;
    if let Some(unsigned) = SIGNED.iter().find(|name| !authorization.signs(name)) {
        let message = format!("'{unsigned}' must be a 'SignedHeader' in the AWS Authorization.");
        return Err(Refusal::new("IncompleteSignatureException", message));
    }
    if authorization.service != service {
        let message = format!("Credential should be scoped to correct service: '{service}'.");
        return Err(Refusal::new("InvalidSignatureException", message));
    }
    let signed_at = request.header(DATE).and_then(parse).ok_or_else(|| {
        Refusal::new("IncompleteSignatureException", "Date in X-Amz-Date must be in the form 20260101T000000Z.")
    })?;
    check_clock(signed_at)?;
    let credentials = known.with_key(authorization.access_key).await.map_err(|error| {
        let (status, code, message) = described(&error);
        Refusal { status, code, message }
    })?;
    let credentials = credentials.ok_or_else(Refusal::unknown)?;
    let token = request.headers.get(TOKEN).map_or(&b""[..], |token| token.as_bytes());
    if !is_equal(token, credentials.session_token().unwrap_or_default().as_bytes()) {
        return Err(Refusal::unknown());
    }
    check_body(request)?;
    let expected = signature(request, &authorization, signed_at, &credentials).ok_or_else(Refusal::mismatch)?;
    if !is_equal(expected.as_bytes(), authorization.signature.as_bytes()) {
        return Err(Refusal::mismatch());
    }
    Ok(Signer { credentials, region: authorization.region.to_owned() })
}

/// Compares secrets in a time that depends on their lengths alone.
fn is_equal(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

fn check_clock(signed_at: SystemTime) -> Result<(), Refusal> {
    let now = now();
    let minutes = CLOCK_SKEW.as_secs() / 60;
    let (signed, shown_now) = (written(signed_at), written(now));
    let message = match now.duration_since(signed_at) {
        Ok(age) if age > CLOCK_SKEW => {
            let earliest = written(now - CLOCK_SKEW);
            format!("Signature expired: {signed} is now earlier than {earliest} ({shown_now} - {minutes} min.)")
        }
        Err(ahead) if ahead.duration() > CLOCK_SKEW => {
            let latest = written(now + CLOCK_SKEW);
            format!("Signature not yet current: {signed} is still later than {latest} ({shown_now} + {minutes} min.)")
        }
        _ => return Ok(()),
    };
    Err(Refusal::new("InvalidSignatureException", message))
}

/// Refuses a body that is not the signed one. The signature of an `UNSIGNED-PAYLOAD` would be valid for any body.
fn check_body(request: &Request) -> Result<(), Refusal> {
    let Some(claimed) = request.headers.get(BODY_HASH) else { return Ok(()) };
    let hash = Sha256::digest(&request.body).iter().fold(String::with_capacity(64), |mut hex, byte| {
        for digit in [byte >> 4, byte & 15] {
            hex.extend(char::from_digit(digit.into(), 16));
        }
        hex
    });
    if claimed.as_bytes() == hash.as_bytes() {
        return Ok(());
    }
    let message = "The value in X-Amz-Content-Sha256 is not the SHA-256 of the body: sign the payload.";
    Err(Refusal::new("InvalidSignatureException", message))
}

/// Returns the signature of the request as it came, with the headers that were signed.
fn signature(
    request: &Request,
    authorization: &Authorization<'_>,
    signed_at: SystemTime,
    credentials: &Credentials,
) -> Option<String> {
    let mut settings = SigningSettings::default();
    settings.excluded_headers = None;
    // Without the session token, which is signed only if it is one of the signed headers.
    let (access_key, secret_key) = (credentials.access_key_id(), credentials.secret_access_key());
    let keys = Credentials::new(access_key, secret_key, None, None, "lambda-cache-agent").into();
    let params = v4::SigningParams::builder()
        .identity(&keys)
        .region(authorization.region)
        .name(authorization.service)
        .time(signed_at)
        .settings(settings)
        .build()
        .ok()?;
    let headers = request.headers.iter().filter(|(name, _)| authorization.signs(name.as_str()));
    let headers = headers.map(|(name, value)| Some((name.as_str(), std::str::from_utf8(value.as_bytes()).ok()?)));
    let headers = headers.collect::<Option<Vec<_>>>()?;
    let body = SignableBody::Bytes(&request.body);
    let signable =
        SignableRequest::new(request.method.as_str(), "http://localhost/", headers.into_iter(), body).ok()?;
    Some(sign(signable, &params.into()).ok()?.into_parts().1)
}
