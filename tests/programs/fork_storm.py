"""Forks again and again from one thread while two others fetch; prints how the children and the threads fared."""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable

from lambda_cache import secrets_manager, ssm

FORKS = 50
HANGS_AFTER_SECONDS = 30

over = threading.Event()


class Fetching(threading.Thread):
    """Asks AWS, over and over."""

    def __init__(self, ask: Callable[[], object]) -> None:
        super().__init__()
        self.ask = ask
        self.seen: list[object] = []
        self.is_in_flight = False

    def run(self) -> None:
        """Until it is over."""
        while not over.is_set():
            self.is_in_flight = True
            value = self.ask()
            self.is_in_flight = False
            self.seen.append(value)


fetching = [
    Fetching(lambda: ssm.get_entry("/app/var", 0)),
    Fetching(lambda: secrets_manager.get_entry("/prod/secret", 0)),
]
exit_codes: list[int] = []
forks_in_flight = 0


def in_child() -> int:
    """Both values, inherited or not, and fresh ones. A child that hangs is killed by its alarm."""
    signal.alarm(HANGS_AFTER_SECONDS)
    for max_age_in_seconds in (3_600, 0):
        if ssm.get_entry("/app/var", max_age_in_seconds) != "parameter":
            return 1
        if secrets_manager.get_entry("/prod/secret", max_age_in_seconds) != "secret":
            return 2
    return 0


def fork() -> None:
    """All the forks, one after the other."""
    global forks_in_flight
    for _ in range(FORKS):
        both = all(thread.is_in_flight for thread in fetching)
        child = os.fork()
        if child == 0:
            os._exit(in_child())
        forks_in_flight += both
        exit_codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


forking = threading.Thread(target=fork)
for thread in (*fetching, forking):
    thread.start()
forking.join()
over.set()
for thread in fetching:
    thread.join()
seen = [sorted({str(value) for value in thread.seen}) for thread in fetching]
json.dump({"exit_codes": exit_codes, "in_flight": forks_in_flight, "seen": seen}, sys.stdout)
