"""S3: how a bucket is addressed, access points, Regions, checksums."""

from tests.configurations.case import KEYS, OBJECT, REGION, TO_AWS, Answer, Case, Kind

_POINT = "arn:aws:s3:eu-west-1:123456789012:accesspoint/my-ap"
_FAR = "arn:aws:s3:us-west-2:123456789012:accesspoint/my-ap"
_LOCAL: dict[str, str | None] = {"AWS_ENDPOINT_URL": "{http}"}
_VALIDATION = "AWS_RESPONSE_CHECKSUM_VALIDATION"
_PROXIED: dict[str, str | None] = {"AWS_ENDPOINT_URL": "http://store.test", "HTTP_PROXY": "{proxy}"}


_REDIRECTS: dict[str, dict[str, list[Answer]]] = {
    "the Region in a header (301)": {"GetObject": ["301 PermanentRedirect header=us-west-2"]},
    "the Region in a header (400)": {"GetObject": ["400 AuthorizationHeaderMalformed header=us-west-2"]},
    "the Region in the body (400)": {"GetObject": ["400 AuthorizationHeaderMalformed us-west-2"]},
    "the Region in the body (301)": {"GetObject": ["301 PermanentRedirect us-west-2"]},
    "the Region from HeadBucket (301)": {
        "GetObject": ["301 PermanentRedirect"],
        "HeadBucket": ["301 x header=us-west-2"],
    },
    "the Region from HeadBucket (403)": {
        "GetObject": ["301 PermanentRedirect"],
        "HeadBucket": ["403 x header=us-west-2"],
    },
    "the Region nowhere": {"GetObject": ["301 PermanentRedirect"] * 9, "HeadBucket": [404] * 9},
    "a redirect for a while (307)": {"GetObject": ["307 TemporaryRedirect header=us-west-2"]},
    "a Region that is the same": {"GetObject": ["301 PermanentRedirect header=eu-west-1"] * 9},
    "illegal location (400)": {"GetObject": ["400 IllegalLocationConstraintException header=us-west-2"]},
}


def _block(name: str, *settings: str, **env: str | None) -> Case:
    return Case(name, env, "[default]\ns3 =\n" + "".join(f"  {setting}\n" for setting in settings), call=OBJECT)


def _at(bucket: str, key: str = "dir/key.txt", name: str = "", **env: str | None) -> Case:
    return Case(name or f"s3://{bucket}/{key}", env, call=("s3", bucket, key))


