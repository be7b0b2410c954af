"""`make demo` and `make demo-rust`: functions in Lambda's runtime clients, against a stand-in for AWS."""
