"""Polls on times: finding a time that suits most."""
