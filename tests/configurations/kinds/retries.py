"""The number of attempts."""

from tests.configurations.case import KEYS, OBJECT, REGION, TO_ENDPOINT, Case, Kind

_MAX = "AWS_MAX_ATTEMPTS"
_MODE = "AWS_RETRY_MODE"
_FAILS = {"GetParameter": [500] * 20}

KIND = Kind(
    "retries",
    "Retries",
    [
        Case("fails always", answers=_FAILS),
        Case("fails once", answers={"GetParameter": [500]}),
        Case("fails twice", answers={"GetParameter": [503, 502]}),
        *(
            Case(f"{_MAX}={value}", {_MAX: value}, answers=_FAILS)
            for value in ("1", "2", "4", " 2 ", "+2", "02", "0", "-1", "abc", "1.5", "", "1_0", "99999999999", "٣")
        ),
        *(
            Case(f"max_attempts = {value}", {}, f"[default]\nmax_attempts = {value}\n", answers=_FAILS)
            for value in ("1", "2", "0", "-1", "abc", "")
        ),
        Case(f"{_MAX} before max_attempts", {_MAX: "2"}, "[default]\nmax_attempts = 1\n", answers=_FAILS),
        *(
            Case(f"{_MODE}={value}", {_MODE: value, _MAX: "2"}, answers=_FAILS)
            for value in ("standard", "adaptive", "legacy", "", "STANDARD", "Legacy", " standard ", "nonsense")
        ),
        *(
            Case(f"retry_mode = {value}", {_MAX: "2"}, f"[default]\nretry_mode = {value}\n", answers=_FAILS)
            for value in ("standard", "adaptive", "legacy", "", "Standard", "nonsense")
        ),
        Case(f"{_MODE}=legacy alone", {_MODE: "legacy", _MAX: None}, answers={"GetParameter": [500]}),
        Case(
            f"{_MODE} before retry_mode",
            {_MODE: "standard", _MAX: "2"},
            "[default]\nretry_mode = nonsense\n",
            answers=_FAILS,
        ),
        *(
            Case(f"{status}", {_MAX: "2"}, answers={"GetParameter": [status] * 9})
            for status in (400, 403, 404, 408, 429, 500, 501, 502, 503, 504, 505)
        ),
        *(
            Case(f"{status}", {_MAX: "2"}, answers={"GetParameter": [status] * 9})
            for status in (
                "400 ThrottlingException",
                "400 TooManyRequestsException",
                "400 RequestLimitExceeded",
                "400 ProvisionedThroughputExceededException",
                "400 RequestTimeout",
                "400 RequestTimeoutException",
                "400 ParameterNotFound",
                "400 AccessDeniedException",
                "400 InternalServerError",
                "400 ExpiredTokenException",
                "400 UnrecognizedClientException",
                "400 SlowDown",
                "400 PriorRequestNotComplete",
                "400 LimitExceededException",
                "400 BandwidthLimitExceeded",
                "400 TransactionInProgressException",
                "400 EC2ThrottledException",
            )
        ),
        *(
            Case(f"S3: {status}", {_MAX: "2"}, call=OBJECT, answers={"GetObject": [status] * 9})
            for status in (
                "503 SlowDown",
                "500 InternalError",
                "400 RequestTimeout",
                "404 NoSuchKey",
                "403 AccessDenied",
                "403 RequestTimeTooSkewed",
            )
        ),
        Case("AWS_DEFAULTS_MODE=standard", {"AWS_DEFAULTS_MODE": "standard"}),
        Case("AWS_DEFAULTS_MODE=nonsense", {"AWS_DEFAULTS_MODE": "nonsense"}),
        Case("defaults_mode = in-region", {}, "[default]\ndefaults_mode = in-region\n"),
    ],
    {**KEYS, **REGION, **TO_ENDPOINT},
)
