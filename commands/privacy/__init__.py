"""What people are owed about what is kept of them."""
