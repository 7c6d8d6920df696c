"""The ground floor: what is kept, encrypted."""
