"""Joint tests and letters of a coalition: each committee its own test, counts beside each other in every room."""
