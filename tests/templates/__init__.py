"""What the templates of `examples/` deploy, read from each kind of template into the same form."""
