"""Secret polls: the sealed ballot file, rosters, presence of members, small print."""
