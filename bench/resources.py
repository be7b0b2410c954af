"""What the server has. Imports nothing, because the programs that are measured import it."""

PARAMETER = "/bench/parameter"
SECRET = "/bench/secret"
OBJECT = "s3://bench/object"
PARAMETERS = (PARAMETER, "/bench/second", "/bench/third")
SECRETS = (SECRET, "/bench/another")
LIST = "/bench/list"
SEEN = {"parameter": "a parameter", "secret": "a secret", "object": "an object"}
"""What everything of a kind holds."""
