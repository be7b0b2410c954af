"""The public API for type checkers: mypy and pyright read this file strictly, and it is never run.

A line that must be refused carries an ignore comment, and both report one that is not needed.
"""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lambda_cache
from lambda_cache import __version__, custom, exceptions, s3, secrets_manager, ssm, testing

if TYPE_CHECKING:
    from typing_extensions import assert_type

    class Context:
        """A Lambda context."""

    def split(text: str) -> list[str]:
        return text.split(",")

    def values() -> None:
        assert_type(ssm.get_entry("/app/var"), str | list[str])
        assert_type(ssm.get_entry(parameter="/app/var", max_age_in_seconds=0.5, entry_name=None), str | list[str])
        assert_type(ssm.get_entry(["/app/a", "/app/b"], entry_name="list"), dict[str, str | list[str]])
        assert_type(ssm.get_entry(path="/app", recursive=False), dict[str, str | list[str]])
        assert_type(ssm.get_entry("/app/port", default=8080), str | list[str] | int)
        assert_type(ssm.get_entry(["/app/a"], entry_name="list", default=None), dict[str, str | list[str] | None])
        assert_type(ssm.get_entry(path="/app", default=None), dict[str, str | list[str]] | None)
        assert_type(secrets_manager.get_entry("name"), str | bytes)
        assert_type(secrets_manager.get_entry(name="name", max_age_in_seconds=60, entry_name="x"), str | bytes)
        assert_type(secrets_manager.get_entry("name", version_stage="AWSPREVIOUS"), str | bytes)
        assert_type(secrets_manager.get_entry(["a", "b"], entry_name="list"), dict[str, str | bytes])
        assert_type(s3.get_entry("s3://bucket/key"), str)
        assert_type(s3.get_entry(s3Uri="s3://bucket/key", check_before_download=True), str)
        assert_type(ssm.get_entry("/app/var", transform="json"), Any)
        assert_type(ssm.get_entry("/app/port", transform=int), int)
        assert_type(ssm.get_entry("/app/port", transform=int, default=None), int | None)
        assert_type(ssm.get_entry(["/app/a"], transform=split), dict[str, list[str]])
        assert_type(ssm.get_entry({"db": "/prod/db/password"}), dict[str, str | list[str]])
        assert_type(ssm.get_entry(("/app/a", "/app/b"), timedelta(minutes=5)), dict[str, str | list[str]])
        assert_type(ssm.get_entry(path="/app", transform=int), dict[str, int])
        assert_type(ssm.get_entry(path="/app", default=None, transform=int), dict[str, int | None] | None)
        assert_type(secrets_manager.get_entry("name", transform=len), int)
        assert_type(secrets_manager.get_entry({"a": "name"}, version_stage="AWSPREVIOUS"), dict[str, str | bytes])
        assert_type(secrets_manager.get_entry(["a"], transform=len), dict[str, int])
        assert_type(secrets_manager.get_entry("name", rotation_aware=True), str | bytes)
        assert_type(secrets_manager.get_entry(["a"], entry_name="list", transform="auto"), Any)
        assert_type(s3.get_entry("s3://bucket/key", transform=len), int)
        assert_type(__version__, str)

    async def values_in_async_code() -> None:
        assert_type(await ssm.aget_entry("/app/var"), str | list[str])
        assert_type(await ssm.aget_entry(["/app/a"], 60, "list"), dict[str, str | list[str]])
        assert_type(await secrets_manager.aget_entry("name", 0), str | bytes)
        assert_type(await s3.aget_entry("s3://bucket/key", 0, "file", True), str)
        assert_type(await ssm.aget_entry("/app/port", transform=int), int)
        assert_type(await s3.aget_entry("s3://bucket/key", transform=Path), Path)

    def wrong_arguments() -> None:
        ssm.get_entry()  # type: ignore[call-overload]
        ssm.get_entry("/app/var", path="/app")  # type: ignore[call-overload]
        ssm.get_entry(7)  # type: ignore[call-overload]
        ssm.get_entry("/app/var", "60")  # type: ignore[call-overload]
        secrets_manager.get_entry(7)  # type: ignore[call-overload]
        ssm.get_entry("/app/var", default_on_transform_error=True)  # type: ignore[call-overload]
        s3.get_entry(Path("file"))  # type: ignore[call-overload]
        ssm.get_entry("/app/var", transform="yaml")  # type: ignore[call-overload]
        s3.cache("s3://bucket/key", transform=3)  # type: ignore[arg-type]
        ssm.cache(7)  # type: ignore[call-overload]
        ssm.cache(name="/app/var")  # type: ignore[call-overload]
        ssm.cache()  # type: ignore[call-overload]
        ssm.cache(None)  # type: ignore[call-overload]
        ssm.cache(["/app/a", "/app/b"])  # type: ignore[call-overload]
        ssm.cache({"a": "/app/a"}, 60)  # type: ignore[call-overload]
        ssm.cache("/app/var", path="/app")  # type: ignore[call-overload]
        ssm.cache("/app/var", max_age=30)  # type: ignore[call-overload]
        ssm.invalidate("/app/var", path="/app")  # type: ignore[call-overload]
        secrets_manager.cache()  # type: ignore[call-overload]
        secrets_manager.cache(("a", "b"))  # type: ignore[call-overload]
        s3.cache()  # type: ignore[call-arg]
        s3.cache(["s3://bucket/key"])  # type: ignore[arg-type]
        custom.cache()  # type: ignore[call-arg]

    class EntriesContext(Context):
        """The function's context, with the entries that the decorators put onto it."""

        var: str
        port: int

    @ssm.cache("/app/var")
    @ssm.cache("/app/port", transform=int)
    def handler_of_entries(event: object, context: EntriesContext) -> str:
        assert_type(context.var, str)
        assert_type(context.port, int)
        print(context.prot)  # type: ignore[attr-defined]
        return context.var

    @ssm.cache("/app/var")
    @ssm.cache({"a": "/app/a"}, entry_name="aliased")
    @ssm.cache(("/app/a", "/app/b"), timedelta(hours=1), "tuple")
    @ssm.cache(parameter=["/app/a"], max_age_in_seconds=30, entry_name="list")
    @secrets_manager.cache("name", 60, "secret")
    @s3.cache("s3://bucket/key", 60, None, True, stale_if_error_in_seconds=0.5)
    def handler(event: dict[str, Any], context: Context, *, option: int = 1) -> list[str]:
        return [str(event), str(context), str(option)]

    @ssm.cache("/app/var")
    async def async_handler(event: str, context: Context) -> bytes:
        return event.encode()

    class Functions:
        @ssm.cache("/app/var")
        def method(self, event: str, context: Context) -> int:
            return len(event)

        @staticmethod
        @ssm.cache("/app/var")
        def static(event: str, context: Context) -> int:
            return len(event)

        @classmethod
        @ssm.cache("/app/var")
        def of_class(cls, event: str, context: Context) -> int:
            return len(event)

    def handlers_keep_their_types(context: Context) -> None:
        assert_type(handler({}, context), list[str])
        assert_type(handler({}, context, option=2), list[str])
        assert_type(asyncio.run(async_handler("", context)), bytes)
        assert_type(Functions().method("", context), int)
        assert_type(Functions.static("", context), int)
        assert_type(Functions.of_class("", context), int)
        handler("", context)  # type: ignore[arg-type]
        handler({})  # type: ignore[call-arg]

    def errors() -> None:
        try:
            handler({}, Context())
        except exceptions.FetchError as error:
            assert_type(error.response, dict[str, Any])
            assert_type(error.Code, str)
            assert_type(error.message, str)
        except exceptions.LambdaCacheError as error:
            assert_type(error.Code, str)
        lookup: LookupError = exceptions.NotFoundError()
        value: ValueError = exceptions.InvalidS3UriError("s3:")
        both: tuple[TypeError, ValueError] = (exceptions.NoEntryNameError(), exceptions.NoEntryNameError("x"))
        storage: OSError = exceptions.StorageError()
        warning: UserWarning = exceptions.LambdaCacheWarning()
        print(lookup, value, both, storage, warning)

    def in_tests(lambda_cache_values: testing.Values) -> None:
        with testing.values(
            ssm={"/app/var": "x", "/app/list": ["a"]},
            secrets={"name": b"x"},
            s3={"s3://bucket/key": Path("file")},
        ) as fake:
            assert_type(fake, testing.Values)
            assert_type(fake.calls, list[str])
            fake.ssm["/app/var"] = ["a"]
            fake.secrets["name"] = "x"
            fake.s3["s3://bucket/key"] = b"x"
            fake.advance(-1.5)
        with testing.time() as time:
            time.advance(60)
        with testing.values(ssm={"/app/var": 7}):  # type: ignore[dict-item]
            pass
        with lambda_cache.testing.values() as fake:
            assert_type(fake, testing.Values)
        print(lambda_cache_values)
