"""Delivery: from a stored reply to an encrypted event in its room; once, in order, only if allowed then."""
