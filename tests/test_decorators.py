"""Decorated handlers: stacks that are one lookup, functions of every shape, and what stays as it was."""

from __future__ import annotations

import copy
import functools
import inspect
import pickle
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from lambda_cache import exceptions, s3, secrets_manager, ssm

from tests.context import LambdaContext

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ThreadPoolExecutor
    from pathlib import Path

    from lambda_cache.testing import Time

    from tests.account import Account
    from tests.fakes.proxy import Proxy

Handler = Any


@pytest.fixture
def var(account: Account) -> str:
    """A parameter that is there; gives its value."""
    account.put_parameter("/app/var", "value")
    return "value"


# ===== Stacks =====


def test_five_stacked_decorators_are_in_flight_at_once(
    account: Account, proxy: Proxy, background: ThreadPoolExecutor, context: LambdaContext, folder: Path
) -> None:
    for name in ("a", "b"):
        account.put_parameter(f"/app/{name}", name)
        account.put_parameter(f"/group/{name}", name)
    account.put_secret("/prod/secret", b"secret")
    account.put_object("s3://bucket/file", b"content")

    @ssm.cache("/app/a")
    @secrets_manager.cache("/prod/secret")
    @s3.cache("s3://bucket/file")
    @ssm.cache(["/group/a", "/group/b"], entry_name="group")
    @ssm.cache("/app/b")
    def handler(event: object, context: LambdaContext) -> object:
        return context.a, context.b, context.group, context.secret, context.file

    with proxy.hold():
        answer = background.submit(handler, {}, context)
        proxy.wait_for(in_flight=5)
    assert answer.result(30) == ("a", "b", {"a": "a", "b": "b"}, b"secret", str(folder / "file"))
    assert proxy.most_in_flight == 5
    assert proxy.count() == 5


def test_stack_makes_exactly_its_decorators_calls(account: Account, proxy: Proxy, context: LambdaContext) -> None:
    for name in ("a", "b", "c"):
        account.put_parameter(f"/app/{name}", name)

    @ssm.cache("/app/a")
    @ssm.cache("/app/b")
    @ssm.cache("/app/c")
    def handler(event: object, context: LambdaContext) -> object:
        return context.a, context.b, context.c

    assert handler({}, context) == ("a", "b", "c")
    assert proxy.count() == proxy.count("GetParameter") == 3
    assert handler({}, LambdaContext()) == ("a", "b", "c")
    assert proxy.count() == 3


def test_only_the_stale_entries_of_a_stack_are_fetched(
    account: Account, proxy: Proxy, clock: Time, context: LambdaContext
) -> None:
    account.put_parameter("/app/short", "one")
    account.put_secret("/prod/long", "one")

    @ssm.cache("/app/short", 10)
    @secrets_manager.cache("/prod/long", 1_000)
    def handler(event: object, context: LambdaContext) -> object:
        return context.short, context.long

    handler({}, context)
    account.put_parameter("/app/short", "two")
    clock.advance(10)
    assert handler({}, context) == ("two", "one")
    assert (proxy.count("GetParameter"), proxy.count("GetSecretValue")) == (2, 1)


def test_one_key_twice_in_a_stack_is_fetched_once(
    account: Account, proxy: Proxy, context: LambdaContext, var: str
) -> None:
    @ssm.cache("/app/var", entry_name="one")
    @ssm.cache("/app/var", entry_name="two")
    def handler(event: object, context: LambdaContext) -> object:
        return context.one, context.two

    assert handler({}, context) == (var, var)
    assert proxy.count() == 1


def test_stricter_max_age_wins_for_a_shared_entry(
    account: Account, proxy: Proxy, context: LambdaContext, var: str
) -> None:
    @ssm.cache("/app/var", max_age_in_seconds=0)
    @ssm.cache("/app/var", max_age_in_seconds=60)
    def handler(event: object, context: LambdaContext) -> object:
        return context.var

    assert handler({}, context) == var
    account.put_parameter("/app/var", "rotated")
    assert handler({}, context) == "rotated"
    assert proxy.count() == 2


