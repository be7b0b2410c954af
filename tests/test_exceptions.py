"""Exceptions: their tree, what AWS said, what to do about it, and never a value."""

from __future__ import annotations

import copy
import importlib
import inspect
import logging
import pickle
import traceback
from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import exceptions, s3, secrets_manager, ssm, testing

from tests import faults, program
from tests.context import LambdaContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_cache.testing import Time

    from tests.account import Account
    from tests.fakes.proxy import Fault, Proxy

botocore: Any = importlib.import_module("botocore.exceptions")  # not typed
ClientError: Any = botocore.ClientError

CANARY = "canary-5up3r-s3cr3t"


# ===== The tree =====


@pytest.mark.parametrize(
    ("error", "bases"),
    [
        (exceptions.LambdaCacheError, (Exception,)),
        (exceptions.ArgumentTypeNotSupportedError, (exceptions.LambdaCacheError, TypeError)),
        (exceptions.NoEntryNameError, (exceptions.LambdaCacheError, TypeError, ValueError)),
        (exceptions.InvalidS3UriError, (exceptions.LambdaCacheError, ValueError)),
        (exceptions.ArgumentValueError, (exceptions.LambdaCacheError, ValueError)),
        (exceptions.ContextError, (exceptions.LambdaCacheError, TypeError)),
        (exceptions.ConfigurationError, (exceptions.LambdaCacheError,)),
        (exceptions.StorageError, (exceptions.LambdaCacheError, OSError)),
        (exceptions.NotSuppliedError, (exceptions.LambdaCacheError,)),
        (exceptions.FetchError, (exceptions.LambdaCacheError,)),
        (exceptions.NotFoundError, (exceptions.FetchError, LookupError)),
        (exceptions.AccessDeniedError, (exceptions.FetchError,)),
        (exceptions.ThrottledError, (exceptions.FetchError,)),
        (exceptions.UnavailableError, (exceptions.FetchError,)),
        (exceptions.LambdaCacheWarning, (UserWarning,)),
    ],
)
def test_the_tree(error: type[Exception], bases: tuple[type[Exception], ...]) -> None:
    for base in bases:
        assert issubclass(error, base)
    assert error.__module__ == "lambda_cache.exceptions"
    assert error.__doc__


def test_every_public_exception_is_a_lambda_cache_error() -> None:
    public = {
        name: value
        for name, value in vars(exceptions).items()
        if inspect.isclass(value) and not name.startswith("_") and value.__module__ == exceptions.__name__
    }
    strays = [
        name
        for name, value in public.items()
        if not issubclass(value, (exceptions.LambdaCacheError, exceptions.LambdaCacheWarning))
    ]
    assert strays == []


# ===== Errors of AWS =====


class Scenario:
    """A question, AWS's answer, and the error that comes of both."""

    def __init__(self, ask: Callable[[], object], fault: Fault, error: type[exceptions.FetchError], *says: str) -> None:
        self.ask = ask
        self.fault = fault
        self.error = error
        self.says = says


def parameter() -> object:
    return ssm.get_entry("/app/var", 0)


def parameters() -> object:
    return ssm.get_entry(["/app/var1", "/app/var2"], 0, "list")


def secret() -> object:
    return secrets_manager.get_entry("/prod/secret", 0)


def file() -> object:
    return s3.get_entry("s3://bucket/path/key", 0)


JSON, S3 = faults.json_error, faults.s3_error

