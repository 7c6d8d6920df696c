"""Who may see and do what at this moment: one rule, asked by commands, deliveries and files alike."""
