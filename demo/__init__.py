"""`make demo`: the user guide's handlers, run as Lambda functions against a stand-in for AWS."""
