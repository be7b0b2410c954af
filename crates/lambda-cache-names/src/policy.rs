//! How an IAM policy writes what a permission is for: the ARN of what a name names, in the function's account and Region
//! unless the name is an ARN itself.
//!
//! What a policy would take for a wildcard or a variable is escaped, so a name stands for itself alone
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>).

use crate::{arn, parameter::SELECTOR, s3::S3Uri, secret};

/// Parameters that AWS publishes are of no account
/// (<https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html>).
const PUBLIC: &str = "/aws/service/";

/// Below this, a parameter's name is that of a secret, which SSM reads with the permissions of who asks
/// (<https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html>).
const SECRETS: &str = "/aws/reference/secretsmanager/";

/// Where a function's own things lie; `*` is any.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov` ...
    pub partition: &'a str,
    /// Such as `eu-west-1`.
    pub region: &'a str,
    /// The account's twelve digits.
    pub account: &'a str,
}

impl Place<'_> {
    fn parameter(self, name: &str) -> String {
        let Self { partition, region, account } = self;
        let account = if name.starts_with(PUBLIC) { "" } else { account };
        let name = escaped(name.strip_prefix('/').unwrap_or(name));
        format!("arn:{partition}:ssm:{region}:{account}:parameter/{name}")
    }
}

/// A parameter, whatever its selector: a version or label is no part of the ARN.
#[must_use]
pub fn parameter(name: &str, place: Place<'_>) -> String {
    match arn::resource(name, "ssm") {
        Some(resource) => {
            let before = name.strip_suffix(resource).unwrap_or_default();
            format!("{before}{}", escaped(without_selector(resource)))
        }
        None => place.parameter(without_selector(name)),
    }
}

/// A path: who may read it may read all that is below, so nothing but the path itself is asked about
/// (<https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html>).
#[must_use]
pub fn path(path: &str, place: Place<'_>) -> String {
    place.parameter(path)
}

/// The secret that a parameter's name stands for, if it does.
#[must_use]
pub fn referenced_secret(parameter: &str) -> Option<&str> {
    without_selector(parameter).strip_prefix(SECRETS).filter(|secret| !secret.is_empty())
}

/// Returns every ARN that a secret's name may stand for.
///
/// A secret's ARN ends in six random characters, which a name does not have. An ARN that ends like one with them may be a
/// partial ARN all the same (`…:secret:my-secret`, as CDK's `fromSecretNameV2` writes it), so both forms are allowed.
#[must_use]
pub fn secret(name: &str, place: Place<'_>) -> Vec<String> {
    let Place { partition, region, account } = place;
    let named = escaped(name);
    match arn::resource(name, "secretsmanager") {
        Some(resource) if secret::has_random_suffix(resource) => vec![named.clone(), format!("{named}-??????")],
        Some(_) => vec![format!("{named}-??????")],
        None => vec![format!("arn:{partition}:secretsmanager:{region}:{account}:secret:{named}-??????")],
    }
}

/// An object.
#[must_use]
pub fn object(uri: &S3Uri, place: Place<'_>) -> String {
    format!("arn:{}:s3:::{}/{}", place.partition, escaped(uri.bucket()), escaped(uri.key()))
}

fn without_selector(name: &str) -> &str {
    name.split(SELECTOR).next().unwrap_or_default()
}

fn escaped(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            '*' | '?' | '$' => escaped.extend(['$', '{', character, '}']),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Place<'_> = Place { partition: "aws", region: "eu-west-1", account: "123456789012" };

    #[test]
    fn parameters() {
        for (name, expected) in [
            ("/app/var", "arn:aws:ssm:eu-west-1:123456789012:parameter/app/var"),
            ("app-var", "arn:aws:ssm:eu-west-1:123456789012:parameter/app-var"),
            ("/app/var:3", "arn:aws:ssm:eu-west-1:123456789012:parameter/app/var"),
            ("/app/var:label", "arn:aws:ssm:eu-west-1:123456789012:parameter/app/var"),
            ("arn:aws:ssm:us-east-1:210987654321:parameter/a/b:3", "arn:aws:ssm:us-east-1:210987654321:parameter/a/b"),
            ("/aws/service/ami-x/id", "arn:aws:ssm:eu-west-1::parameter/aws/service/ami-x/id"),
            ("/aws/services", "arn:aws:ssm:eu-west-1:123456789012:parameter/aws/services"),
            ("/app/*", "arn:aws:ssm:eu-west-1:123456789012:parameter/app/${*}"),
        ] {
            assert_eq!(parameter(name, HERE), expected, "{name}");
        }
        let elsewhere = Place { partition: "aws-cn", region: "cn-north-1", account: "*" };
        assert_eq!(parameter("/app/var", elsewhere), "arn:aws-cn:ssm:cn-north-1:*:parameter/app/var");
    }

    #[test]
    fn paths() {
        assert_eq!(path("/app/prod", HERE), "arn:aws:ssm:eu-west-1:123456789012:parameter/app/prod");
        assert_eq!(path("/", HERE), "arn:aws:ssm:eu-west-1:123456789012:parameter/");
        assert_eq!(path("/aws/service/x", HERE), "arn:aws:ssm:eu-west-1::parameter/aws/service/x");
    }

    #[test]
    fn parameters_that_stand_for_secrets() {
        assert_eq!(referenced_secret("/aws/reference/secretsmanager/prod/db:1"), Some("prod/db"));
        for name in ["/aws/reference/secretsmanager/", "/prod/db"] {
            assert_eq!(referenced_secret(name), None, "{name}");
        }
    }

    #[test]
    fn secrets() {
        let arn = "arn:aws:secretsmanager:us-east-1:210987654321:secret:prod/db";
        for (name, expected) in [
            ("/prod/db", ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:/prod/db-??????"].as_slice()),
            ("db-abcdef", &["arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-abcdef-??????"]),
            (arn, &[&format!("{arn}-??????")]),
        ] {
            assert_eq!(secret(name, HERE), expected, "{name}");
        }
    }

    #[test]
    fn partial_secret_arns_that_look_whole_are_allowed_in_both_forms() {
        for arn in [
            "arn:aws:secretsmanager:us-east-1:210987654321:secret:prod/db-a1B2c3",
            "arn:aws:secretsmanager:us-east-1:210987654321:secret:prod/my-secret",
        ] {
            assert_eq!(secret(arn, HERE), [arn.to_owned(), format!("{arn}-??????")], "{arn}");
        }
    }

    #[test]
    fn objects_and_what_a_policy_would_take_for_a_wildcard() {
        for (uri, expected) in [
            ("s3://bucket/path/to/object.json", "arn:aws:s3:::bucket/path/to/object.json"),
            ("s3://bucket/what?*$", "arn:aws:s3:::bucket/what${?}${*}${$}"),
            ("s3://bucket//key", "arn:aws:s3:::bucket//key"),
        ] {
            assert_eq!(object(&S3Uri::parse(uri).unwrap(), HERE), expected, "{uri}");
        }
    }
}
