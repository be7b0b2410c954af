"""What is measured, each in a process of its own: run by path, with the Python of ours or of the peers."""
