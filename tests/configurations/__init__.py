"""A differential test: boto3 and lambda_cache under the same environment and files, against the same recording server.

`kinds/` holds the configurations in tables, one file a kind. boto3's side is recorded in `boto3.json` with its version,
by `make record-boto3`. `make test` runs lambda_cache alone and compares. A difference that is meant is in
`departures.py`, with its reason, and docs/configuration-compared.md is generated from all three.
"""
