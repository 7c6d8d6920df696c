"""The bot with a fault: ``python -m tests.support.ballot_keeping_bot run ...``.

It keeps the means to read every message again. That is the control: what a seizure would find.
"""

from bot import cli
from bot.matrix.machine import Machine


def main() -> None:
    """Put the fault in and hand over to the real command line."""
    # setattr, because to the type checker these are not to be replaced.
    for name in ("move_on", "purge"):
        setattr(Machine, name, lambda *_: None)
    cli.main()


if __name__ == "__main__":
    main()
