"""The Region: its sources, their order, and names that are malformed."""

from tests.configurations.case import KEYS, OBJECT, SECRET, TO_AWS, Case, Kind

_PROFILE = "[default]\nregion = us-west-2\n"
_DEFAULT = "AWS_DEFAULT_REGION"

KIND = Kind(
    "regions",
    "Regions: sources, order, names",
    [
        Case("none"),
        Case("none, for S3", call=OBJECT),
        Case("none, for Secrets Manager", call=SECRET),
        Case("AWS_DEFAULT_REGION", {_DEFAULT: "eu-west-1"}),
        Case("AWS_REGION alone", {"AWS_REGION": "eu-west-1"}),
        Case("AWS_REGION and AWS_DEFAULT_REGION", {"AWS_REGION": "eu-west-1", _DEFAULT: "us-east-2"}),
        Case("AWS_REGION and a profile", {"AWS_REGION": "eu-west-1"}, _PROFILE),
        Case("AWS_DEFAULT_REGION and a profile", {_DEFAULT: "eu-west-1"}, _PROFILE),
        Case("all three", {"AWS_REGION": "eu-west-1", _DEFAULT: "us-east-2"}, _PROFILE),
        Case("a profile", config=_PROFILE),
        Case("a profile in the credentials file", credentials=_PROFILE),
        Case("a profile in both files", config=_PROFILE, credentials="[default]\nregion = eu-north-1\n"),
        Case("a named profile", {"AWS_PROFILE": "mine"}, "[profile mine]\nregion = us-west-2\n"),
        Case("a named profile without one", {"AWS_PROFILE": "mine"}, _PROFILE + "[profile mine]\noutput = json\n"),
        Case(
            "a source profile's is not taken",
            {"AWS_PROFILE": "mine"},
            "[profile mine]\nsource_profile = other\n[profile other]\nregion = us-west-2\n",
        ),
        Case("a profile's is empty", config="[default]\nregion =\n"),
        Case("a profile's is in quotes", config='[default]\nregion = "us-west-2"\n'),
        Case("a profile's has a comment behind it", config="[default]\nregion = us-west-2 # near\n"),
        Case("AWS_REGION with a profile that has none", {"AWS_REGION": "eu-west-1"}, "[default]\noutput = json\n"),
        *(
            Case(f"{_DEFAULT} is {value!r}", {_DEFAULT: value})
            for value in (
                "eu_west_1",
                " eu-west-1",
                "eu-west-1 ",
                "eu-west-1\n",
                '"eu-west-1"',
                "EU-WEST-1",
                "eu west 1",
                "eu-west-1a",
                "nowhere",
                "nowhere-1",
                "-eu-west-1",
                "eu-west-1-",
                "eu-west-1.",
                "eu/west",
                "x" * 64,
                "eu-wést-1",
                "1",
                "us-east-1",
                "fips-us-east-1",
                "us-gov-west-1-fips",
                "aws-global",
            )
        ),
        *(
            Case(f"partition of {value}", {_DEFAULT: value}, call=call)
            for value in ("cn-north-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1", "eusc-de-east-1")
            for call in (SECRET,)
        ),
        *(
            Case(f"S3 in {value}", {_DEFAULT: value}, call=OBJECT)
            for value in ("us-east-1", "eu-west-1", "cn-north-1", "aws-global", "eu_west_1")
        ),
    ],
    {**KEYS, **TO_AWS},
)
