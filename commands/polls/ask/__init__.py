"""Asking something: a question and its options, said back and opened."""