SCENARIOS = {
    "parameter missing": Scenario(
        parameter, JSON("ParameterNotFound"), exceptions.NotFoundError, "/app/var", "ParameterNotFound"
    ),
    "parameter's version missing": Scenario(
        parameter, JSON("ParameterVersionNotFound"), exceptions.NotFoundError, "/app/var"
    ),
    "parameter refused": Scenario(
        parameter,
        JSON("AccessDeniedException", "User: x is not authorized to perform: ssm:GetParameter"),
        exceptions.AccessDeniedError,
        "/app/var",
        "ssm:GetParameter",
        "not authorized",
    ),
    "key of a parameter refused": Scenario(
        parameter,
        JSON(
            "AccessDeniedException",
            "The ciphertext refers to a customer master key that does not exist, does not exist in this region, "
            "or you are not allowed to access.",
        ),
        exceptions.AccessDeniedError,
        "/app/var",
        "kms:Decrypt",
    ),
    "list refused": Scenario(
        parameters, JSON("AccessDeniedException"), exceptions.AccessDeniedError, "/app/var1", "ssm:GetParameters"
    ),
    "secret missing": Scenario(secret, JSON("ResourceNotFoundException"), exceptions.NotFoundError, "/prod/secret"),
    "secret refused": Scenario(
        secret,
        JSON("AccessDeniedException"),
        exceptions.AccessDeniedError,
        "/prod/secret",
        "secretsmanager:GetSecretValue",
    ),
    "key of a secret refused": Scenario(
        secret,
        JSON("AccessDeniedException", "Access to KMS is not allowed"),
        exceptions.AccessDeniedError,
        "/prod/secret",
        "kms:Decrypt",
    ),
    "object missing": Scenario(file, S3("NoSuchKey", status=404), exceptions.NotFoundError, "s3://bucket/path/key"),
    "bucket missing": Scenario(file, S3("NoSuchBucket", status=404), exceptions.NotFoundError, "bucket"),
    "object refused": Scenario(
        file,
        S3("AccessDenied", status=403),
        exceptions.AccessDeniedError,
        "s3://bucket/path/key",
        "s3:GetObject",
        "s3:ListBucket",
    ),
    "throttled by SSM": Scenario(parameter, JSON("ThrottlingException"), exceptions.ThrottledError, "/app/var"),
    "throttled by Secrets Manager": Scenario(
        secret, JSON("ThrottlingException"), exceptions.ThrottledError, "/prod/secret"
    ),
    "throttled by S3": Scenario(file, S3("SlowDown", status=503), exceptions.ThrottledError, "s3://bucket/path/key"),
    "SSM failing": Scenario(
        parameter, JSON("InternalServerError", status=500), exceptions.UnavailableError, "/app/var"
    ),
    "Secrets Manager failing": Scenario(
        secret, JSON("InternalServiceError", status=500), exceptions.UnavailableError, "/prod/secret"
    ),
    "S3 failing": Scenario(file, S3("InternalError", status=500), exceptions.UnavailableError, "s3://bucket/path/key"),
    "a name that AWS refuses": Scenario(
        parameter, JSON("ValidationException"), exceptions.FetchError, "/app/var", "ValidationException"
    ),
    "expired credentials": Scenario(
        secret, JSON("ExpiredTokenException"), exceptions.FetchError, "/prod/secret", "ExpiredTokenException"
    ),
}


