"""What every job shares: help, set-up, status, undo."""
