"""Finding a time that suits most."""
