"""The top floor: knows Matrix, time and processes."""

__version__ = "0.1.0"
