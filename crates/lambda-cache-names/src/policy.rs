//! ARNs for IAM policies. A name without an ARN is a resource in the function's account and Region.
//!
//! Wildcards and variables of policies are escaped, so that a name matches only itself
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>).

use crate::{arn, bucket::Bucket, parameter::SELECTOR, s3::S3Uri, secret};

/// The prefix of parameters that AWS publishes, whose ARN has no account
/// (<https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html>).
const PUBLIC: &str = "/aws/service/";

/// The prefix of parameters that refer to a secret, which SSM reads with the caller's permissions
/// (<https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html>).
const SECRETS: &str = "/aws/reference/secretsmanager/";

/// The scope of a function's resources. A `*` matches any.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The partition: `aws`, `aws-cn`, `aws-us-gov` ...
    pub partition: &'a str,
    /// The Region, such as `eu-west-1`.
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

/// Returns the ARN of a parameter. A selector is not part of the ARN.
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

/// Returns the ARN of a path. A permission on a path includes everything below it, so only the path itself is needed
/// (<https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html>).
#[must_use]
pub fn path(path: &str, place: Place<'_>) -> String {
    place.parameter(path)
}

/// Returns the secret that a parameter's name refers to, if any.
#[must_use]
pub fn referenced_secret(parameter: &str) -> Option<&str> {
    without_selector(parameter).strip_prefix(SECRETS).filter(|secret| !secret.is_empty())
}

/// Returns every ARN that a secret's name may refer to.
///
/// A secret's ARN ends in six random characters, which the name does not have. An ARN that seems to end in them may
/// still be a partial ARN (`…:secret:my-secret`, as in CDK's `fromSecretNameV2`), so both forms are allowed.
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

/// Returns the action that allows reading an object, or a version of it. Access points of some services have their
/// own actions, and access to a directory bucket needs a session
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security-iam.html>).
#[must_use]
pub fn object_action(uri: &S3Uri) -> &'static str {
    match (Bucket::of(uri.bucket()), uri.version_id()) {
        (Bucket::Directory | Bucket::DirectoryAccessPoint, _) => "s3express:CreateSession",
        (Bucket::AccessPoint { service: "s3-outposts", .. }, None) => "s3-outposts:GetObject",
        (Bucket::AccessPoint { service: "s3-outposts", .. }, Some(_)) => "s3-outposts:GetObjectVersion",
        (Bucket::AccessPoint { service: "s3-object-lambda", .. }, None) => "s3-object-lambda:GetObject",
        (Bucket::AccessPoint { service: "s3-object-lambda", .. }, Some(_)) => "s3-object-lambda:GetObjectVersion",
        (_, None) => "s3:GetObject",
        (_, Some(_)) => "s3:GetObjectVersion",
    }
}

