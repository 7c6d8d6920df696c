"""How the running bot is: figures, disk, clock, event loop."""
