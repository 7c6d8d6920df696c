"""Privacy: legal bases, holds, deletion, subject access, exports, retention."""
