"""Proxies, and what goes past them."""

from tests.configurations.case import KEYS, OBJECT, REGION, Case, Kind

_HTTP: dict[str, str | None] = {"AWS_ENDPOINT_URL": "{http}", "HTTP_PROXY": "{proxy}"}
_TLS: dict[str, str | None] = {"AWS_ENDPOINT_URL": "{https}", "HTTPS_PROXY": "{proxy}", "AWS_CA_BUNDLE": "{ca}"}
_AWS: dict[str, str | None] = {"HTTPS_PROXY": "{proxy}", "AWS_CA_BUNDLE": "{ca}"}


def _past(value: str, name: str = "NO_PROXY", **env: str) -> Case:
    return Case(f"{name}={value}", {**_HTTP, name: value, **env})


KIND = Kind(
    "proxies",
    "Proxies",
    [
        Case("HTTPS_PROXY to AWS", _AWS),
        Case("https_proxy to AWS", {"https_proxy": "{proxy}", "AWS_CA_BUNDLE": "{ca}"}),
        Case("HTTPS_PROXY to an endpoint", _TLS),
        Case("HTTPS_PROXY says nothing of http", {"AWS_ENDPOINT_URL": "{http}", "HTTPS_PROXY": "{proxy}"}),
        Case("HTTP_PROXY", _HTTP),
        Case("http_proxy", {"AWS_ENDPOINT_URL": "{http}", "http_proxy": "{proxy}"}),
        Case(
            "HTTP_PROXY says nothing of https",
            {"AWS_ENDPOINT_URL": "{https}", "HTTP_PROXY": "{proxy}", "AWS_CA_BUNDLE": "{ca}"},
        ),
        Case(
            "http_proxy and HTTP_PROXY",
            {**_HTTP, "HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "{proxy}", "AWS_MAX_ATTEMPTS": "1"},
        ),
        Case("http_proxy is empty, HTTP_PROXY is not", {**_HTTP, "http_proxy": ""}),
        Case("HTTP_PROXY in CGI", {**_HTTP, "REQUEST_METHOD": "GET"}),
        Case("http_proxy in CGI", {"AWS_ENDPOINT_URL": "{http}", "http_proxy": "{proxy}", "REQUEST_METHOD": "GET"}),
        Case("ALL_PROXY", {"AWS_ENDPOINT_URL": "{http}", "ALL_PROXY": "{proxy}"}),
        Case("all_proxy", {"AWS_ENDPOINT_URL": "{http}", "all_proxy": "{proxy}"}),
        Case("ALL_PROXY of SOCKS", {"AWS_ENDPOINT_URL": "{http}", "ALL_PROXY": "socks5://127.0.0.1:9"}),
        Case("HTTP_PROXY of SOCKS", {**_HTTP, "HTTP_PROXY": "socks5://127.0.0.1:9"}),
        Case("without a scheme", {**_HTTP, "HTTP_PROXY": "127.0.0.1:{proxy_port}"}),
        Case("without a scheme, to AWS", {**_AWS, "HTTPS_PROXY": "127.0.0.1:{proxy_port}"}),
        Case("with a slash at its end", {**_HTTP, "HTTP_PROXY": "{proxy}/"}),
        Case("with a path", {**_HTTP, "HTTP_PROXY": "{proxy}/path"}),
        Case("is nonsense", {**_HTTP, "HTTP_PROXY": "://"}),
        Case("has a port that is not a number", {**_HTTP, "HTTP_PROXY": "http://127.0.0.1:port"}),
        Case("is unreadable, to AWS", {**_AWS, "HTTPS_PROXY": "http://[::1"}),
        Case("nobody listens", {**_HTTP, "HTTP_PROXY": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}),
        Case("nobody listens, to AWS", {**_AWS, "HTTPS_PROXY": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}),
        *(
            Case(f"a user: {user}", {**_HTTP, "HTTP_PROXY": f"http://{user}@127.0.0.1:{{proxy_port}}"})
            for user in (
                "user:pass",
                "user",
                "user:p%40ss",
                "user:p@ss",
                "user:p%20ss",
                "us%3Aer:pass",
                "user:p#ss",
                "user:p/ss",
                "user:",
            )
        ),
        *(
            Case(f"the tunnel answers {status}", {**_AWS, "AWS_MAX_ATTEMPTS": "1"}, proxy_answers=status)
            for status in (403, 407, 502)
        ),
        Case(
            "the tunnel answers 407, a user is given",
            {**_AWS, "HTTPS_PROXY": "http://user:pass@127.0.0.1:{proxy_port}", "AWS_MAX_ATTEMPTS": "1"},
            proxy_answers=407,
        ),
        _past("127.0.0.1"),
        _past("127.0.0.1", "no_proxy"),
        _past("*"),
        _past("*", "no_proxy"),
        _past("*.1"),
        _past("127.0.0.1:{http_port}"),
        _past("127.0.0.1:1"),
        _past("127.0.0.0/8"),
        _past("127.0.0"),
        _past(".0.0.1"),
        _past("0.0.1"),
        _past("localhost"),
        _past("example.com,127.0.0.1"),
        _past("example.com, 127.0.0.1"),
        _past("example.com 127.0.0.1"),
        _past(" 127.0.0.1 "),
        _past("127.0.0.1,"),
        _past(",,"),
        _past("http://127.0.0.1"),
        _past("example.com"),
        _past("1"),
        Case("NO_PROXY=*,example.com", {**_HTTP, "NO_PROXY": "*,example.com"}),
        Case(
            "NO_PROXY=.localhost for localhost",
            {**_HTTP, "AWS_ENDPOINT_URL": "http://localhost:{http_port}", "NO_PROXY": ".localhost"},
        ),
        Case(
            "NO_PROXY=LOCALHOST for localhost",
            {**_HTTP, "AWS_ENDPOINT_URL": "http://localhost:{http_port}", "NO_PROXY": "LOCALHOST"},
        ),
        Case(
            "NO_PROXY=localhost for LOCALHOST",
            {**_HTTP, "AWS_ENDPOINT_URL": "http://LOCALHOST:{http_port}", "NO_PROXY": "localhost"},
        ),
        Case(
            "NO_PROXY=localhost:port for localhost",
            {**_HTTP, "AWS_ENDPOINT_URL": "http://localhost:{http_port}", "NO_PROXY": "localhost:{http_port}"},
        ),
        Case(
            "NO_PROXY=host for localhost",
            {**_HTTP, "AWS_ENDPOINT_URL": "http://localhost:{http_port}", "NO_PROXY": "host"},
        ),
        Case("NO_PROXY and no_proxy", {**_HTTP, "NO_PROXY": "127.0.0.1", "no_proxy": "example.com"}),
        Case("NO_PROXY of another AWS host", {**_AWS, "NO_PROXY": "s3.eu-west-1.amazonaws.com"}),
        Case("an object through HTTP_PROXY", _HTTP, call=OBJECT),
        Case("an object through HTTPS_PROXY", _AWS, call=OBJECT),
    ],
    {**KEYS, **REGION},
)
