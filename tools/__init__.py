"""What maintainers run: checks, generated pages, vectors. Nothing here is installed."""
