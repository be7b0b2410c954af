"""Stand-ins for AWS on this machine, for the demo and the tests. None of it ships."""
