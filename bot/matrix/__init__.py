"""Matrix: whom to believe, and how not to lose or leak anything."""
