"""The two programs that are compared. Each makes one call and prints how it ended."""
