"""Reading a vote, typed or tapped."""
