"""The wrapper that a decorated handler becomes: a plain Python function that calls the core once.

Nothing is imported here that a bare interpreter has not loaded: `functools`, `inspect` and `typing` cost a cold start
more than all that this package does. The exceptions are imported where one is raised.
"""

from os import environ

from lambda_cache import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import timedelta
    from typing import Any, Literal, TypeVar

    from lambda_cache.exceptions import LambdaCacheError

    Handler = TypeVar("Handler", bound=Callable[..., Any])
    Age = float | timedelta | None
    Names = list[str] | tuple[str, ...] | dict[str, str]
    Transform = Literal["json", "binary", "auto"] | Callable[[Any], object]

_MARK = "__lambda_cache__"
_CO_VARARGS = 0x04
_CO_VARKEYWORDS = 0x08
_CO_COROUTINE = 0x80
_CODE = type((lambda: None).__code__)
_FUNCTION = type(lambda: None)
_VIEW_OF_DICT = type(type.__dict__)


class Stack:
    """The merged decorators of a wrapper. They name the wrapper, because wraps() copies attributes."""

    __slots__ = ("bare", "errors", "lookup", "owner", "problem")

    def __init__(
        self,
        bare: "Callable[..., Any]",
        lookup: "_native.Lookup | None",
        problem: "LambdaCacheError | None",
        errors: "tuple[type[BaseException], ...]",
    ) -> None:
        self.bare = bare
        self.lookup = lookup
        self.problem = problem
        self.errors = errors  # exceptions after which the handler is called once more with fresh entries
        self.owner: object = None


def decorator(
    make_lookup: "Callable[..., _native.Lookup]",
    *arguments: object,
    prefetch: "bool | None" = None,
    unknown: "dict[str, object]",
    cache: "Callable[..., Any]",
) -> "Callable[[Handler], Handler]":
    """Returns a decorator that puts the entries of the lookup onto the handler's context.

    It never raises. A problem is a warning when a handler is decorated, and an error when the handler is called.
    `unknown` are the keywords that `cache`, the public function, does not have.
    """
    lookup: _native.Lookup | None = None
    problem: LambdaCacheError | None = None
    is_bare = False
    try:
        if unknown:
            refuse_keywords(unknown, cache)
        lookup = make_lookup(*arguments)
        lookup.remember(((make_lookup.__name__, arguments),))
        lookup.check_for_context()
        wanted, after_restore = _native.prefetches() if prefetch is None else (prefetch, prefetch)
        if wanted:
            from lambda_cache import _prefetch

            _prefetch.begin(lookup, after_restore=after_restore)
    except Exception as error:
        from lambda_cache import _problems

        lookup, problem = None, _problems.of(error)
        is_bare = callable(arguments[0]) and make_lookup.__name__ != "_lookup"
        if is_bare:  # @ssm.cache without parentheses got the handler as its first argument
            problem = _problems.without_parentheses(cache, arguments[0])

    def decorate(handler: "Handler", *called: object, **named: object) -> "Handler":
        if problem is not None and (called or named):
            raise type(problem)(problem.message)
        if is_bare:
            from lambda_cache import _problems

            return _problems.refusing(problem, is_async=False)  # type: ignore[return-value]
        return wrapped(handler, lookup, problem)  # type: ignore[no-any-return]

    if is_bare:  # it has the handler's name now, under which the commands look for its problem
        _dress(decorate, arguments[0], Stack(arguments[0], None, problem, ()))  # type: ignore[arg-type]
    return decorate


def as_getter(make_lookup: "Callable[..., Any]") -> "_native.Getter":
    """Returns a callable with the name and signature of the function, which returns the value of the lookup's entry.

    It calls the function only for arguments that it has not seen yet.
    """
    getter = _native.Getter(make_lookup)
    for name in ("__code__", "__doc__", "__module__", "__name__", "__qualname__"):
        setattr(getter, name, getattr(make_lookup, name))
    getter.__wrapped__ = make_lookup
    return getter


def refuse_keywords(unknown: "Iterable[str]", function: "Callable[..., Any]") -> None:
    """Refuses keywords that a public function does not have."""
    from lambda_cache import _problems

    raise _problems.of_keywords(unknown, function)