def passing_on(func: Handler) -> Handler:
    """A foreign decorator that does not reveal its function."""

    def wrapper(event: Any, context: Any) -> Any:
        event["seen"] = set(context.added())
        return func(event, context)

    return wrapper


def wrapping(func: Handler) -> Handler:
    """A foreign decorator that copies everything from its function, including `__dict__`."""
    return functools.wraps(func)(passing_on(func))


@pytest.mark.parametrize("foreign", [passing_on, wrapping])
def test_a_foreign_decorator_between_ours_still_runs(
    account: Account, proxy: Proxy, foreign: Callable[[Handler], Handler]
) -> None:
    for name in ("a", "b"):
        account.put_parameter(f"/app/{name}", name)

    @ssm.cache("/app/a")
    @foreign
    @ssm.cache("/app/b")
    def handler(event: object, context: LambdaContext) -> object:
        return context.a, context.b

    for _ in range(2):
        event: dict[str, Any] = {}
        assert handler(event, LambdaContext()) == ("a", "b")
        assert event["seen"] == {"a"}
    assert proxy.count() == 2


def test_a_foreign_decorator_around_ours_still_runs(context: LambdaContext, var: str) -> None:
    @wrapping
    @ssm.cache("/app/var")
    def handler(event: object, context: LambdaContext) -> object:
        return context.var

    event: dict[str, Any] = {}
    assert handler(event, context) == var
    assert event["seen"] == set()


def test_decorating_never_changes_the_wrapper_it_was_given(account: Account) -> None:
    for name in ("a", "b", "c"):
        account.put_parameter(f"/app/{name}", name)

    def bare(event: object, context: LambdaContext) -> set[str]:
        return context.added()

    inner = ssm.cache("/app/a")(bare)
    before = dict(inner.__dict__)
    one = ssm.cache("/app/b")(inner)
    other = ssm.cache("/app/c")(inner)
    assert inner.__dict__ == before
    assert bare({}, LambdaContext()) == set()
    assert inner({}, LambdaContext()) == {"a"}
    assert one({}, LambdaContext()) == {"a", "b"}
    assert other({}, LambdaContext()) == {"a", "c"}


def test_a_decorator_may_be_applied_to_many_handlers(context: LambdaContext, var: str) -> None:
    decorate = ssm.cache("/app/var")

    @decorate
    def first(event: object, context: LambdaContext) -> object:
        return "first", context.var

    @decorate
    def second(event: object, context: LambdaContext) -> object:
        return "second", context.var

    assert first({}, context) == ("first", var)
    assert second({}, context) == ("second", var)


def test_partial_failure_keeps_entries_and_bare_context(account: Account, proxy: Proxy, context: LambdaContext) -> None:
    account.put_parameter("/app/a", "a")
    account.put_parameter("/app/z", "z")

    @ssm.cache("/app/a")
    @ssm.cache("/app/outer")
    @secrets_manager.cache("/prod/inner")
    @ssm.cache("/app/z")
    def handler(event: object, context: LambdaContext) -> None:
        pytest.fail("the handler ran")

    with pytest.raises(exceptions.NotFoundError, match="/app/outer"):
        handler({}, context)
    assert context.added() == set()
    assert proxy.count() == 4
    assert (ssm.get_entry("/app/a"), ssm.get_entry("/app/z")) == ("a", "z")
    assert proxy.count() == 4


def test_outermost_failing_decorator_raises(account: Account, context: LambdaContext) -> None:
    @ssm.cache(["/app/outer1", "/app/outer2"], entry_name="outer")
    @secrets_manager.cache("/prod/inner")
    def handler(event: object, context: LambdaContext) -> None: ...

    account.put_parameter("/app/outer1", "value")
    with pytest.raises(exceptions.NotFoundError, match="/app/outer2") as caught:
        handler({}, context)
    assert "/prod/inner" not in str(caught.value)


