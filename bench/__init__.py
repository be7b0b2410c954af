"""`make bench`: what lambda-cache costs beside its peers, in one run against one local server over TLS."""
