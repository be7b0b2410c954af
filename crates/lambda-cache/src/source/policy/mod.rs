//! ARNs for IAM policies. A name without an ARN is a resource in the function's account and Region.
//!
//! Wildcards and variables of policies are escaped, so that a name matches only itself
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>).

#[cfg(feature = "s3")]
pub(crate) mod s3;
#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
pub(super) mod secrets_manager;
#[cfg(feature = "ssm")]
pub(super) mod ssm;

/// The scope of a function's resources. A `*` matches any.
#[derive(Clone, Copy, Debug)]
pub struct ArnScope<'a> {
    /// The partition: `aws`, `aws-cn`, `aws-us-gov` ...
    pub partition: &'a str,
    /// The Region, such as `eu-west-1`.
    pub region: &'a str,
    /// The account's twelve digits.
    pub account: &'a str,
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
const HERE: ArnScope<'_> = ArnScope { partition: "aws", region: "eu-west-1", account: "123456789012" };
