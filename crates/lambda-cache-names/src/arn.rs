//! The fields of an ARN.

/// Returns the resource of an ARN of one service, in any partition: the part after the account.
///
/// Form: `arn:partition:service:region:account:resource`
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>).
#[must_use]
pub fn resource<'a>(name: &'a str, service: &str) -> Option<&'a str> {
    let mut fields = name.splitn(6, ':');
    let is_arn = fields.next() == Some("arn");
    let _partition = fields.next()?;
    let is_service = fields.next() == Some(service);
    let _region = fields.next()?;
    let _account = fields.next()?;
    fields.next().filter(|_| is_arn && is_service)
}

#[cfg(test)]
mod tests {
    use super::resource;

    #[test]
    fn reads_the_resource_in_every_partition() {
        for partition in ["aws", "aws-cn", "aws-us-gov"] {
            let arn = format!("arn:{partition}:ssm:cn-north-1:123456789012:parameter/app/var:3");
            assert_eq!(resource(&arn, "ssm"), Some("parameter/app/var:3"));
        }
    }

    #[test]
    fn anything_else_is_not_an_arn() {
        for name in ["/app/var", "arn:aws:ssm", "arn:aws:s3:::bucket/key", "", ":::::"] {
            assert_eq!(resource(name, "ssm"), None, "{name}");
        }
    }
}
