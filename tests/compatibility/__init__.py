"""Runs the package beside others that functions already have: `make compatibility`, in an environment of their own."""
