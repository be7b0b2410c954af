"""Reads a parameter in each of many threads, again and again until the parent says stop, and a few times more."""

import logging
import sys
import threading

from lambda_cache import ssm

logging.basicConfig()

MORE = 5
NAMES = sys.argv[1:]
stopped = threading.Event()
first = threading.Barrier(len(NAMES) + 1)
wrong: list[object] = []


def ask(name: str) -> None:
    """Reads the parameter, whose value is its name."""
    first.wait()
    more = MORE
    while more:
        more -= stopped.is_set()
        try:
            value = ssm.get_entry(name, max_age_in_seconds=0)
        except Exception as error:  # the parent prints it
            value = repr(error)
        if value != name:
            wrong.append(value)


threads = [threading.Thread(target=ask, args=(name,)) for name in NAMES]
for thread in threads:
    thread.start()
first.wait()
print("asking", flush=True)
sys.stdin.readline()
stopped.set()
for thread in threads:
    thread.join()
print(wrong or "every call had its value")
