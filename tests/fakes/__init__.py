"""Fakes of AWS and Lambda on this machine, for the demo and the tests. None of it ships."""
