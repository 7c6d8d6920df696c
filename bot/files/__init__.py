"""Files people send: taken in, fetched, read in a process of their own, answered."""