def test_one_entry_name_for_two_keys_is_refused(account: Account, proxy: Proxy, context: LambdaContext) -> None:
    for name in ("/prod/var", "/test/var"):
        account.put_parameter(name, "value")

    with pytest.warns(exceptions.LambdaCacheWarning, match="var"):

        @ssm.cache("/prod/var")
        @ssm.cache("/test/var")
        def handler(event: object, context: LambdaContext) -> None:
            pytest.fail("the handler ran")

    with pytest.raises(exceptions.ArgumentValueError, match="entry_name") as caught:
        handler({}, context)
    assert "/prod/var" in str(caught.value)
    assert "/test/var" in str(caught.value)
    assert proxy.count() == 0


def test_one_entry_name_for_two_sources_is_refused(proxy: Proxy, context: LambdaContext) -> None:
    with pytest.warns(exceptions.LambdaCacheWarning):

        @ssm.cache("/prod/password")
        @secrets_manager.cache("/prod/password")
        def handler(event: object, context: LambdaContext) -> None:
            pytest.fail("the handler ran")

    with pytest.raises(exceptions.ArgumentValueError, match="password"):
        handler({}, context)
    assert proxy.count() == 0


def test_a_stack_works_again_after_one_of_it_failed(account: Account, context: LambdaContext, var: str) -> None:
    @ssm.cache("/app/var")
    @ssm.cache("/app/late")
    def handler(event: object, context: LambdaContext) -> object:
        return context.var, context.late

    with pytest.raises(exceptions.NotFoundError):
        handler({}, context)
    account.put_parameter("/app/late", "late")
    assert handler({}, context) == (var, "late")


# ===== Functions of every shape =====


def test_partial_may_bind_leading_arguments(var: str, context: LambdaContext) -> None:
    def configured(configuration: str, event: object, ctx: LambdaContext) -> object:
        return configuration, event, ctx.var

    assert ssm.cache("/app/var")(functools.partial(configured, "c"))({}, context) == ("c", {}, var)


def test_bound_method_may_rename_self(var: str, context: LambdaContext) -> None:
    class Service:
        def handle(this, event: object, ctx: LambdaContext) -> object:  # noqa: N805  # pyright: ignore[reportSelfClsParameterName]
            return event, ctx.var

    assert ssm.cache("/app/var")(Service().handle)({}, context) == ({}, var)


class Functions:
    """Handlers that are methods."""

    def __init__(self, name: str) -> None:
        self.name = name

    @ssm.cache("/app/var")
    def method(self, event: object, context: LambdaContext) -> object:
        return self.name, event, context.var

    @ssm.cache("/app/var")
    def renamed(self, request: object, ctx: LambdaContext) -> object:
        return self.name, request, ctx.var

    @classmethod
    @ssm.cache("/app/var")
    def of_class(cls, event: object, ctx: LambdaContext) -> object:
        return cls.__name__, event, ctx.var

    @staticmethod
    @ssm.cache("/app/var")
    def static(event: object, context: LambdaContext) -> object:
        return "static", event, context.var

    @ssm.cache("/app/var")
    def __call__(self, event: object, context: LambdaContext) -> object:
        return "called", event, context.var


def test_methods_of_every_kind(context: LambdaContext, var: str) -> None:
    functions = Functions("object")
    assert functions.method("event", context) == ("object", "event", var)
    assert Functions.method(functions, "event", context) == ("object", "event", var)
    assert functions.renamed("event", context) == ("object", "event", var)
    assert functions.of_class("event", context) == ("Functions", "event", var)
    assert Functions.of_class("event", context) == ("Functions", "event", var)
    assert functions.static("event", context) == ("static", "event", var)
    assert Functions.static("event", context) == ("static", "event", var)
    assert functions("event", context) == ("called", "event", var)


def test_our_decorator_above_staticmethod_and_classmethod(context: LambdaContext, var: str) -> None:
    class Reversed:
        @ssm.cache("/app/var")
        @staticmethod
        def static(event: object, context: LambdaContext) -> object:
            return event, context.var

        @ssm.cache("/app/var")
        @classmethod
        def of_class(cls, event: object, context: LambdaContext) -> object:
            return cls.__name__, context.var

    assert Reversed().static("event", context) == Reversed.static("event", context) == ("event", var)
    assert Reversed().of_class("event", context) == Reversed.of_class("event", context) == ("Reversed", var)


