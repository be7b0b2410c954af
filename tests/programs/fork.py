"""Forks after the parent has used lambda_cache, and prints what parent and child saw."""

import json
import os
import sys
from pathlib import Path

from lambda_cache import s3, secrets_manager, ssm


def read_all() -> list[str]:
    """A fresh look at all three sources."""
    file = Path(s3.get_entry("s3://bucket/key", 0))
    return [str(ssm.get_entry("/app/var", 0)), str(secrets_manager.get_entry("/prod/secret", 0)), file.read_text()]


def in_child() -> list[str]:
    """Returns the values that a forked child reads: an entry that its parent has cached, then fresh ones."""
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        inherited = str(ssm.get_entry("/app/var", 3_600))
        os.write(writable, json.dumps([inherited, *read_all()]).encode())
        os._exit(0)
    os.close(writable)
    with os.fdopen(readable) as output:
        seen: list[str] = json.load(output)
    assert os.waitpid(child, 0)[1] == 0
    return seen


before = read_all()
children = [in_child() for _ in range(3)]
after = read_all()
json.dump({"before": before, "children": children, "after": after}, sys.stdout)
