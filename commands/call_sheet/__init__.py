"""The call sheet: whom to talk to next, why, and what to open with."""
