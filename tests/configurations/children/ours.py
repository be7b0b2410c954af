"""Makes calls with lambda_cache, each in a separate child."""

from lambda_cache import exceptions, s3, secrets_manager, ssm

from tests.configurations.children.serving import serve


def call(service: str, *name: str) -> object:
    """Fetches one value."""
    if service == "s3":
        with open(s3.get_entry(f"s3://{name[0]}/{name[1]}")) as file:  # noqa: PTH123 - as a handler does
            return file.read()
    return (secrets_manager if service == "secret" else ssm).get_entry(name[0])


def kind_of(error: BaseException) -> str:
    """Returns the kind of an error, in the words that both programs use."""
    if isinstance(error, exceptions.FetchError):
        answered = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        return "an error of AWS" if answered else "no connection"
    return "a configuration error" if isinstance(error, exceptions.LambdaCacheError) else type(error).__name__


serve(call, kind_of)
