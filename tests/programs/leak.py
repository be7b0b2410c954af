"""Leaks memory, descriptors, threads or files, and prints the resources that the leak check finds growing."""

import json
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests import leak_check

MIB = 1 << 20

leak, folder = sys.argv[1], Path(sys.argv[2])
held: list[bytes] = []
samples: list[leak_check.Sample] = []
with ExitStack() as stack:
    for number in range(25):
        match leak:
            case "memory":
                held.append(b"x" * (2 * MIB))
            case "descriptors":
                stack.enter_context(open("/dev/null", "rb"))  # noqa: PTH123 - the stack closes it
            case "threads":
                over = threading.Event()
                thread = threading.Thread(target=over.wait)
                thread.start()
                stack.callback(thread.join)
                stack.callback(over.set)
            case "files":
                (folder / f"file{number}").write_bytes(bytes(MIB // 8))
            case _:
                pass
        samples.append(leak_check.sample(folder))
json.dump([line.partition(":")[0] for line in leak_check.grown(samples)], sys.stdout)