def wrapped(
    handler: "Any",
    lookup: "_native.Lookup | None",
    problem: "LambdaCacheError | None",
    errors: "tuple[type[BaseException], ...]" = (),
) -> "Any":
    """Returns the handler's wrapper with this decorator and those below it."""
    if type(handler) in (staticmethod, classmethod):
        return type(handler)(wrapped(handler.__func__, lookup, problem, errors))
    stack = Stack(handler, lookup, None, errors)
    inner = stack_of(handler)
    if inner is not None:
        stack.bare = inner.bare
        stack.errors += inner.errors
        stack.lookup = lookup or inner.lookup
        stack.problem = inner.problem
        if lookup is not None and inner.lookup is not None:
            stack.lookup = lookup.above(inner.lookup)
            if problem is None and inner.problem is None:
                try:
                    stack.lookup.check_for_context()
                except Exception as error:
                    from lambda_cache import _problems

                    problem = _problems.of(error)
    if problem is not None:
        from lambda_cache import _problems

        stack.problem = _problems.warned_about(problem, stack.bare)
    wrapper = _wrapper(stack)
    _dress(wrapper, handler, stack)
    return wrapper


def stack_of(handler: "Any") -> "Stack | None":
    """Returns the merged decorators of a function, or None if it is not a wrapper of this package."""
    stack = own_attributes(handler).get(_MARK)
    return stack if isinstance(stack, Stack) and stack.owner is handler else None


def _dress(wrapper: "Callable[..., Any]", handler: "Callable[..., Any]", stack: Stack) -> None:
    """Gives the wrapper the handler's identity, as functools.wraps would."""
    for name in ("__module__", "__name__", "__qualname__", "__doc__", "__type_params__", "__annotate__"):
        value = attribute(handler, name)
        if value is not None:
            _set(wrapper, name, value)
    if not callable(attribute(handler, "__annotate__")):
        annotations = attribute(handler, "__annotations__")
        wrapper.__annotations__ = dict(annotations) if issubclass(type(annotations), dict) else {}
    wrapper.__dict__.update(own_attributes(handler))
    stack.owner = wrapper
    wrapper.__dict__[_MARK] = stack
    wrapper.__wrapped__ = stack.bare  # type: ignore[attr-defined]


def _set(wrapper: "Callable[..., Any]", name: str, value: object) -> None:
    try:
        setattr(wrapper, name, value)
    except (TypeError, ValueError):  # a stand-in's, which is not what a function can have
        return


def _wrapper(stack: Stack) -> "Callable[..., Any]":
    bare, lookup, problem = stack.bare, stack.lookup, stack.problem
    is_async = _is_async(bare)
    if is_async and "AWS_LAMBDA_RUNTIME_API" in environ:
        from lambda_cache._unawaited import warn_if_nobody_awaits

        warn_if_nobody_awaits(bare)
    if problem is not None or (lookup is None and not stack.errors):
        from lambda_cache import _problems

        return _problems.refusing(problem, is_async=is_async)
    find = _context_finder(bare)
    if stack.errors:
        from lambda_cache import _refresh

        return (_refresh.async_wrapper if is_async else _refresh.wrapper)(bare, lookup, find, stack.errors)
    assert lookup is not None
    if is_async:
        return _async_wrapper(bare, lookup, find)

    if _takes_event_and_context(bare):
        # A constant stands for "not given": comparing with one is the cheapest that Python has.
        def handler(event: object = ..., context: object = None) -> object:
            lookup[context]  # puts the entries on; refuses None, with advice on a missing context
            if event is ...:
                return bare(context=context)  # raises what Python raises
            return bare(event, context)

        return handler

    def any_handler(*args: object, **kwargs: object) -> object:
        lookup[find(args, kwargs)]
        return bare(*args, **kwargs)

    return any_handler


def _async_wrapper(
    bare: "Callable[..., Any]", lookup: "_native.Lookup", find: "Callable[..., object]"
) -> "Callable[..., Any]":
    async def async_handler(*args: object, **kwargs: object) -> object:
        context = find(args, kwargs)
        if not lookup.inject_hits(context):
            from lambda_cache._async import in_thread

            # No name for the values: a traceback that shows locals would show secrets.
            lookup.inject_fetched(context, await in_thread(lookup, context))
        return await bare(*args, **kwargs)

    return async_handler


def attribute(value: object, name: str) -> "Any":
    """Returns an attribute; None where there is none, or where a look at it raises, as a proxy of nothing does."""
    try:
        return getattr(value, name, None)
    except Exception:
        return None


