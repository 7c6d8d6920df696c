"""Structure tests: an ask made to the whole unit, who acted, and what that says about our ratings."""
