"""The AWS account of a test. Its changes go straight to moto."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Account:
    """Writes to moto behind the back of the cache, so that the proxy counts only what lambda_cache asks."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self._client = client

    def put_parameter(self, name: str, value: str, kind: str = "String") -> None:
        """Creates the SSM parameter, or gives it a new version."""
        self._client("ssm").put_parameter(Name=name, Value=value, Type=kind, Overwrite=True)

    def delete_parameter(self, name: str) -> None:
        """Deletes the SSM parameter."""
        self._client("ssm").delete_parameter(Name=name)

    def version_id(self, name: str, stage: str) -> str:
        """Returns the id of the secret's version that has the label."""
        versions = self._client("secretsmanager").describe_secret(SecretId=name)["VersionIdsToStages"]
        return next(str(version) for version, stages in versions.items() if stage in stages)

    def put_secret(self, name: str, value: str | bytes) -> str:
        """Creates the secret, or rotates it; returns its ARN."""
        client = self._client("secretsmanager")
        stored = {"SecretBinary": value} if isinstance(value, bytes) else {"SecretString": value}
        try:
            answer = client.create_secret(Name=name, **stored)
        except client.exceptions.ResourceExistsException:
            answer = client.put_secret_value(SecretId=name, **stored)
        return str(answer["ARN"])

    def rotate_daily(self, name: str) -> None:
        """Has the secret rotated every day, and not now; Secrets Manager then says when it will be."""
        self._client("secretsmanager").rotate_secret(
            SecretId=name, RotationRules={"AutomaticallyAfterDays": 1}, RotateImmediately=False
        )

    def delete_secret(self, name: str) -> None:
        """Marks the secret as deleted; AWS keeps it for some days and refuses to read it."""
        self._client("secretsmanager").delete_secret(SecretId=name)

    def put_object(self, uri: str, body: bytes) -> str:
        """Uploads the object, with its bucket if need be; returns the URI."""
        bucket, key = _bucket_and_key(uri)
        client = self._client("s3")
        with suppress(client.exceptions.BucketAlreadyOwnedByYou):
            client.create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": client.meta.region_name}
            )
        client.put_object(Bucket=bucket, Key=key, Body=body)
        return uri

    def delete_object(self, uri: str) -> None:
        """Deletes the object and leaves its bucket."""
        bucket, key = _bucket_and_key(uri)
        self._client("s3").delete_object(Bucket=bucket, Key=key)


def _bucket_and_key(uri: str) -> tuple[str, str]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key
