"""A first dataset.toml from strange headers. Called by the command line and templates."""
