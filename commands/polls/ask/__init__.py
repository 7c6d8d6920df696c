"""Asking a poll: a question and its options, said back and opened."""