class CalledLikeAFunction:
    """Objects that are called like a function."""

    def __call__(self, event: object, ctx: LambdaContext) -> object:
        return event, ctx.var

    def method(self, event: object, ctx: LambdaContext) -> object:
        return event, ctx.var


def with_an_option(event: object, ctx: LambdaContext, option: int) -> object:
    return event, ctx.var


def after_another(first: str, event: object, ctx: LambdaContext) -> object:
    return event, ctx.var


@pytest.mark.parametrize(
    "function",
    [
        CalledLikeAFunction(),
        CalledLikeAFunction().method,
        functools.partial(CalledLikeAFunction().method),
        functools.partial(after_another, "first"),
        functools.partial(with_an_option, option=1),
    ],
)
def test_every_callable_can_be_decorated(var: str, context: LambdaContext, function: Handler) -> None:
    assert ssm.cache("/app/var")(function)("event", context) == ("event", var)


def plain(event: object, context: Any) -> object:
    return context.var


def second_of_another_name(event: object, ctx: Any) -> object:
    return ctx.var


def context_first(context: Any, event: object) -> object:
    return context.var


def context_by_keyword_only(event: object, *, context: Any) -> object:
    return context.var


def further_arguments(event: object, context: Any, tenant: str = "none", *rest: object, **options: object) -> object:
    return context.var, tenant, rest, options


def any_positionals(*args: Any) -> object:
    return args[1].var


def any_arguments(*args: Any, **kwargs: Any) -> object:
    return (kwargs.get("context") or args[1]).var


def event_and_positionals(event: object, *args: Any) -> object:
    return args[0].var


def positional_only(event: object, context: Any, /) -> object:
    return context.var


def no_arguments() -> None: ...


def event_only(event: object) -> None: ...


def optional_context(event: object = None, context: Any = None) -> None: ...


CONTEXT = object()
"""Stands in the tables below for the context of the call."""


CALLS: list[tuple[Handler, tuple[object, ...], dict[str, object], object]] = [
    (plain, ({}, CONTEXT), {}, "value"),
    (plain, ({},), {"context": CONTEXT}, "value"),
    (plain, (), {"event": {}, "context": CONTEXT}, "value"),
    (plain, (), {"context": CONTEXT, "event": {}}, "value"),
    (second_of_another_name, ({}, CONTEXT), {}, "value"),
    (second_of_another_name, ({},), {"ctx": CONTEXT}, "value"),
    (context_first, (CONTEXT, {}), {}, "value"),
    (context_by_keyword_only, ({},), {"context": CONTEXT}, "value"),
    (further_arguments, ({}, CONTEXT), {}, ("value", "none", (), {})),
    (further_arguments, ({}, CONTEXT, "t", 1), {"x": 2}, ("value", "t", (1,), {"x": 2})),
    (further_arguments, ({},), {"context": CONTEXT, "tenant": "t"}, ("value", "t", (), {})),
    (any_positionals, ({}, CONTEXT), {}, "value"),
    (any_arguments, ({}, CONTEXT), {}, "value"),
    (any_arguments, ({},), {"context": CONTEXT}, "value"),
    (event_and_positionals, ({}, CONTEXT), {}, "value"),
    (positional_only, ({}, CONTEXT), {}, "value"),
]


@pytest.mark.parametrize(("function", "args", "kwargs", "expected"), CALLS)
def test_context_is_found_by_name_or_second_position(
    var: str, context: LambdaContext, function: Handler, args: Any, kwargs: Any, expected: object
) -> None:
    handler = ssm.cache("/app/var")(function)
    given = tuple(context if argument is CONTEXT else argument for argument in args)
    named = {name: context if argument is CONTEXT else argument for name, argument in kwargs.items()}
    assert handler(*given, **named) == expected
    assert context.added() == {"var"}


