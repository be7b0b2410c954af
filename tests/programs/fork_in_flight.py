"""Forks while a thread of the parent waits for AWS, and prints what parent and child saw."""

import json
import os
import sys
import threading

from lambda_cache import ssm

seen_by_parent: list[object] = []
thread = threading.Thread(target=lambda: seen_by_parent.append(ssm.get_entry("/app/var")))
thread.start()
sys.stdin.readline()  # until the request of the thread is at the proxy

readable, writable = os.pipe()
child = os.fork()
if child == 0:
    os.write(writable, json.dumps(ssm.get_entry("/app/var")).encode())
    os._exit(0)
os.close(writable)
with os.fdopen(readable) as output:
    seen_by_child = json.load(output)
assert os.waitpid(child, 0)[1] == 0
thread.join()
json.dump({"parent": seen_by_parent[0], "child": seen_by_child}, sys.stdout)
