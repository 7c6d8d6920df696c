"""How committees of a coalition are called in sentences."""

from commands.framework.reply import Strong


def called(label: str) -> Strong:
    """A committee's label, as it stands in a sentence."""
    return Strong(label)
