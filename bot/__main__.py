"""``python -m bot`` is ``steward``."""

from bot.cli import main

main()
