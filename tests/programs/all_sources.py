"""Uses all three sources, decorated and plain, sync and async, and prints the modules that are loaded then."""

import asyncio
import json
import sys
from types import SimpleNamespace

from lambda_cache import s3, secrets_manager, ssm


@ssm.cache("/app/var")
@ssm.cache(["/app/var"], entry_name="list")
@secrets_manager.cache("/prod/secret")
@s3.cache("s3://bucket/key", check_before_download=True)
def handler(event: object, context: SimpleNamespace) -> list[str]:
    """Returns the values on the context."""
    return sorted(vars(context))


async def main() -> None:
    """Fresh values of all three."""
    await ssm.aget_entry("/app/var", 0)
    await secrets_manager.aget_entry("/prod/secret", 0)
    await s3.aget_entry("s3://bucket/key", 0, check_before_download=True)


seen = handler({}, SimpleNamespace())
handler({}, SimpleNamespace())
ssm.get_entry("/app/var", 0)
secrets_manager.get_entry("/prod/secret", 0)
s3.get_entry("s3://bucket/key", 0)
asyncio.run(main())
json.dump({"seen": seen, "modules": sorted(sys.modules)}, sys.stdout)
