from datetime import datetime
from typing import NamedTuple, TypeVar

__all__ = ["ParameterMetadata", "SecretMetadata", "WithMetadata"]

_Value = TypeVar("_Value")
_Metadata = TypeVar("_Metadata")

class WithMetadata(tuple[_Value, _Metadata]):
    @property
    def value(self) -> _Value: ...
    @property
    def metadata(self) -> _Metadata: ...

class ParameterMetadata(NamedTuple):
    name: str
    arn: str | None
    version: int
    type: str | None
    data_type: str | None
    last_modified: datetime | None
    selector: str | None

class SecretMetadata(NamedTuple):
    name: str
    arn: str | None
    version_id: str | None
    version_stages: list[str]
    created: datetime | None
