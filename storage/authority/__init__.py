"""Since when somebody is what, what they used up, what they were shown."""
