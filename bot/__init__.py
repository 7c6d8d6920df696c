"""The top floor: knows Matrix, time and processes."""

__version__ = "0.2.0"
