"""Structure tests: what was asked of the unit together, who did it, and what that says of us."""
