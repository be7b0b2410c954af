"""The deployments of the templates in `examples/`, read from each kind of template into one form."""
