"""SSM parameters: single ones, lists, what each type becomes, and what the cache takes for the same parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import exceptions, secrets_manager, ssm

from tests import faults

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from lambda_cache.testing import Time

    from tests.account import Account
    from tests.context import LambdaContext
    from tests.fakes.proxy import Proxy

ARN = "arn:aws:ssm:eu-west-1:123456789012:parameter"


# ===== Entry names =====


@pytest.mark.parametrize(
    ("parameter", "entry_name"),
    [
        ("/production/app/var", "var"),
        ("plain", "plain"),
        ("/top", "top"),
        ("/app/dotted.name-1", "dotted.name-1"),
        (f"{ARN}/production/app/var", "var"),
        (f"{ARN}/plain", "plain"),
        ("/production/app/var:1", "var"),
        (f"{ARN}/production/app/var:1", "var"),
    ],
)
def test_the_entry_name_is_the_last_segment(
    account: Account, context: LambdaContext, parameter: str, entry_name: str
) -> None:
    for name in ("/production/app/var", "plain", "/top", "/app/dotted.name-1"):
        account.put_parameter(name, "value")

    @ssm.cache(parameter)
    def handler(event: object, context: LambdaContext) -> None: ...

    handler({}, context)
    assert context.added() == {entry_name}
    assert getattr(context, entry_name) == "value"


@pytest.mark.parametrize("not_given", [None, False, ""])
def test_an_empty_entry_name_means_not_given(account: Account, context: LambdaContext, not_given: Any) -> None:
    account.put_parameter("/app/var", "value")

    @ssm.cache("/app/var", entry_name=not_given)
    def handler(event: object, context: LambdaContext) -> None: ...

    handler({}, context)
    assert context.added() == {"var"}
    assert ssm.get_entry("/app/var", entry_name=not_given) == "value"


@pytest.mark.parametrize("entry_name", ["with space", "ünïcode", "0", "class", "var/1"])
def test_any_other_text_is_an_entry_name(account: Account, context: LambdaContext, entry_name: str) -> None:
    account.put_parameter("/app/var", "value")

    @ssm.cache("/app/var", entry_name=entry_name)
    def handler(event: object, context: LambdaContext) -> None: ...

    handler({}, context)
    assert getattr(context, entry_name) == "value"


def test_arguments_may_be_given_by_position(account: Account, clock: Time, context: LambdaContext) -> None:
    account.put_parameter("/app/var", "one")

    @ssm.cache("/app/var", 30, "name")
    def handler(event: object, context: LambdaContext) -> object:
        return context.name

    assert handler({}, context) == "one"
    account.put_parameter("/app/var", "two")
    assert ssm.get_entry("/app/var", 30, "name") == "one"
    clock.advance(30)
    assert handler({}, context) == "two"


# ===== Keys: equal parameters =====


def test_two_names_that_end_alike_never_answer_for_each_other(account: Account, context: LambdaContext) -> None:
    account.put_parameter("/prod/password", "of production")
    account.put_parameter("/test/password", "of the tests")

    @ssm.cache("/prod/password")
    def in_production(event: object, context: LambdaContext) -> object:
        return context.password

    @ssm.cache("/test/password")
    def in_tests(event: object, context: LambdaContext) -> object:
        return context.password

    assert in_production({}, context) == "of production"
    assert in_tests({}, context) == "of the tests"
    assert ssm.get_entry("/prod/password") == "of production"


def test_handlers_may_share_an_entry_name(account: Account, context: LambdaContext) -> None:
    account.put_parameter("/app/a", "a")
    account.put_parameter("/app/b", "b")

    @ssm.cache("/app/a", entry_name="value")
    def first(event: object, context: LambdaContext) -> object:
        return context.value

    @ssm.cache("/app/b", entry_name="value")
    def second(event: object, context: LambdaContext) -> object:
        return context.value

    assert [first({}, context), second({}, context), first({}, context)] == ["a", "b", "a"]


def test_one_parameter_under_two_entry_names_is_fetched_once(
    account: Account, proxy: Proxy, context: LambdaContext
) -> None:
    account.put_parameter("/app/var", "value")

    @ssm.cache("/app/var", entry_name="one")
    def first(event: object, context: LambdaContext) -> object:
        return context.one

    @ssm.cache("/app/var", entry_name="two")
    def second(event: object, context: LambdaContext) -> object:
        return context.two

    assert first({}, context) == second({}, context) == ssm.get_entry("/app/var") == "value"
    assert proxy.count() == 1


def test_version_is_a_separate_entry(account: Account, proxy: Proxy) -> None:
    account.put_parameter("/app/var", "one")
    account.put_parameter("/app/var", "two")
    assert [ssm.get_entry("/app/var"), ssm.get_entry("/app/var:1"), ssm.get_entry("/app/var:2")] == [
        "two",
        "one",
        "two",
    ]
    assert proxy.count("GetParameter") == 3
    assert [ssm.get_entry("/app/var:1"), ssm.get_entry("/app/var")] == ["one", "two"]
    assert proxy.count("GetParameter") == 3


def test_decorators_see_get_entrys_refresh(account: Account, proxy: Proxy, context: LambdaContext) -> None:
    @ssm.cache("/app/var", max_age_in_seconds=600)
    def other(event: object, context: LambdaContext) -> object:
        return context.var

    @ssm.cache("/app/var")
    def handler(event: object, context: LambdaContext) -> tuple[object, object]:
        account.put_parameter("/app/var", "two")
        fresh = ssm.get_entry("/app/var", max_age_in_seconds=0)
        return context.var, fresh

    account.put_parameter("/app/var", "one")
    assert other({}, context) == "one"
    assert handler({}, context) == ("one", "two")
    assert other({}, context) == "two"
    assert proxy.count() == 2


def test_each_caller_has_its_own_max_age_for_one_entry(account: Account, proxy: Proxy, clock: Time) -> None:
    account.put_parameter("/app/var", "one")
    assert ssm.get_entry("/app/var", 60) == "one"
    account.put_parameter("/app/var", "two")
    clock.advance(100)
    assert ssm.get_entry("/app/var", 1_000) == "one"
    assert ssm.get_entry("/app/var", 60) == "two"
    assert ssm.get_entry("/app/var", 1_000) == "two"
    assert proxy.count() == 2


# ===== Lists =====


def test_a_list_is_an_entry_apart_from_its_single_names(account: Account, proxy: Proxy) -> None:
    for name in ("a", "b"):
        account.put_parameter(f"/app/{name}", "one")
    assert ssm.get_entry(["/app/a", "/app/b"], entry_name="both") == {"a": "one", "b": "one"}
    account.put_parameter("/app/a", "two")
    assert ssm.get_entry("/app/a") == "two"
    assert ssm.get_entry(["/app/a", "/app/b"], entry_name="both") == {"a": "one", "b": "one"}
    assert (proxy.count("GetParameters"), proxy.count("GetParameter")) == (1, 1)


def test_a_list_is_known_by_its_names_in_order(account: Account, proxy: Proxy) -> None:
    for name in ("a", "b", "c"):
        account.put_parameter(f"/app/{name}", name)
    assert ssm.get_entry(["/app/a", "/app/b"], entry_name="list") == {"a": "a", "b": "b"}
    assert ssm.get_entry(["/app/a", "/app/c"], entry_name="list") == {"a": "a", "c": "c"}
    assert ssm.get_entry(["/app/b", "/app/a"], entry_name="list") == {"a": "a", "b": "b"}
    assert proxy.count("GetParameters") == 3
    ssm.get_entry(["/app/a", "/app/b"], entry_name="another name")
    assert proxy.count("GetParameters") == 3


def test_the_dict_of_a_list_has_the_order_of_the_list(account: Account) -> None:
    names = ["c", "a", "e", "b", "d"]
    for name in names:
        account.put_parameter(f"/app/{name}", name)
    values = ssm.get_entry([f"/app/{name}" for name in names], entry_name="list")
    assert list(values) == names


def test_a_list_may_hold_one_name(account: Account) -> None:
    account.put_parameter("/app/a", "x,y", "StringList")
    assert ssm.get_entry(["/app/a"], entry_name="list") == {"a": ["x", "y"]}


def test_the_names_of_a_list_may_have_selectors_and_no_slash(account: Account) -> None:
    account.put_parameter("/app/var", "one")
    account.put_parameter("/app/var", "two")
    account.put_parameter("plain", "text")
    assert ssm.get_entry(["/app/var:1", "plain"], entry_name="list") == {"var": "one", "plain": "text"}


def test_more_than_ten_names_are_chunks_at_the_same_time(
    account: Account, proxy: Proxy, background: ThreadPoolExecutor
) -> None:
    names = [f"var{number:02}" for number in range(25)]
    for name in names:
        account.put_parameter(f"/app/{name}", f"value of {name}")
    with proxy.hold():
        values = background.submit(ssm.get_entry, [f"/app/{name}" for name in names], entry_name="list")
        proxy.wait_for(in_flight=3)
    assert values.result(30) == {name: f"value of {name}" for name in names}
    assert proxy.count() == proxy.count("GetParameters") == 3
    assert proxy.most_in_flight == 3


@pytest.mark.parametrize(("names", "calls"), [(10, 1), (11, 2), (20, 2), (21, 3)])
def test_a_chunk_has_ten_names(account: Account, proxy: Proxy, names: int, calls: int) -> None:
    for number in range(names):
        account.put_parameter(f"/app/var{number}", "value")
    ssm.get_entry([f"/app/var{number}" for number in range(names)], entry_name="list")
    assert proxy.count("GetParameters") == calls


def test_every_missing_name_of_a_list_is_named(account: Account, context: LambdaContext) -> None:
    present = [f"/app/var{number:02}" for number in range(12)]
    for name in present:
        account.put_parameter(name, "value")

    @ssm.cache([*present[:3], "/app/lost", *present[3:], "/app/gone"], entry_name="parameters")
    def handler(event: object, context: LambdaContext) -> None:
        pytest.fail("the handler ran")

    with pytest.raises(exceptions.NotFoundError) as caught:
        handler({}, context)
    assert "/app/lost" in str(caught.value)
    assert "/app/gone" in str(caught.value)
    assert "/app/var00" not in str(caught.value)
    assert context.added() == set()


# ===== Values =====


@pytest.mark.parametrize(
    ("kind", "stored", "seen"),
    [
        ("StringList", "one", ["one"]),
        ("StringList", "a, b,,c ", ["a", " b", "", "c "]),
        ("String", '{"json": "stays text"}', '{"json": "stays text"}'),
        ("String", "grüße 🦀\nline", "grüße 🦀\nline"),
        ("SecureString", "p@ss,word", "p@ss,word"),
        ("String", "x" * 4_096, "x" * 4_096),
    ],
)
def test_value_has_the_type_of_its_parameter(account: Account, kind: str, stored: str, seen: object) -> None:
    account.put_parameter("/app/var", stored, kind)
    assert ssm.get_entry("/app/var") == seen
    assert ssm.get_entry(["/app/var"], entry_name="list") == {"var": seen}


def test_mutating_a_list_or_dict_leaves_the_cached_value(
    account: Account, proxy: Proxy, context: LambdaContext
) -> None:
    account.put_parameter("/app/hosts", "a,b", "StringList")
    account.put_parameter("/app/var", "value")

    @ssm.cache("/app/hosts")
    @ssm.cache(["/app/hosts", "/app/var"], entry_name="group")
    def handler(event: object, context: LambdaContext) -> tuple[object, object]:
        seen = list(context.hosts), {name: list(value) for name, value in context.group.items()}
        context.hosts.append("changed")
        context.group["hosts"].clear()
        context.group["added"] = "changed"
        return seen

    expected = (["a", "b"], {"hosts": ["a", "b"], "var": list("value")})
    assert handler({}, context) == expected
    assert handler({}, context) == expected
    for hosts in (ssm.get_entry("/app/hosts"), ssm.get_entry(["/app/hosts", "/app/var"], entry_name="group")["hosts"]):
        assert isinstance(hosts, list)
        hosts.append("changed")
    assert handler({}, context) == expected
    assert proxy.count() == 2


# ===== Failures =====


def test_an_error_is_never_cached(account: Account, proxy: Proxy, context: LambdaContext) -> None:
    @ssm.cache("/app/late")
    def handler(event: object, context: LambdaContext) -> object:
        return context.late

    for calls in (1, 2):
        with pytest.raises(exceptions.NotFoundError):
            handler({}, context)
        assert proxy.count() == calls
    account.put_parameter("/app/late", "value")
    assert handler({}, context) == "value"


def test_failed_refresh_keeps_the_value_for_larger_max_ages(
    account: Account, proxy: Proxy, clock: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    account.put_parameter("/app/var", "value")
    assert ssm.get_entry("/app/var") == "value"
    clock.advance(100)
    proxy.fail_next.append((500, b"", {}))
    with pytest.raises(exceptions.UnavailableError):
        ssm.get_entry("/app/var", 60)
    calls = proxy.count()
    assert ssm.get_entry("/app/var", 1_000) == "value"
    assert proxy.count() == calls


# ===== Connections =====


def test_connections_are_kept_between_fetches(account: Account, proxy: Proxy) -> None:
    account.put_parameter("/app/var", "value")
    for _ in range(5):
        ssm.get_entry("/app/var", 0)
    assert proxy.count() == 5
    assert proxy.connections == 1


def test_closed_connection_costs_no_attempt(account: Account, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")  # so that no retry of the SDK can help
    account.put_parameter("/app/var", "value")
    for connections in (1, 2, 3):
        assert ssm.get_entry("/app/var", 0) == "value"
        assert proxy.connections == connections
        proxy.close_idle()
    assert proxy.count() == 3


# ===== Paths =====


def test_a_path_is_a_dict_of_all_that_is_below_it(account: Account, context: LambdaContext, proxy: Proxy) -> None:
    account.put_parameter("/app/prod/db/host", "db.example")
    account.put_parameter("/app/prod/db/password", "hidden", "SecureString")
    account.put_parameter("/app/prod/sizes", "S,M", "StringList")
    account.put_parameter("/app/production/var", "not below it")

    @ssm.cache(path="/app/prod")
    @ssm.cache(path="/app/prod", recursive=False, entry_name="top")
    def handler(event: object, context: LambdaContext) -> None: ...

    for _ in range(2):
        handler({}, context)
    assert context.prod == {"db/host": "db.example", "db/password": "hidden", "sizes": ["S", "M"]}
    assert context.top == {"sizes": ["S", "M"]}
    assert proxy.count() == proxy.count("GetParametersByPath") == 2
    context.prod.clear()
    assert ssm.get_entry(path="/app/prod/")["db/host"] == "db.example"
    assert proxy.count() == 2


@pytest.mark.parametrize(("parameters", "calls"), [(9, 1), (11, 2), (25, 3)])
def test_a_path_comes_in_pages_of_ten(account: Account, proxy: Proxy, parameters: int, calls: int) -> None:
    for number in range(parameters):
        account.put_parameter(f"/app/var{number}", f"value {number}")
    assert ssm.get_entry(path="/app") == {f"var{number}": f"value {number}" for number in range(parameters)}
    assert proxy.count() == proxy.count("GetParametersByPath") == calls


def test_the_path_of_everything_needs_an_entry_name(account: Account, context: LambdaContext) -> None:
    account.put_parameter("/app/var", "value")
    with pytest.warns(exceptions.LambdaCacheWarning):

        @ssm.cache(path="/")
        def handler(event: object, context: LambdaContext) -> None: ...

    with pytest.raises(exceptions.ArgumentValueError, match="entry_name"):
        handler({}, context)
    assert ssm.get_entry(path="/")["app/var"] == "value"


def test_a_path_with_nothing_below_it_is_not_found(account: Account) -> None:
    account.put_parameter("/app/var", "value")
    for path in ("/app/var", "/none"):
        with pytest.raises(exceptions.NotFoundError, match="no parameter below") as caught:
            ssm.get_entry(path=path)
        assert caught.value.operation_name == "GetParametersByPath"
    account.put_parameter("/none/var", "now")
    assert ssm.get_entry(path="/none") == {"var": "now"}


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"path": "app/prod"}, exceptions.ArgumentValueError, "with a '/' in front"),
        ({"path": ""}, exceptions.ArgumentValueError, "path is empty"),
        ({"path": ["/app"], "entry_name": "x"}, exceptions.ArgumentTypeNotSupportedError, "path must be a str"),
        ({"parameter": "/app/var", "path": "/app"}, exceptions.ArgumentValueError, "stack two decorators"),
        ({}, exceptions.ArgumentTypeNotSupportedError, "none was given"),
    ],
)
def test_invalid_path_is_refused(arguments: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        ssm.get_entry(**arguments)


def test_a_path_is_an_entry_apart_from_a_parameter_of_its_name(account: Account) -> None:
    account.put_parameter("/app/prod", "the parameter")
    account.put_parameter("/app/prod/var", "below it")
    assert ssm.get_entry("/app/prod") == "the parameter"
    assert ssm.get_entry(path="/app/prod") == {"var": "below it"}


# ===== Defaults =====


def test_missing_parameter_is_cached_as_its_default(
    account: Account, context: LambdaContext, proxy: Proxy, clock: Time
) -> None:
    account.put_parameter("/app/colour", "blue")

    @ssm.cache("/app/colour", default="red")
    @ssm.cache("/app/port", default=8080)
    @ssm.cache("/app/nothing", default=None)
    def handler(event: object, context: LambdaContext) -> None: ...

    for _ in range(3):
        handler({}, context)
    assert (context.colour, context.port, context.nothing) == ("blue", 8080, None)
    assert proxy.count() == 3
    account.put_parameter("/app/port", "9090")
    handler({}, context)
    assert context.port == 8080
    clock.advance(60)
    handler({}, context)
    assert context.port == "9090"
    account.delete_parameter("/app/port")
    assert ssm.get_entry("/app/port", max_age_in_seconds=0, default=8080) == 8080


def test_of_a_list_each_missing_name_is_the_default(account: Account, proxy: Proxy) -> None:
    account.put_parameter("/app/a", "x")
    names = ["/app/none", "/app/a", "/app/also"]
    for default in ("", None, ["y"]):
        values = ssm.get_entry(names, entry_name="list", default=default)
        assert list(values.items()) == [("none", default), ("a", "x"), ("also", default)]
    assert proxy.count() == proxy.count("GetParameters") == 1, "a default is not part of the entry"
    with pytest.raises(exceptions.NotFoundError, match="/app/also"):
        ssm.get_entry(names, entry_name="list")


def test_default_replaces_an_empty_path(account: Account) -> None:
    assert ssm.get_entry(path="/none", default={"a": "b"}) == {"a": "b"}
    account.put_parameter("/app/a", "x")
    assert ssm.get_entry(path="/app", default={"a": "b"}) == {"a": "x"}


def test_a_missing_version_is_missing(account: Account) -> None:
    account.put_parameter("/app/var", "one")
    assert ssm.get_entry("/app/var:7", default="none") == "none"


def test_a_default_that_the_handler_changes_stays_as_it_is(account: Account, context: LambdaContext) -> None:
    @ssm.cache("/app/list", default=["x"])
    @ssm.cache("/app/dict", default={"a": "b"})
    def handler(event: object, context: LambdaContext) -> tuple[object, object]:
        seen = (list(context.list), dict(context.dict))
        context.list.append("y")
        context.dict.clear()
        return seen

    for _ in range(2):
        assert handler({}, context) == (["x"], {"a": "b"})


def test_default_covers_only_missing_parameters(account: Account, proxy: Proxy) -> None:
    proxy.fail_next.append(faults.json_error("AccessDeniedException"))
    with pytest.raises(exceptions.AccessDeniedError):
        ssm.get_entry("/app/var", default="x")


def test_with_and_without_a_default_are_two_entries(account: Account, context: LambdaContext) -> None:
    assert ssm.get_entry("/app/var", default="none") == "none"
    with pytest.raises(exceptions.NotFoundError):
        ssm.get_entry("/app/var")

    with pytest.warns(exceptions.LambdaCacheWarning, match="two decorators of one handler"):

        @ssm.cache("/app/var")
        @ssm.cache("/app/var", default="x")
        def handler(event: object, context: LambdaContext) -> None: ...

    with pytest.raises(exceptions.ArgumentValueError):
        handler({}, context)


def test_stacked_decorators_keep_their_defaults(account: Account, context: LambdaContext) -> None:
    account.put_secret("secret", "hidden")

    @ssm.cache("/app/a", default="a")
    @secrets_manager.cache("secret")
    @ssm.cache("/app/b", default="b")
    @ssm.cache("/app/c", 30, default="c")
    def handler(event: object, context: LambdaContext) -> None: ...

    for _ in range(2):
        handler({}, context)
        assert (context.a, context.secret, context.b, context.c) == ("a", "hidden", "b", "c")


# ===== Names reserved for other services =====


def test_secret_can_be_read_through_parameter_store(account: Account) -> None:
    account.put_secret("prod/db", "hidden")
    assert ssm.get_entry("/aws/reference/secretsmanager/prod/db") == "hidden"


def test_public_parameters_are_parameters(account: Account) -> None:
    values = ssm.get_entry(path="/aws/service/global-infrastructure/services/lambda/regions")
    assert "eu-west-1" in values.values()
