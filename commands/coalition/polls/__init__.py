"""Coalition polls: one question to several committees, of which only the sum becomes known."""