@pytest.fixture(params=list(SCENARIOS.values()), ids=list(SCENARIOS))
def scenario(request: pytest.FixtureRequest, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> Scenario:
    """One of the scenarios, with its answer waiting at the proxy and no second attempt."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    scenario: Scenario = request.param
    proxy.fail_next.append(scenario.fault)
    return scenario


def code_of(fault: Fault) -> str:
    """The code of a canned error."""
    text = fault[1].decode()
    return text.partition("<Code>")[2].partition("</Code>")[0] or text.split('"')[3]


def test_aws_error_names_request_answer_and_permission(scenario: Scenario) -> None:
    with pytest.raises(scenario.error) as caught:
        scenario.ask()
    error = caught.value
    for words in (*scenario.says, code_of(scenario.fault)):
        assert words in str(error)
    assert error.message == str(error)
    assert error.Code == scenario.error.__name__


def test_an_error_of_aws_is_a_client_error_too(scenario: Scenario) -> None:
    with pytest.raises(ClientError) as caught:
        scenario.ask()
    error = caught.value
    assert isinstance(error, scenario.error)
    assert error.operation_name in {"GetParameter", "GetParameters", "GetSecretValue", "GetObject"}
    assert error.response["Error"]["Code"] == code_of(scenario.fault)


def test_the_response_is_like_that_of_botocore(scenario: Scenario) -> None:
    with pytest.raises(exceptions.FetchError) as caught:
        scenario.ask()
    response = caught.value.response
    assert response["Error"]["Code"] == code_of(scenario.fault)
    assert isinstance(response["Error"]["Message"], str)
    assert response["ResponseMetadata"]["HTTPStatusCode"] == scenario.fault[0]
    assert response["ResponseMetadata"]["RequestId"] == faults.REQUEST_ID


def test_awss_message_is_kept_verbatim(proxy: Proxy) -> None:
    proxy.fail_next.append(faults.json_error("AccessDeniedException", "User: arn:aws:iam::1:user/é is not allowed"))
    with pytest.raises(exceptions.AccessDeniedError) as caught:
        ssm.get_entry("/app/var")
    assert caught.value.response["Error"]["Message"] == "User: arn:aws:iam::1:user/é is not allowed"


def itself(error: BaseException) -> BaseException:
    return error


def pickled(error: BaseException) -> object:
    return pickle.loads(pickle.dumps(error))


@pytest.mark.parametrize("transport", [pickled, copy.copy, copy.deepcopy])
def test_an_error_of_aws_survives_pickling_and_copying(scenario: Scenario, transport: Any) -> None:
    with pytest.raises(scenario.error) as caught:
        scenario.ask()
    error, received = caught.value, transport(caught.value)
    assert isinstance(received, scenario.error)
    assert isinstance(received, ClientError)
    assert (str(received), received.Code, received.message) == (str(error), error.Code, error.message)
    assert received.response == error.response


def test_error_names_the_endpoint(account: Account, proxy: Proxy) -> None:
    with pytest.raises(exceptions.NotFoundError) as caught:
        ssm.get_entry("/app/none")
    assert "eu-west-1" in str(caught.value) or proxy.url in str(caught.value)


def test_no_answer_is_unavailable(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")  # nothing listens there
    with pytest.raises(exceptions.UnavailableError, match="/app/var") as caught:
        ssm.get_entry("/app/var")
    assert "127.0.0.1:1" in str(caught.value)
    assert isinstance(caught.value, botocore.EndpointConnectionError)
    assert not isinstance(caught.value, ClientError)
    assert isinstance(caught.value.response["Error"]["Code"], str)
    assert pickle.loads(pickle.dumps(caught.value)).message == caught.value.message


def without(*names: str) -> Callable[[pytest.MonkeyPatch], None]:
    def remove(monkeypatch: pytest.MonkeyPatch) -> None:
        for name in names:
            monkeypatch.delenv(name, raising=False)

    return remove


def slow_to_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMBDA_CACHE_READ_TIMEOUT_IN_SECONDS", "0.2")


def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")


AS_BOTO3 = {
    "NoRegionError": without("AWS_REGION", "AWS_DEFAULT_REGION"),
    "NoCredentialsError": without("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
    "EndpointConnectionError": nobody_listens,
    "ReadTimeoutError": slow_to_answer,
}


@pytest.mark.parametrize("name", AS_BOTO3)
@pytest.mark.parametrize("transport", [itself, pickled, copy.deepcopy])
def test_missing_answer_raises_boto3s_class(
    name: str, transport: Any, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    AS_BOTO3[name](monkeypatch)
    with proxy.hold(), pytest.raises(exceptions.LambdaCacheError) as caught:
        ssm.get_entry("/app/var")
    error = transport(caught.value)
    assert isinstance(error, getattr(botocore, name))
    assert isinstance(error, botocore.BotoCoreError)
    assert not isinstance(error, ClientError)
    assert (str(error), error.Code) == (str(caught.value), type(caught.value).__name__)


def test_without_botocore_it_is_a_fetch_error_all_the_same(account: Account) -> None:
    seen = program.run("without_botocore")
    assert seen["code"] == "NotFoundError"
    assert seen["response"]["Error"]["Code"] == "ParameterNotFound"
    assert "ClientError" not in seen["bases"]
    assert {"FetchError", "LambdaCacheError", "LookupError"} <= set(seen["bases"])


# ===== Errors of our own =====


@ssm.cache("/app/var")
def without_context() -> None:
    """Cannot get its value."""


def argument_errors() -> list[exceptions.LambdaCacheError]:
    """One of each that needs no AWS."""

    def raised(ask: Callable[..., object], *args: Any, **options: Any) -> exceptions.LambdaCacheError:
        with pytest.raises(exceptions.LambdaCacheError) as caught:
            ask(*args, **options)
        return caught.value

    with testing.values():
        not_supplied = raised(ssm.get_entry, "/app/none")
    return [
        not_supplied,
        raised(ssm.get_entry, None),
        raised(ssm.get_entry, ["/app/a"]),
        raised(ssm.get_entry, ""),
        raised(s3.get_entry, "https://bucket/key"),
        raised(without_context),
    ]


def test_every_error_keeps_code_and_message_when_pickled() -> None:
    errors = argument_errors()
    assert len({type(error) for error in errors}) == len(errors)
    for error in errors:
        assert error.Code == type(error).__name__
        assert error.message == str(error)
        for received in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
            assert type(received) is type(error)
            assert (str(received), received.Code, received.message) == (str(error), error.Code, error.message)


def test_a_storage_error_survives_pickling(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMBDA_CACHE_DIR", "/proc")
    account.put_object("s3://bucket/key", b"content")
    with pytest.raises(exceptions.StorageError) as caught:
        s3.get_entry("s3://bucket/key")
    received = pickle.loads(pickle.dumps(caught.value))
    assert type(received) is exceptions.StorageError
    assert (str(received), received.Code, received.message) == (
        str(caught.value),
        "StorageError",
        caught.value.message,
    )


# ===== Never a value =====


def everything_shown_of(error: BaseException) -> str:
    """Returns everything that a log could contain of an error and its causes."""
    shown = "".join(traceback.TracebackException.from_exception(error).format())
    chain: BaseException | None = error
    while chain is not None:
        shown += f"{chain!r} {chain} {chain.args} {vars(chain)}"
        chain = chain.__cause__ or chain.__context__
    return shown


SPOILT_ANSWERS: list[Fault] = [
    faults.json_answer(CANARY),
    faults.json_answer({"Parameter": {"Name": "/app/var", "Type": "String", "Value": {CANARY: 1}}}),
    faults.json_answer({"Parameter": {"Name": "/app/var", "Type": CANARY, "Value": [CANARY]}}),
    faults.json_answer({"Name": "/prod/secret", "SecretBinary": f"{CANARY}!"}),
    (200, f'{{"Parameter": {{"Type": "String", "Value": "{CANARY}'.encode(), {}),
    (200, f'{{"SecretString": "{CANARY}", '.encode(), {}),
    (200, CANARY.encode(), {}),
    (500, CANARY.encode(), {}),
    (400, f'{{"SecretString": "{CANARY}"}}'.encode(), {}),
]


@pytest.mark.parametrize("ask", [parameter, parameters, secret])
@pytest.mark.parametrize("answer", SPOILT_ANSWERS)
def test_an_answer_that_cannot_be_read_is_not_quoted(
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    ask: Callable[[], object],
    answer: Fault,
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("RUST_LOG", "trace")
    monkeypatch.setenv("RUST_BACKTRACE", "full")
    caplog.set_level(logging.DEBUG)
    proxy.fail_next.append(answer)
    with pytest.raises(exceptions.FetchError) as caught:
        ask()
    assert CANARY not in everything_shown_of(caught.value)
    assert CANARY not in caplog.text
    output, errors = capfd.readouterr()
    assert CANARY not in output + errors


@pytest.mark.parametrize("fault", [faults.json_error("AccessDeniedException"), (500, b"", {})])
def test_no_failure_shows_a_value_that_was_cached_before(
    account: Account, proxy: Proxy, clock: Time, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    account.put_parameter("/app/var", CANARY, "SecureString")
    account.put_secret("/prod/secret", CANARY)

    @ssm.cache("/app/var")
    @secrets_manager.cache("/prod/secret")
    def handler(event: object, context: LambdaContext) -> None: ...

    handler({}, LambdaContext())
    clock.advance(60)
    proxy.fail_next.extend([fault, fault])
    with pytest.raises(exceptions.FetchError) as caught:
        handler({}, LambdaContext())
    assert CANARY not in everything_shown_of(caught.value)
    assert CANARY not in repr(handler) + repr(vars(handler)) + repr(ssm) + repr(handler.__closure__)


def test_read_only_context_error_hides_the_value(account: Account) -> None:
    class Refusing:
        def __setattr__(self, name: str, value: object) -> None:
            raise AttributeError(name)

    account.put_secret("/prod/secret", CANARY)

    @secrets_manager.cache("/prod/secret")
    def handler(event: object, context: Refusing) -> None: ...

    with pytest.raises(exceptions.ContextError) as caught:
        handler({}, Refusing())
    assert CANARY not in everything_shown_of(caught.value)
