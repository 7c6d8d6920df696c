"""Drawing: descriptions become PNG files, in a process of their own."""
