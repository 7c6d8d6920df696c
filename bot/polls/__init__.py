"""Secret polls: the box, the path of a vote into it, and the way out as totals."""
