"""Health of the running bot: figures, disk, clock, event loop."""
