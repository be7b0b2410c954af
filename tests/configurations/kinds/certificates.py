"""Trusted certificates."""

from tests.configurations.case import KEYS, REGION, Case, Kind

_ENDPOINT = {"AWS_ENDPOINT_URL": "{https}", "AWS_MAX_ATTEMPTS": "1"}

KIND = Kind(
    "certificates",
    "Certificates",
    [
        Case("nothing is set"),
        Case("AWS_CA_BUNDLE", {"AWS_CA_BUNDLE": "{ca}"}),
        Case("REQUESTS_CA_BUNDLE", {"REQUESTS_CA_BUNDLE": "{ca}"}),
        Case("both, AWS_CA_BUNDLE is right", {"AWS_CA_BUNDLE": "{ca}", "REQUESTS_CA_BUNDLE": "{home}/none"}),
        Case("both, REQUESTS_CA_BUNDLE is right", {"AWS_CA_BUNDLE": "{home}/none", "REQUESTS_CA_BUNDLE": "{ca}"}),
        Case(
            "AWS_CA_BUNDLE is empty, REQUESTS_CA_BUNDLE is right", {"AWS_CA_BUNDLE": "", "REQUESTS_CA_BUNDLE": "{ca}"}
        ),
        Case("CURL_CA_BUNDLE", {"CURL_CA_BUNDLE": "{ca}"}),
        Case("SSL_CERT_FILE", {"SSL_CERT_FILE": "{ca}"}),
        Case("ca_bundle in the profile", config="[default]\nca_bundle = {ca}\n"),
        Case("ca_bundle in the profile with ~", config="[default]\nca_bundle = ~/ca.pem\n"),
        Case("ca_bundle of a named profile", {"AWS_PROFILE": "mine"}, "[profile mine]\nca_bundle = {ca}\n"),
        Case("ca_bundle is empty", {"REQUESTS_CA_BUNDLE": "{ca}"}, "[default]\nca_bundle =\n"),
        Case("AWS_CA_BUNDLE before ca_bundle", {"AWS_CA_BUNDLE": "{ca}"}, "[default]\nca_bundle = {home}/none\n"),
        Case(
            "ca_bundle before REQUESTS_CA_BUNDLE",
            {"REQUESTS_CA_BUNDLE": "{home}/none"},
            "[default]\nca_bundle = {ca}\n",
        ),
        Case("AWS_CA_BUNDLE is relative", {"AWS_CA_BUNDLE": "ca.pem"}),
        Case("AWS_CA_BUNDLE with ~", {"AWS_CA_BUNDLE": "~/ca.pem"}),
        Case("AWS_CA_BUNDLE is not there", {"AWS_CA_BUNDLE": "{home}/none"}),
        Case("AWS_CA_BUNDLE is not there, over http", {"AWS_CA_BUNDLE": "{home}/none", "AWS_ENDPOINT_URL": "{http}"}),
        Case("AWS_CA_BUNDLE is not a certificate", {"AWS_CA_BUNDLE": "{home}/x"}, files={"x": "nonsense"}),
        Case("AWS_CA_BUNDLE is an empty file", {"AWS_CA_BUNDLE": "{home}/x"}, files={"x": "\n"}),
        Case("AWS_CA_BUNDLE is a folder without certificates", {"AWS_CA_BUNDLE": "{home}/.aws"}, files={".aws/x": "x"}),
        Case("the proxy's tunnel is not trusted", {"AWS_ENDPOINT_URL": None, "HTTPS_PROXY": "{proxy}"}),
    ],
    {**KEYS, **REGION, **_ENDPOINT},
)
