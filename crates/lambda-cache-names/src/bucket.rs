//! Bucket names that do not name general purpose buckets: ARNs of access points, and directory buckets.

/// A bucket, or an access point used as one.
#[derive(Debug)]
pub enum Bucket<'a> {
    /// An access point's ARN.
    AccessPoint {
        /// The part before the resource, with the last `:`.
        before: &'a str,
        /// `s3`, `s3-outposts` or `s3-object-lambda`.
        service: &'a str,
        /// `accesspoint/NAME`, or `outpost/ID/accesspoint/NAME`.
        resource: String,
    },
    /// The alias of an access point, which has the form of a bucket's name
    /// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html>).
    Alias {
        /// The access point's own name.
        access_point: &'a str,
    },
    /// A bucket of S3 Express One Zone
    /// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-bucket-naming-rules.html>).
    Directory,
    /// An access point of a directory bucket.
    DirectoryAccessPoint,
    /// Any other name.
    General,
}

impl<'a> Bucket<'a> {
    /// Returns the form of a bucket's name.
    #[must_use]
    pub fn of(bucket: &'a str) -> Self {
        if let Some((service, resource)) = service_and_resource(bucket) {
            let before = bucket.strip_suffix(resource).unwrap_or_default();
            return Self::AccessPoint { before, service, resource: resource.replace(':', "/") };
        }
        if bucket.ends_with("--x-s3") {
            return Self::Directory;
        }
        if bucket.ends_with("--xa-s3") {
            return Self::DirectoryAccessPoint;
        }
        match bucket.strip_suffix("-s3alias").and_then(|rest| rest.rsplit_once('-')) {
            Some((access_point, _)) => Self::Alias { access_point },
            None => Self::General,
        }
    }
}

/// Splits the ARN of an access point from the key. The resource is written with `/` or `:`, as boto3 and the AWS CLI
/// accept it (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-access-points.html>).
pub(crate) fn split_arn(rest: &str) -> Option<(&str, &str)> {
    let (service, resource) = service_and_resource(rest)?;
    let segments = if service == "s3-outposts" { 4 } else { 2 };
    let is_separator = |c: char| c == '/' || c == ':';
    let mut end = 0;
    for (index, kind) in ["accesspoint", "", "accesspoint", ""].iter().enumerate().take(segments) {
        let kind = if index == 0 && segments == 4 { "outpost" } else { kind };
        let segment = resource[end..].split(is_separator).next().unwrap_or_default();
        let is_it = if kind.is_empty() { !segment.is_empty() } else { segment == kind };
        if !is_it {
            return None;
        }
        end += segment.len();
        if index + 1 < segments {
            end += resource[end..].chars().next()?.len_utf8();
        }
    }
    let (bucket, key) = rest.split_at(rest.len() - resource.len() + end);
    Some((bucket, key.strip_prefix(is_separator).unwrap_or(key)))
}

/// Returns the service and the resource of an ARN, if the service has access points.
fn service_and_resource(arn: &str) -> Option<(&str, &str)> {
    let service =
        arn.split(':').nth(2).filter(|service| ["s3", "s3-outposts", "s3-object-lambda"].contains(service))?;
    crate::arn::resource(arn, service).map(|resource| (service, resource))
}

#[cfg(test)]
mod tests {
    use crate::s3::S3Uri;

    #[test]
    fn access_points_are_accepted_as_buckets() {
        let ap = "arn:aws:s3:eu-west-1:123456789012:accesspoint";
        let outpost = "arn:aws:s3-outposts:eu-west-1:123456789012:outpost";
        let multi = "arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap";
        let lambda = "arn:aws-cn:s3-object-lambda:cn-north-1:123456789012:accesspoint/resize";
        for (uri, bucket, key) in [
            (format!("s3://{ap}/my-ap/a/key"), format!("{ap}/my-ap"), "a/key"),
            (format!("s3://{ap}:my-ap/a/key"), format!("{ap}:my-ap"), "a/key"),
            (format!("s3://{ap}:my-ap:a:key"), format!("{ap}:my-ap"), "a:key"),
            (format!("s3://{ap}/my-ap//key"), format!("{ap}/my-ap"), "/key"),
            (
                format!("s3://{outpost}/op-01ac/accesspoint/my-ap/k"),
                format!("{outpost}/op-01ac/accesspoint/my-ap"),
                "k",
            ),
            (
                format!("s3://{outpost}:op-01ac:accesspoint:my-ap/k/l"),
                format!("{outpost}:op-01ac:accesspoint:my-ap"),
                "k/l",
            ),
            (format!("s3://{multi}/k"), multi.to_owned(), "k"),
            (format!("s3://{lambda}/k"), lambda.to_owned(), "k"),
        ] {
            let parsed = S3Uri::parse(&uri).unwrap();
            assert_eq!((parsed.bucket(), parsed.key()), (&*bucket, key), "{uri}");
        }
    }

    #[test]
    fn other_arns_are_rejected_with_the_expected_form() {
        for arn in [
            "arn:aws:s3:::bucket/key",
            "arn:aws:s3:eu-west-1:123456789012:accesspoint",
            "arn:aws:s3:eu-west-1:123456789012:accesspoint//key",
            "arn:aws:s3:eu-west-1:123456789012:job/x/y",
            "arn:aws:s3-outposts:eu-west-1:123456789012:outpost/op-1/bucket/b/k",
            "arn:aws:sns:eu-west-1:123456789012:topic/x/y",
            "arn:aws:s3",
        ] {
            let error = S3Uri::parse(&format!("s3://{arn}")).unwrap_err().to_string();
            assert!(error.contains(":accesspoint/NAME/"), "{arn}: {error}");
        }
        assert!(S3Uri::parse("s3://arn:aws:s3:eu-west-1:123456789012:accesspoint/my-ap").is_err(), "no key");
    }
}
