use lambda_cache_names::{arn, parameter::SELECTOR};

use super::{ArnScope, escaped};

/// The prefix of parameters that AWS publishes, whose ARN has no account
/// (<https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html>).
const PUBLIC: &str = "/aws/service/";

/// The prefix of parameters that refer to a secret, which SSM reads with the caller's permissions
/// (<https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html>).
const SECRETS: &str = "/aws/reference/secretsmanager/";

/// Returns the ARN of a parameter. A selector is not part of the ARN.
pub(crate) fn parameter(name: &str, scope: ArnScope<'_>) -> String {
    match arn::resource(name, "ssm") {
        Some(resource) => {
            let before = name.strip_suffix(resource).unwrap_or_default();
            format!("{before}{}", escaped(without_selector(resource)))
        }
        None => in_scope(without_selector(name), scope),
    }
}

/// Returns the ARN of a path. A permission on a path includes everything below it, so only the path itself is needed
/// (<https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html>).
pub(crate) fn path(path: &str, scope: ArnScope<'_>) -> String {
    in_scope(path, scope)
}

/// Returns the secret that a parameter's name refers to, if any.
pub(crate) fn referenced_secret(parameter: &str) -> Option<&str> {
    without_selector(parameter).strip_prefix(SECRETS).filter(|secret| !secret.is_empty())
}

fn without_selector(name: &str) -> &str {
    name.split(SELECTOR).next().unwrap_or_default()
}

fn in_scope(name: &str, scope: ArnScope<'_>) -> String {
    let ArnScope { partition, region, account } = scope;
    let account = if name.starts_with(PUBLIC) { "" } else { account };
    let name = escaped(name.strip_prefix('/').unwrap_or(name));
    format!("arn:{partition}:ssm:{region}:{account}:parameter/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::policy::HERE;

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
        let elsewhere = ArnScope { partition: "aws-cn", region: "cn-north-1", account: "*" };
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
}
