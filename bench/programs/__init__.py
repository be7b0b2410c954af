"""The measured programs. Each runs by path in a separate process, with this package's or the peers' Python."""
