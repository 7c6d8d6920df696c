"""How a command is declared, parsed, permitted, run and answered."""
