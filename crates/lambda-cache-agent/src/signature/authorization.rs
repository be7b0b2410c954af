use super::Refusal;
use crate::request::Request;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const HEADER: &str = "authorization";

/// The content of the `Authorization` header.
#[derive(Debug, Default)]
pub(super) struct Authorization<'r> {
    pub(super) access_key: &'r str,
    pub(super) region: &'r str,
    pub(super) service: &'r str,
    signed_headers: &'r str,
    pub(super) signature: &'r str,
}

impl<'r> Authorization<'r> {
    pub(super) fn of(request: &'r Request) -> Result<Self, Refusal> {
        let mut given = request.headers.get_all(HEADER).iter();
        let (Some(header), None) = (given.next(), given.next()) else {
            let message = "Missing Authentication Token: sign the request in one Authorization header.";
            return Err(Refusal::new("MissingAuthenticationTokenException", message));
        };
        let parsed = header.to_str().ok().and_then(Self::parse);
        parsed.ok_or_else(|| {
            let message = "The Authorization header must have the form 'AWS4-HMAC-SHA256 Credential=..., \
                           SignedHeaders=..., Signature=...'.";
            Refusal::new("IncompleteSignatureException", message)
        })
    }

    fn parse(header: &'r str) -> Option<Self> {
        let mut authorization = Self::default();
        for part in header.strip_prefix(ALGORITHM)?.split(',') {
            match part.trim().split_once('=')? {
                ("Credential", credential) => {
                    let mut scope = credential.split('/');
                    authorization.access_key = scope.next()?;
                    let _day = scope.next()?; // a part of the signature, and of the date
                    authorization.region = scope.next()?;
                    authorization.service = scope.next()?;
                    (scope.next() == Some("aws4_request") && scope.next().is_none()).then_some(())?;
                }
                ("SignedHeaders", names) => authorization.signed_headers = names,
                ("Signature", signature) => authorization.signature = signature,
                _ => return None,
            }
        }
        let all =
            [authorization.access_key, authorization.region, authorization.signed_headers, authorization.signature];
        all.iter().all(|one| !one.is_empty()).then_some(authorization)
    }

    /// Returns `true` if a header with this name in small letters is signed.
    pub(super) fn signs(&self, name: &str) -> bool {
        self.signed_headers.split(';').any(|signed| signed == name)
    }
}
