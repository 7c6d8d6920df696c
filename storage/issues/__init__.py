"""Issues: what moves people."""
