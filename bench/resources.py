"""The server's resources. This module imports nothing, because the measured programs import it."""

PARAMETER = "/bench/parameter"
SECRET = "/bench/secret"
OBJECT = "s3://bench/object"
PARAMETERS = (PARAMETER, "/bench/second", "/bench/third")
SECRETS = (SECRET, "/bench/another")
LIST = "/bench/list"
SEEN = {"parameter": "a parameter", "secret": "a secret", "object": "an object"}
"""What everything of a kind holds."""


def many_parameter(number: int) -> str:
    """The name of one of many parameters."""
    return f"/bench/many/{number}"


def cold_parameter(number: int) -> str:
    """Returns the name of a parameter that has not been requested yet."""
    return f"/bench/cold/{number}"
