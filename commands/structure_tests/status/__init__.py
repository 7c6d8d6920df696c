"""The status of a test: counts for everybody, names for whoever may see them."""
