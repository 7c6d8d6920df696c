"""Names of people: as they are said, from what lists and programs write, and in the parts of a card."""
