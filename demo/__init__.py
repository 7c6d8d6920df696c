"""A loopback homeserver and a scripted committee."""
