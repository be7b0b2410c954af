"""What the server has. Imports nothing, because the programs that are measured import it."""

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
    """The name of a parameter that nobody has asked for yet."""
    return f"/bench/cold/{number}"
