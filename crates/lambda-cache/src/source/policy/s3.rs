use lambda_cache_names::{bucket::Bucket, s3::S3Uri};

use super::{ArnScope, escaped};

/// Returns the action that allows reading an object, or a version of it. Access points of some services have their
/// own actions, and access to a directory bucket needs a session
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security-iam.html>).
pub(crate) fn object_action(uri: &S3Uri) -> &'static str {
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
pub(crate) fn object(uri: &S3Uri, scope: ArnScope<'_>) -> String {
    let ArnScope { partition, region, account } = scope;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::policy::HERE;

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