KIND = Kind(
    "s3",
    "S3: addresses, access points, Regions, checksums",
    [
        _at("bkt"),
        _at("my.bucket.com"),
        _at("bkt", "a b/ü+c%20&d=e?f#g.txt"),
        _at("bkt", "a//b"),
        _at("bkt", "./a/../b"),
        _at("bkt", "~a*(b)'!"),
        _at("xy"),
        _at("under_score"),
        _at("UPPER"),
        _at("127.0.0.1"),
        _at("b" * 63),
        _at("my.bucket.com", name="a dotted bucket at an endpoint", AWS_ENDPOINT_URL="{http}"),
        _at("bkt", "a b/ü+c%20&d=e?f#g.txt", name="an odd key at an endpoint", AWS_ENDPOINT_URL="{http}"),
        _at(
            "bkt--euw1-az1--x-s3",
            name="a directory bucket at an endpoint",
            AWS_ENDPOINT_URL="{http}",
            AWS_S3_DISABLE_EXPRESS_SESSION_AUTH="true",
        ),
        *(
            _block(f"addressing_style = {style}", f"addressing_style = {style}")
            for style in ("path", "virtual", "auto", "", "nonsense", "PATH")
        ),
        *(
            _block(f"addressing_style = {style} at an endpoint by name", f"addressing_style = {style}", **_PROXIED)
            for style in ("path", "virtual", "auto")
        ),
        Case("an endpoint by name", _PROXIED, call=OBJECT),
        Case("an endpoint by address through a proxy", {**_LOCAL, "HTTP_PROXY": "{proxy}"}, call=OBJECT),
        _block("addressing_style = virtual at an endpoint by address", "addressing_style = virtual", **_LOCAL),
        _block("use_accelerate_endpoint = true", "use_accelerate_endpoint = true"),
        _block("use_accelerate_endpoint = false", "use_accelerate_endpoint = false"),
        _block("use_accelerate_endpoint = true at an endpoint", "use_accelerate_endpoint = true", **_LOCAL),
        _block("use_dualstack_endpoint = true", "use_dualstack_endpoint = true"),
        _block("use_dualstack_endpoint = true at an endpoint", "use_dualstack_endpoint = true", **_LOCAL),
        _block("accelerate and dual stack", "use_accelerate_endpoint = true", "use_dualstack_endpoint = true"),
        _block("payload_signing_enabled = true", "payload_signing_enabled = true"),
        _block("signature_version is ignored", "signature_version = s3v4"),
        _block("transfer settings are ignored", "max_concurrent_requests = 2", "multipart_threshold = 64MB"),
        _block("use_arn_region = false", "use_arn_region = false"),
        _block(
            "us_east_1_regional_endpoint = legacy",
            "us_east_1_regional_endpoint = legacy",
            AWS_DEFAULT_REGION="us-east-1",
        ),
        _block(
            "us_east_1_regional_endpoint = regional",
            "us_east_1_regional_endpoint = regional",
            AWS_DEFAULT_REGION="us-east-1",
        ),
        Case(
            "addressing_style of a named profile",
            {"AWS_PROFILE": "mine"},
            "[profile mine]\ns3 =\n  addressing_style = path\n",
            call=OBJECT,
        ),
        Case(
            "addressing_style on a line of its own, not indented",
            {},
            "[default]\ns3 =\naddressing_style = path\n",
            call=OBJECT,
        ),
        _at(_POINT, name="access point"),
        _at(_POINT, "a/b/c", name="access point, key with slashes"),
        _at(_POINT.replace("accesspoint/", "accesspoint:"), name="access point with a colon"),
        _at(_FAR, name="access point elsewhere"),
        _at(_FAR, name="access point elsewhere, AWS_S3_USE_ARN_REGION=false", AWS_S3_USE_ARN_REGION="false"),
        _at(_FAR, name="access point elsewhere, AWS_S3_USE_ARN_REGION=nonsense", AWS_S3_USE_ARN_REGION="nonsense"),
        Case(
            "access point elsewhere, use_arn_region = false",
            {},
            "[default]\ns3 =\n  use_arn_region = false\n",
            call=("s3", _FAR, "key"),
        ),
        _at(_POINT, name="access point, FIPS", AWS_USE_FIPS_ENDPOINT="true"),
        _at(_POINT, name="access point, dual stack", AWS_USE_DUALSTACK_ENDPOINT="true"),
        _at(_POINT, name="access point at an endpoint", AWS_ENDPOINT_URL="{http}"),
        _at("arn:aws-cn:s3:cn-north-1:123456789012:accesspoint/my-ap", name="access point in another partition"),
        _at("arn:aws:s3:us-west-2::accesspoint/my-ap", name="access point without an account"),
        _at("arn:aws:s3-object-lambda:eu-west-1:123456789012:accesspoint/my-ol", name="object Lambda access point"),
        _at(
            "arn:aws:s3-outposts:eu-west-1:123456789012:outpost/op-0123/accesspoint/my-ap",
            name="access point on Outposts",
        ),
        _at("my-ap-1234567890abcdefghijklmnopq-s3alias", name="access point alias"),
        _at("my-ol-1234567890abcdefghijklm--ol-s3", name="object Lambda alias"),
        *(
            Case(f"{name}", {"AWS_MAX_ATTEMPTS": "2"}, call=OBJECT, answers=answers)
            for name, answers in _REDIRECTS.items()
        ),
        Case("an object that is not there", call=OBJECT, answers={"GetObject": ["404 NoSuchKey"]}),
        *(
            Case(f"{_VALIDATION}={value}", {_VALIDATION: value}, call=OBJECT)
            for value in (
                "when_required",
                "when_supported",
                "WHEN_REQUIRED",
                "When_Required",
                "",
                " when_required",
                "nonsense",
            )
        ),
        *(
            Case(
                f"response_checksum_validation = {value}",
                {},
                f"[default]\nresponse_checksum_validation = {value}\n",
                call=OBJECT,
            )
            for value in ("when_required", "when_supported", "", "nonsense")
        ),
        Case(
            f"{_VALIDATION} before the profile's",
            {_VALIDATION: "when_supported"},
            "[default]\nresponse_checksum_validation = when_required\n",
            call=OBJECT,
        ),
        *(
            Case(f"AWS_REQUEST_CHECKSUM_CALCULATION={value}", {"AWS_REQUEST_CHECKSUM_CALCULATION": value}, call=OBJECT)
            for value in ("when_required", "nonsense")
        ),
        Case(f"{_VALIDATION}=nonsense, for SSM", {_VALIDATION: "nonsense"}),
    ],
    {**KEYS, **REGION, **TO_AWS},
)