/// Returns the ARN of an object, in a bucket or behind an access point
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html>). For a directory bucket, it
/// is the ARN of the bucket.
#[must_use]
pub fn object(uri: &S3Uri, place: Place<'_>) -> String {
    let Place { partition, region, account } = place;
    let (bucket, key) = (escaped(uri.bucket()), escaped(uri.key()));
    match Bucket::of(uri.bucket()) {
        Bucket::General => format!("arn:{partition}:s3:::{bucket}/{key}"),
        Bucket::Alias { access_point } => {
            format!("arn:{partition}:s3:{region}:{account}:accesspoint/{}/object/{key}", escaped(access_point))
        }
        Bucket::AccessPoint { before, service: "s3-object-lambda", resource } => {
            format!("{}{}", escaped(before), escaped(&resource))
        }
        Bucket::AccessPoint { before, resource, .. } => {
            format!("{}{}/object/{key}", escaped(before), escaped(&resource))
        }
        Bucket::Directory => format!("arn:{partition}:s3express:{region}:{account}:bucket/{bucket}"),
        Bucket::DirectoryAccessPoint => format!("arn:{partition}:s3express:{region}:{account}:accesspoint/{bucket}"),
    }
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
    fn ambiguous_secret_arns_are_allowed_in_both_forms() {
        for arn in [
            "arn:aws:secretsmanager:us-east-1:210987654321:secret:prod/db-a1B2c3",
            "arn:aws:secretsmanager:us-east-1:210987654321:secret:prod/my-secret",
        ] {
            assert_eq!(secret(arn, HERE), [arn.to_owned(), format!("{arn}-??????")], "{arn}");
        }
    }

    #[test]
    fn wildcards_in_object_keys_are_escaped() {
        for (uri, expected) in [
            ("s3://bucket/path/to/object.json", "arn:aws:s3:::bucket/path/to/object.json"),
            ("s3://bucket/what?*$", "arn:aws:s3:::bucket/what${?}${*}${$}"),
            ("s3://bucket//key", "arn:aws:s3:::bucket//key"),
        ] {
            assert_eq!(object(&S3Uri::parse(uri).unwrap(), HERE), expected, "{uri}");
        }
    }

    #[test]
    fn objects_behind_access_points_and_in_directory_buckets() {
        let alias = "my-ap-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias";
        let outpost = "arn:aws:s3-outposts:us-west-2:210987654321:outpost/op-01ac/accesspoint/my-ap";
        let lambda = "arn:aws:s3-object-lambda:us-east-1:210987654321:accesspoint/resize";
        let multi = "arn:aws:s3::210987654321:accesspoint/mfzwi23gnjvgw.mrap";
        for (uri, action, resource) in [
            (
                "s3://arn:aws:s3:us-east-1:210987654321:accesspoint:my-ap/a/k*".to_owned(),
                "s3:GetObject",
                "arn:aws:s3:us-east-1:210987654321:accesspoint/my-ap/object/a/k${*}".to_owned(),
            ),
            (
                format!("s3://{alias}/k"),
                "s3:GetObject",
                "arn:aws:s3:eu-west-1:123456789012:accesspoint/my-ap/object/k".to_owned(),
            ),
            (format!("s3://{multi}/k"), "s3:GetObject", format!("{multi}/object/k")),
            (format!("s3://{outpost}/k"), "s3-outposts:GetObject", format!("{outpost}/object/k")),
            (format!("s3://{lambda}/k"), "s3-object-lambda:GetObject", lambda.to_owned()),
            (
                "s3://fast--euw1-az1--x-s3/k".to_owned(),
                "s3express:CreateSession",
                "arn:aws:s3express:eu-west-1:123456789012:bucket/fast--euw1-az1--x-s3".to_owned(),
            ),
            (
                "s3://ap--euw1-az1--xa-s3/k".to_owned(),
                "s3express:CreateSession",
                "arn:aws:s3express:eu-west-1:123456789012:accesspoint/ap--euw1-az1--xa-s3".to_owned(),
            ),
        ] {
            let uri = S3Uri::parse(&uri).unwrap();
            assert_eq!((object_action(&uri), object(&uri, HERE)), (action, resource), "{uri}");
        }
    }

    #[test]
    fn versions_of_an_object_have_a_separate_action() {
        let version = |uri: &str| S3Uri::parse(uri).unwrap().with_version(Some("3HL4".into()));
        for (uri, action) in [
            ("s3://bucket/key", "s3:GetObjectVersion"),
            (
                "s3://arn:aws:s3-object-lambda:us-east-1:210987654321:accesspoint/x/k",
                "s3-object-lambda:GetObjectVersion",
            ),
            (
                "s3://arn:aws:s3-outposts:us-east-1:210987654321:outpost/o/accesspoint/x/k",
                "s3-outposts:GetObjectVersion",
            ),
        ] {
            assert_eq!(object_action(&version(uri)), action, "{uri}");
        }
        assert_eq!(object(&version("s3://bucket/key"), HERE), "arn:aws:s3:::bucket/key");
    }
}
