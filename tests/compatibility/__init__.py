"""Runs the package beside others that functions already have: `make compatibility`, in a separate environment."""
