"""Contacts: records about coworkers."""
