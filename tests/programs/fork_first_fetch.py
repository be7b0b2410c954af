"""Forks again and again during the first fetches of a process, or their errors; prints how each child ended."""

import json
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from lambda_cache import secrets_manager, ssm

ROUNDS = 100
HANGS_AFTER_SECONDS = 10
LONGEST_DELAY_SECONDS = 0.012
"""Some time after the first fetch is over."""

names = sys.argv[1:]


def ask() -> list[Callable[[], object]]:
    """Returns a fetch of a parameter and one of a secret."""
    return [lambda: ssm.get_entry(names[0], 0), lambda: secrets_manager.get_entry(names[1], 0)]


def quietly(call: Callable[[], object]) -> None:
    """Calls, whatever comes of it."""
    with suppress(Exception):
        call()


def first_process(delay_seconds: float) -> int:
    """Fetches for the first time in two threads, and forks in the middle of it. Returns the status of the child."""
    for call in ask():
        threading.Thread(target=quietly, args=(call,)).start()
    time.sleep(delay_seconds)
    child = os.fork()
    if child == 0:
        signal.alarm(HANGS_AFTER_SECONDS)
        for call in ask():
            quietly(call)
        os._exit(0)
    return os.waitpid(child, 0)[1]


statuses: list[int] = []
randomly = random.Random(1)
for _ in range(ROUNDS):
    process = os.fork()
    if process == 0:
        os._exit(first_process(randomly.random() ** 2 * LONGEST_DELAY_SECONDS) != 0)
    statuses.append(os.waitpid(process, 0)[1])
json.dump(statuses.count(0), sys.stdout)
