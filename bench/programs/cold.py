# pyright: basic
"""cold.py CONTENDER WHAT: the CPU of import, decoration and first call, inside of the process, and its peak memory."""

import sys
import time

from bench.programs import handlers, process

contender, what = sys.argv[1:]
context = handlers.Context()

start = time.process_time()
handler = handlers.make(contender, what)
made = time.process_time()
result = handler({}, context)
called = time.process_time()
peak_bytes = process.peak_bytes()

if contender != "nothing" and not handlers.expected(what, result):
    sys.exit(f"{contender} returned {result!r} for {what}")
print(f'{{"import": {made - start}, "call": {called - made}, "total": {called - start}, "peak_bytes": {peak_bytes}}}')