def third_positional(event: object, other: object, context: Any) -> None: ...


def keyword_only(event: object, other: object, *, context: Any) -> None: ...


def keyword_among_any(event: object, other: object, **options: object) -> None: ...


@pytest.mark.parametrize("function", [third_positional, keyword_only, keyword_among_any])
def test_argument_named_context_beats_the_second_one(var: str, context: LambdaContext, function: Handler) -> None:
    other = LambdaContext()
    ssm.cache("/app/var")(function)({}, other, context=context)
    assert (context.added(), other.added()) == ({"var"}, set())


def test_third_argument_named_context_beats_the_second(var: str, context: LambdaContext) -> None:
    other = LambdaContext()
    ssm.cache("/app/var")(third_positional)({}, other, context)
    assert (context.added(), other.added()) == ({"var"}, set())


WITHOUT_CONTEXT: list[tuple[Handler, tuple[object, ...]]] = [
    (plain, ({},)),
    (plain, ()),
    (plain, ({}, None)),
    (second_of_another_name, ({}, None)),
    (any_positionals, ({},)),
    (any_arguments, ()),
    (event_only, ({},)),
    (no_arguments, ()),
    (optional_context, ()),
]


@pytest.mark.parametrize(("function", "args"), WITHOUT_CONTEXT)
def test_missing_context_error_names_get_entry(var: str, proxy: Proxy, function: Handler, args: Any) -> None:
    handler = ssm.cache("/app/var")(function)
    with pytest.raises(exceptions.ContextError, match="get_entry") as caught:
        handler(*args)
    assert isinstance(caught.value, TypeError)
    assert proxy.count() == 0


@pytest.mark.parametrize("context", [{}, "text", 7, object(), SimpleNamespace.__new__])
def test_read_only_context_error_names_get_entry(var: str, context: Any) -> None:
    handler = ssm.cache("/app/var")(plain)
    with pytest.raises(exceptions.ContextError, match="get_entry") as caught:
        handler({}, context)
    assert isinstance(caught.value, TypeError)


class Unusable:
    """A context whose remaining time is of no use."""

    def __init__(self, answer: Any) -> None:
        self.get_remaining_time_in_millis = answer


def needs_an_argument(argument: int) -> int:
    return argument


def raises() -> int:
    raise RuntimeError("not now")


@pytest.mark.parametrize(
    "context",
    [
        SimpleNamespace(),
        Unusable(None),
        Unusable("text"),
        Unusable(lambda: None),
        Unusable(lambda: "text"),
        Unusable(lambda: float("nan")),
        Unusable(needs_an_argument),
        Unusable(raises),
        Unusable(object),
    ],
)
def test_unusable_remaining_time_sets_no_deadline(var: str, context: Any) -> None:
    assert ssm.cache("/app/var")(plain)({}, context) == var


def itself(context: LambdaContext) -> LambdaContext:
    return context


class DurableContext:
    """A durable function's context, which wraps the one that knows the remaining time."""

    def __init__(self, lambda_context: object) -> None:
        self.lambda_context = lambda_context


@pytest.mark.parametrize("kind", [itself, DurableContext])
def test_a_fetch_gives_up_before_lambda_ends_the_invocation(
    kind: Callable[[LambdaContext], Any], var: str, proxy: Proxy, background: ThreadPoolExecutor
) -> None:
    handler = ssm.cache("/app/var")(plain)
    with proxy.hold():
        answer = background.submit(handler, {}, kind(LambdaContext(remaining_milliseconds=300)))
        with pytest.raises(exceptions.UnavailableError, match="/app/var"):
            answer.result(10)


# ===== What stays as it was =====


def documented(event: dict[str, int], context: LambdaContext, *, option: str = "x") -> list[int]:
    """Returns a list."""
    return [event["number"], len(option)]


documented.attribute = "kept"  # type: ignore[attr-defined]

decorated_in_place = ssm.cache("/app/var")(documented)


