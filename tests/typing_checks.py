"""The public API for type checkers: mypy and pyright read this file strictly, and it is never run.

A line that must be refused carries an ignore comment, and both report one that is not needed.
"""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_cache import __version__, exceptions, s3, secrets_manager, ssm, testing

if TYPE_CHECKING:
    from typing_extensions import assert_type

    class Context:
        """A Lambda context."""

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
        assert_type(ssm.get_entry(path="/app", default=None, transform=int), Any)
        assert_type(secrets_manager.get_entry("name", rotation_aware=True), str | bytes)
        assert_type(secrets_manager.get_entry(["a"], entry_name="list", transform="auto"), Any)
        assert_type(s3.get_entry("s3://bucket/key", transform=len), Any)
        assert_type(__version__, str)

    async def values_in_async_code() -> None:
        assert_type(await ssm.aget_entry("/app/var"), str | list[str])
        assert_type(await ssm.aget_entry(["/app/a"], 60, "list"), dict[str, str | list[str]])
        assert_type(await secrets_manager.aget_entry("name", 0), str | bytes)
        assert_type(await s3.aget_entry("s3://bucket/key", 0, "file", True), str)

    def wrong_arguments() -> None:
        ssm.get_entry()  # type: ignore[call-overload]
        ssm.get_entry("/app/var", path="/app")  # type: ignore[call-overload]
        ssm.get_entry(7)  # type: ignore[call-overload]
        ssm.get_entry("/app/var", "60")  # type: ignore[call-overload]
        secrets_manager.get_entry(7)  # type: ignore[call-overload]
        secrets_manager.get_entry(["name"], version_id="x")  # type: ignore[call-overload]
        s3.get_entry(Path("file"))  # type: ignore[call-overload]
        ssm.get_entry("/app/var", transform="yaml")  # type: ignore[call-overload]
        s3.cache("s3://bucket/key", transform=3)  # type: ignore[arg-type]
        ssm.cache(7)  # type: ignore[arg-type]
        ssm.cache(name="/app/var")  # type: ignore[call-arg]

    @ssm.cache("/app/var")
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
        print(lambda_cache_values)