def code_of(handler: object) -> "Any":
    """Returns the code that a function describes itself by: a Python function, or a compiled one; None of all else.

    Types are compared, because a mock answers whatever it is asked, and also says that it is an instance of code.
    """
    code = attribute(handler, "__code__")
    return code if type(code) is _CODE else None


def own_attributes(handler: object) -> "dict[str, Any]":
    """Returns an object's `__dict__`, if it has a real one."""
    own = attribute(handler, "__dict__")
    return own if type(own) in (dict, _VIEW_OF_DICT) else {}


def _function(handler: "Any") -> "tuple[Any, int]":
    """Returns the function behind a method, partial or callable object, and its number of bound arguments."""
    given = 0
    for _ in range(32):
        bound_to, arguments, kind = attribute(handler, "__func__"), _partials_arguments(handler), kind_of(handler)
        if code_of(bound_to) is not None:
            handler, given = bound_to, given + 1
        elif code_of(handler) is not None:
            return handler, given
        elif arguments is not None:
            handler, given = attribute(handler, "func"), given + len(arguments)
        else:
            handler, given = attribute(kind, "__call__"), given + 1
    return None, 0


def _partials_arguments(handler: "Any") -> "tuple[Any, ...] | None":
    """Returns what a partial was given by position; None of all else."""
    arguments = attribute(handler, "args")
    return arguments if kind_of(arguments) is tuple and callable(attribute(handler, "func")) else None


def kind_of(value: object) -> "Any":
    """Returns a value's real type, whatever its `__class__` claims."""
    return type(value)


def _is_async(handler: "Any") -> bool:
    """Returns whether a call gives a coroutine, as `inspect.iscoroutinefunction` says, or its `__call__` does."""
    function, _ = _function(handler)
    code = code_of(function)
    if code is None:
        code = attribute(handler, "__code__")  # of an AsyncMock
    flags = attribute(code, "co_flags")
    if type(flags) is int and flags & _CO_COROUTINE:
        return True
    return any(_is_marked(one) for one in (handler, function) if one is not None)


def _is_marked(handler: "Any") -> bool:
    """Returns whether a function is marked as one whose calls give coroutines."""
    import sys

    marks = (("inspect", "_is_coroutine_mark"), ("asyncio.coroutines", "_is_coroutine"))
    for module, name in marks:
        mark = getattr(sys.modules.get(module), name, None)
        if mark is not None and attribute(handler, name) is mark:
            return True
    return False


def _takes_event_and_context(handler: "Any") -> bool:
    if type(handler) is not _FUNCTION:
        return False
    code = handler.__code__
    return (
        code.co_varnames[: code.co_argcount] == ("event", "context")
        and not code.co_kwonlyargcount
        and not code.co_flags & (_CO_VARARGS | _CO_VARKEYWORDS)
        and not code.co_posonlyargcount
        and not handler.__defaults__
    )


def _context_finder(handler: "Any") -> "Callable[[tuple[object, ...], dict[str, object]], object]":
    """Returns a function that finds the context among a call's arguments.

    It is the argument named context, else the second positional one, or the third after self or cls.
    """
    names = _positional_names(handler)
    second = 2 if names[:1] in (("self",), ("cls",)) else 1
    position = names.index("context") if "context" in names else second
    name = names[position] if position < len(names) else "context"

    def find(args: "tuple[object, ...]", kwargs: "dict[str, object]") -> object:
        if "context" in kwargs:
            return kwargs["context"]
        if position < len(args):
            return args[position]
        if name in kwargs:
            return kwargs[name]
        from lambda_cache.exceptions import ContextError

        raise ContextError(
            "the handler was called without a context, so there is nothing to put the entry on: call it with one, "
            "or use get_entry inside it"
        )

    return find


def _positional_names(handler: "Any") -> "tuple[str, ...]":
    """Returns the names of positional arguments, of the wrapped function if the wrapper takes any arguments."""
    for _ in range(32):
        function, given = _function(handler)
        if function is None:
            return ()
        code = function.__code__
        names: tuple[str, ...] = code.co_varnames[given : code.co_argcount]
        wrapped = attribute(handler, "__wrapped__")
        if names or wrapped is None:
            return names
        handler = wrapped
    return ()
