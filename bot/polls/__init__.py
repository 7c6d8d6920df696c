"""Secret polls: the sealed box, votes on their way into it, and totals at the end."""
