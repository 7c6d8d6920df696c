"""Benchmarks: each part measures one thing and prints tables; ``make bench`` runs them."""
