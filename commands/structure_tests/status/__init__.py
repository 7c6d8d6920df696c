"""How a test goes: counts for everybody, names for whoever may see them."""
