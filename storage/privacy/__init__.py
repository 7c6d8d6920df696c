"""Bases, holds, deletion, subject access, exports, retention."""
