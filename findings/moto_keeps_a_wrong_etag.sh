#!/usr/bin/env bash
# Packages: moto 5.2.5 (`moto_server`) and boto3 1.44.5, both from PyPI.
#
# Behaviour: while an object is stored that another client reads, moto computes an ETag that is not the MD5 of the bytes,
# and keeps it: HEAD and GET give it from then on, with the right bytes. moto reads an object and computes its ETag through
# one file object with one position. Reading holds a lock and computing does not, so a read in between moves the position.
#
# Why the guess is wrong: two clients that only read, and one that stores the same bytes under the same key over and over,
# cannot change what an object's ETag is. S3's ETag of such an object is its MD5 (moto's is too, without readers). Code that
# takes a changed ETag for a changed object sees changes that never happened, and one that compares the MD5 sees damage.
#
# Output seen (the number of the round varies):
#   without readers: the ETag is the MD5
#   with readers, within 40 rounds: the ETag is not the MD5, before and after the bytes were read, which are right
set -euo pipefail

folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'moto[server,s3]==5.2.5' boto3==1.44.5
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$folder/venv/bin/moto_server" -H 127.0.0.1 -p "$port" >"$folder/log" 2>&1 &
server=$!

cat >"$folder/ask.py" <<'PYTHON'
import hashlib, sys, threading, time

import boto3
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError


def client():
    return boto3.client(
        "s3", endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="testing",
        aws_secret_access_key="testing", config=Config(proxies={}, s3={"addressing_style": "path"}),
    )


s3, ended, named = client(), threading.Event(), {"Bucket": "bucket", "Key": "key"}
body = bytes(range(256)) * (1 << 18)  # 64 MiB
md5 = f'"{hashlib.md5(body).hexdigest()}"'


def read():
    own = client()
    while not ended.is_set():
        own.get_object(**named)["Body"].close()


for _ in range(100):
    try:
        s3.create_bucket(Bucket="bucket")
        break
    except EndpointConnectionError:
        time.sleep(0.3)
s3.put_object(**named, Body=body)
print("without readers: the ETag is", "the MD5" if s3.head_object(**named)["ETag"] == md5 else "not the MD5")

for _ in range(40):
    ended.clear()
    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    s3.put_object(**named, Body=body)
    ended.set()
    for reader in readers:
        reader.join()
    before, answer = s3.head_object(**named)["ETag"], s3.get_object(**named)
    right = answer["Body"].read() == body
    if right and md5 != before == answer["ETag"] == s3.head_object(**named)["ETag"]:
        print("with readers, within 40 rounds: the ETag is not the MD5, before and after the bytes were read, which are right")
        break
PYTHON
seen=$("$folder/venv/bin/python" "$folder/ask.py" "http://127.0.0.1:$port")
echo "$seen"
[ "$seen" = "without readers: the ETag is the MD5
with readers, within 40 rounds: the ETag is not the MD5, before and after the bytes were read, which are right" ]
