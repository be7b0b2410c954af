#!/usr/bin/env bash
# Package: awslambdaric 4.2.2 (Lambda's Python runtime client), Python 3.10 or later.
#
# Behaviour: a handler that raises asyncio.CancelledError gets no answer posted for its invocation. The client leaves its
# loop and the process ends, so Lambda reports "Runtime exited" and starts a new environment at the next event.
#
# Why the guess is wrong: an error of a handler is expected to be posted to /invocation/ID/error, as a TimeoutError of the
# same asyncio code is, and the warm environment to go on. The client catches `Exception`, and since Python 3.8 the
# CancelledError of asyncio (of a task whose cancellation reaches asyncio.run, say) is a BaseException. The CancelledError
# of concurrent.futures is an Exception and is posted.
#
# Seen: "TimeoutError: posted TimeoutError, runtime goes on", "concurrent.futures.CancelledError: posted CancelledError,
# runtime goes on", "asyncio.CancelledError: nothing posted, runtime ended".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check awslambdaric==4.2.2
cat >"$folder/app.py" <<'PYTHON'
import asyncio
import concurrent.futures


async def work(event):
    if event == "TimeoutError":
        await asyncio.wait_for(asyncio.sleep(60), 0.01)
    asyncio.current_task().cancel()
    await asyncio.sleep(60)


def handler(event, context):
    if event == "concurrent.futures.CancelledError":
        future = concurrent.futures.Future()
        future.cancel()
        return future.result()
    return asyncio.run(work(event))
PYTHON
cat >"$folder/runtime_api.py" <<'PYTHON'
import http.server
import json
import os
import subprocess
import sys
import threading


def run(event):
    """What the client posts for one event, and whether it asks for the next one."""
    posted, done = [], threading.Event()

    class Api(http.server.BaseHTTPRequestHandler):
        events = [event]

        def do_GET(self):
            if not Api.events:
                done.set()
                threading.Event().wait(5)
                return
            body = json.dumps(Api.events.pop()).encode()
            self.send_response(200)
            headers = {
                "Content-Type": "application/json", "Content-Length": str(len(body)),
                "Lambda-Runtime-Aws-Request-Id": "1", "Lambda-Runtime-Deadline-Ms": "9999999999999",
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:123456789012:function:f",
            }
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            posted.append((self.path.rpartition("/")[2], body["errorType"] if isinstance(body, dict) else body))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Api)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = {**os.environ, "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_address[1]}"}
    client = subprocess.Popen(
        [sys.executable, "-m", "awslambdaric", "app.handler"], env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    while not done.is_set() and client.poll() is None:
        done.wait(0.05)
    goes_on = done.is_set()
    client.kill()
    client.wait()
    return [f"{kind} {what}" for kind, what in posted], goes_on


expected = {
    "TimeoutError": (["error TimeoutError"], True),
    "concurrent.futures.CancelledError": (["error CancelledError"], True),
    "asyncio.CancelledError": ([], False),
}
for event, right in expected.items():
    posted, goes_on = seen = run(event)
    what = ", ".join(one.removeprefix("error ") for one in posted)
    print(f"{event}: {'posted ' + what if posted else 'nothing posted'}, runtime {'goes on' if goes_on else 'ended'}")
    if seen != right:
        sys.exit(f"changed: expected {right}")
PYTHON
cd "$folder" && venv/bin/python runtime_api.py
