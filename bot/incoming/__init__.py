"""Incoming: from a sync response to commands that ran; state, keys, messages, turns."""
