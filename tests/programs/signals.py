"""Fetches in many threads during repeated signals, and prints the number of signals and the values."""

import json
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lambda_cache import exceptions, s3, secrets_manager, ssm

THREADS = 16
ROUNDS = 8
SECONDS_BETWEEN_SIGNALS = 0.001

signals = 0
seen_in_signals: set[str] = set()


def on_signal(*_: object) -> None:
    """Runs in the main thread, in the middle of whatever that does: it may look into the cache, too."""
    global signals
    signals += 1
    try:
        seen_in_signals.add(str(ssm.get_entry("/app/hit", float("inf"))))
    except exceptions.UnavailableError as error:
        seen_in_signals.add(str(error))


def fetch(_: int) -> list[str]:
    """Fresh values of all three sources."""
    return [
        str(ssm.get_entry("/app/var", 0)),
        str(secrets_manager.get_entry("/prod/secret", 0)),
        Path(s3.get_entry("s3://bucket/key", 0)).read_text(),
    ]


ssm.get_entry("/app/hit", float("inf"))
signal.signal(signal.SIGALRM, on_signal)
signal.setitimer(signal.ITIMER_REAL, SECONDS_BETWEEN_SIGNALS, SECONDS_BETWEEN_SIGNALS)
with ThreadPoolExecutor(THREADS) as pool:
    in_threads = pool.map(fetch, range(THREADS * ROUNDS))
    in_main_thread = [fetch(0) for _ in range(ROUNDS)]
    seen = {tuple(values) for values in (*in_threads, *in_main_thread)}
signal.setitimer(signal.ITIMER_REAL, 0)
json.dump({"signals": signals, "seen": sorted(seen), "in_signals": sorted(seen_in_signals)}, sys.stdout)
