"""Lists on their way to contacts, and files people sent."""
