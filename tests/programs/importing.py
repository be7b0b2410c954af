"""Imports lambda_cache into a bare interpreter (run with -I -S), and prints what that changed and cost.

argv[1] is the folder that lambda_cache is installed in.
"""

import os
import site  # part of every bare interpreter; without -S it would also run the .pth files found there
import sys
import time

sys.path.append(sys.argv[1])
events: list[tuple[str, str]] = []


def watch(event: str, arguments: tuple[object, ...]) -> None:
    """Records opened files, connections and started threads."""
    if event == "open" or event.startswith(("socket.", "subprocess.", "os.fork", "_thread.")):
        events.append((event, str(arguments[0]) if arguments else ""))


def state() -> dict[str, list[str]]:
    """Returns the state of the process."""
    return {
        "modules": sorted(sys.modules),
        "threads": sorted(os.listdir("/proc/self/task")),  # noqa: PTH208  # pathlib would be one more module
        "descriptors": sorted(os.listdir("/proc/self/fd")),  # noqa: PTH208
        "environment": sorted(os.environ),
    }


before = state()
sys.addaudithook(watch)
started = time.process_time()
from lambda_cache import s3, secrets_manager, ssm  # noqa: E402

cpu_seconds = time.process_time() - started
events_of_import = list(events)
after = state()

import json  # noqa: E402

report = {
    "bare": [site.__name__],
    "imported": [s3.__name__, secrets_manager.__name__, ssm.__name__],
    "before": before,
    "after": after,
    "events": events_of_import,
    "cpu_seconds": cpu_seconds,
}
json.dump(report, sys.stdout)
