"""Joint tests of several committees, which show each other counts only."""
