"""Any file or pasted list -> a table with heads. Pure; it runs in a process of its own."""
