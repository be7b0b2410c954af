"""Uses supplied values and LAMBDA_CACHE_LOCAL without the parts of the standard library that Windows lacks."""

import json
import os
import signal
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace as Context

for module, name in ((os, "fork"), (os, "getuid"), (os, "register_at_fork"), (signal, "SIGPIPE")):
    if hasattr(module, name):
        delattr(module, name)

folder = Path(tempfile.mkdtemp())
(folder / "object").write_text("local")
(folder / "values.toml").write_text('[ssm]\n"/app/var" = "local"\n[s3]\n"s3://bucket/object" = "object"\n')
os.environ |= {"LAMBDA_CACHE_LOCAL": str(folder / "values.toml"), "LAMBDA_CACHE_DIR": str(folder / "files")}

from lambda_cache import _cli, s3, secrets_manager, ssm, testing  # noqa: E402


@ssm.cache(parameter="/app/var")
@secrets_manager.cache(name="/app/secret", transform="json")
@s3.cache("s3://bucket/object")
def handler(event: object, context: Context) -> list[object]:
    """Returns the values, with the file's content."""
    return [context.var, context.secret["user"], Path(context.object).read_text()]


with testing.values(ssm={"/app/var": "old"}, secrets={"/app/secret": '{"user": "shop"}'}) as fake:
    fake.s3["s3://bucket/object"] = b"supplied"
    supplied = [handler({}, Context())]
    fake.ssm["/app/var"] = "new"
    supplied.append(handler({}, Context()))
    fake.advance(60)
    supplied.append(handler({}, Context()))

local = [ssm.get_entry("/app/var"), Path(s3.get_entry("s3://bucket/object")).read_text()]
json.dump({"supplied": supplied, "local": local, "cli": _cli.__name__}, sys.stdout)
