"""What several jobs share: the members of a committee, and words about people."""
