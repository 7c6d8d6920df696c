"""Several tests beside each other, in figures and pictures."""