@ssm.cache("/app/var")
@ssm.cache("/app/other", entry_name="second")
def by_name(event: object, context: LambdaContext) -> object:
    """Pickled by its name."""
    return context.var


@pytest.mark.parametrize(
    "handler",
    [
        ssm.cache("/app/var")(documented),
        secrets_manager.cache("name")(documented),
        s3.cache("s3://bucket/key")(documented),
        ssm.cache("/app/var")(secrets_manager.cache("name")(s3.cache("s3://bucket/key")(documented))),
    ],
)
def test_a_decorated_function_looks_like_the_bare_one(handler: Handler) -> None:
    for name in ("__name__", "__qualname__", "__module__", "__doc__", "__annotations__"):
        assert getattr(handler, name) == getattr(documented, name)
    assert handler.attribute == "kept"
    assert inspect.signature(handler) == inspect.signature(documented)
    assert inspect.isfunction(handler)
    assert not inspect.iscoroutinefunction(handler)


def test_wrapped_is_the_bare_function_also_in_a_stack() -> None:
    one: Handler = ssm.cache("/app/var")(documented)
    three: Handler = ssm.cache("/app/a")(secrets_manager.cache("name")(one))
    assert one.__wrapped__ is three.__wrapped__ is documented
    assert inspect.unwrap(three) is documented


def test_attributes_of_a_decorated_function_are_its_own() -> None:
    def bare(event: object, context: LambdaContext) -> None: ...

    handler: Handler = ssm.cache("/app/var")(bare)
    handler.added = 1
    assert not hasattr(bare, "added")


def test_a_decorated_function_is_pickled_and_copied_by_name() -> None:
    assert pickle.loads(pickle.dumps(by_name)) is by_name
    assert copy.deepcopy(by_name) is by_name


def test_decorated_method_keeps_its_signature() -> None:
    assert list(inspect.signature(Functions.method).parameters) == ["self", "event", "context"]
    assert list(inspect.signature(Functions("x").method).parameters) == ["event", "context"]


def test_arguments_and_return_value_pass_through_untouched(var: str, context: LambdaContext) -> None:
    event, answer = {"key": object()}, object()

    @ssm.cache("/app/var")
    def handler(given: object, ctx: LambdaContext, *rest: object, **options: object) -> object:
        assert given is event
        assert ctx is context
        assert (rest, options) == ((1, 2), {"three": 3})
        return answer

    assert handler(event, context, 1, 2, three=3) is answer


def test_an_exception_of_the_handler_passes_through_untouched(var: str, context: LambdaContext) -> None:
    error = KeyError("of the handler")

    @ssm.cache("/app/var")
    def handler(event: object, context: LambdaContext) -> None:
        raise error

    with pytest.raises(KeyError) as caught:
        handler({}, context)
    assert caught.value is error
    assert error.__cause__ is error.__context__ is None


WRONG_CALLS: list[tuple[tuple[object, ...], dict[str, object]]] = [
    (({}, CONTEXT, "one too many"), {}),
    (({}, CONTEXT), {"unknown": 1}),
    ((), {"context": CONTEXT}),
]


@pytest.mark.parametrize(("args", "kwargs"), WRONG_CALLS)
def test_wrong_arguments_of_a_call_are_the_usual_type_error(
    var: str, context: LambdaContext, args: Any, kwargs: Any
) -> None:
    handler = ssm.cache("/app/var")(plain)
    given = [context if argument is CONTEXT else argument for argument in args]
    with pytest.raises(TypeError, match="plain"):
        handler(*given, **{name: context if value is CONTEXT else value for name, value in kwargs.items()})


def test_the_context_of_every_invocation_gets_the_values(var: str) -> None:
    handler = ssm.cache("/app/var")(plain)
    for _ in range(3):
        assert handler({}, LambdaContext()) == var


def test_importing_a_decorated_handler_makes_no_call(proxy: Proxy) -> None:
    ssm.cache("/app/var")(plain)
    secrets_manager.cache("name")(plain)
    s3.cache("s3://bucket/key")(plain)
    assert proxy.connections == 0
