"""``python -m bot`` is ``steward``."""

from bot.cli.main import main

main()
