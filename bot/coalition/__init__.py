"""A committee's bot among other committees' bots: whom it believes, what it hears and says, how two bots pair."""
