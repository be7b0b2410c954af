//! Advice for requests that AWS rejected.

use super::is_about_credentials;
use crate::{AwsFailure, ErrorKind, source::Operation};

/// The names of policies in AWS's messages. The function's role has an identity-based one.
const POLICIES: [&str; 7] = [
    "VPC endpoint policy",
    "service control policy",
    "resource control policy",
    "permissions boundary",
    "session policy",
    "resource-based policy",
    IDENTITY_BASED,
];
const IDENTITY_BASED: &str = "identity-based policy";

/// Returns the advice, with a leading `; `. `date` is the time of the answer.
pub(super) fn of(operation: Operation, kind: ErrorKind, failure: &AwsFailure, date: Option<&str>) -> String {
    match kind {
        ErrorKind::NotFound => "; check the name, and that it exists in this Region and account".to_owned(),
        ErrorKind::AccessDenied => permission(operation, &failure.message),
        ErrorKind::Throttled => "; set a longer max_age_in_seconds, which makes fewer calls".to_owned(),
        ErrorKind::Rejected if is_about_the_clock(failure) => {
            let services = date.map_or_else(String::new, |date| format!(" (AWS's says {date})"));
            format!("; this machine's clock is wrong: set it{services}")
        }
        ErrorKind::Rejected if is_about_credentials(&failure.code) => {
            "; the credentials are expired, wrong or of another account: get new ones".to_owned()
        }
        ErrorKind::Rejected if failure.code == "InvalidObjectState" => {
            "; the object is archived: restore it, or choose a storage class that can be read at once".to_owned()
        }
        _ => String::new(),
    }
}

/// Returns `true` if the request was rejected because of its time. A wrong key has the same error codes as a wrong
/// signature.
pub(super) fn is_about_the_clock(failure: &AwsFailure) -> bool {
    let says = |words: &str| failure.message.to_lowercase().contains(words);
    match failure.code.as_str() {
        "RequestTimeTooSkewed" | "RequestInTheFuture" => true,
        "InvalidSignatureException" | "SignatureDoesNotMatch" | "AuthFailure" | "RequestExpired" => {
            says("signature expired") || says("not yet current") || says("must be within") || says("too skewed")
        }
        _ => false,
    }
}

fn permission(operation: Operation, message: &str) -> String {
    let fallback = if is_about_a_key(message) { "kms:Decrypt" } else { operation.action() };
    let action = named_action(message).unwrap_or(fallback);
    let lower = message.to_lowercase();
    let policy = POLICIES.into_iter().find(|policy| lower.contains(&policy.to_lowercase()));
    if lower.contains("explicit deny") {
        let policy = policy.unwrap_or("policy");
        let article = if policy.starts_with('i') { "an" } else { "a" };
        return format!(
            "; {article} {policy} denies {action}: take that Deny statement away, an Allow does not outweigh it"
        );
    }
    if let Some(policy) = policy.filter(|policy| *policy != IDENTITY_BASED) {
        return format!("; the {policy} has to allow {action}, too: what the function's role allows is not enough");
    }
    let s3 = if matches!(operation, Operation::GetObject(_)) {
        " (without s3:ListBucket, S3 says this for a key that does not exist, too)"
    } else {
        ""
    };
    format!("; the function's role needs {action}{s3}")
}

/// Returns the action in "is not authorized to perform: ssm:GetParameter on resource: …".
fn named_action(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("authorized to perform: ")?;
    let action = rest.split_whitespace().next()?;
    let (service, name) = action.split_once(':')?;
    let is_word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    (is_word(service) && is_word(name)).then_some(action)
}

/// Returns `true` for a rejection by KMS, which other services pass on. SSM's message does not even mention KMS.
fn is_about_a_key(message: &str) -> bool {
    let message = message.to_lowercase();
    ["kms", "ciphertext", "master key"].iter().any(|word| message.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHO: &str = "User: arn:aws:sts::123456789012:assumed-role/r/f is not authorized to perform: ssm:GetParameter on \
                       resource: arn:aws:ssm:eu-west-1:123456789012:parameter/a";

    #[test]
    fn the_advice_names_the_policy() {
        let cases = [
            ("because no identity-based policy allows the ssm:GetParameter action", "; the function's role needs ssm:"),
            (
                "because no VPC endpoint policy allows the ssm:GetParameter action",
                "; the VPC endpoint policy has to allow",
            ),
            (
                "because no service control policy allows the ssm:GetParameter action",
                "; the service control policy has",
            ),
            ("because no permissions boundary allows the ssm:GetParameter action", "; the permissions boundary has"),
            ("because no session policy allows the ssm:GetParameter action", "; the session policy has"),
            ("with an explicit deny in a VPC endpoint policy", "; a VPC endpoint policy denies ssm:GetParameter"),
            ("with an explicit deny in an identity-based policy", "; an identity-based policy denies"),
            ("with an explicit deny in a service control policy", "; a service control policy denies"),
            ("with an explicit deny", "; a policy denies"),
            ("", "; the function's role needs ssm:GetParameter"),
        ];
        for (reason, expected) in cases {
            let advice = permission(Operation::GetParameter, &format!("{WHO} {reason}"));
            assert!(advice.starts_with(expected), "{reason}: {advice}");
        }
    }

    #[test]
    fn the_advice_names_the_rejected_action() {
        let kms = "User: u is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:k because no resource-based \
                   policy allows the kms:Decrypt action";
        assert!(permission(Operation::GetParameter, kms).contains("allow kms:Decrypt"));
        assert!(permission(Operation::GetParameter, "the ciphertext refers to a key").ends_with("kms:Decrypt"));
        assert!(
            permission(Operation::GetObject("s3:GetObject"), "Access Denied")
                .contains("s3:GetObject (without s3:ListBucket")
        );
        assert_eq!(named_action("not authorized to perform: <b>:x on"), None);
    }

    #[test]
    fn a_wrong_clock_is_distinguished_from_wrong_credentials() {
        let cases = [
            (
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
                true,
            ),
            ("InvalidSignatureException", "Signature expired: 20260101T000000Z is now earlier than …", true),
            ("InvalidSignatureException", "Signature not yet current: 20260101T000000Z is still later than …", true),
            ("SignatureDoesNotMatch", "Signature expired: …", true),
            ("SignatureDoesNotMatch", "The request signature we calculated does not match the signature", false),
            ("InvalidSignatureException", "The request signature we calculated does not match", false),
            ("ExpiredToken", "The provided token has expired.", false),
        ];
        for (code, message, expected) in cases {
            let failure = AwsFailure { code: code.to_owned(), message: message.to_owned(), ..AwsFailure::default() };
            assert_eq!(is_about_the_clock(&failure), expected, "{code} {message}");
            let advice =
                of(Operation::GetParameter, ErrorKind::Rejected, &failure, Some("Thu, 01 Jan 2026 00:00:00 GMT"));
            assert_eq!(advice.contains("clock") && advice.contains("01 Jan 2026"), expected, "{advice}");
        }
    }
}
