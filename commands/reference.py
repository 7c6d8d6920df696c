"""Writing docs/commands.md from the declarations of commands: ``python -m commands.reference``."""

from collections.abc import Iterator
from pathlib import Path

from commands.all import CATALOGUE
from commands.framework.context import Role
from commands.framework.spec import Command, Where

PAGE = Path(__file__).resolve().parents[1] / "docs" / "commands.md"

_WHERE = {
    Where.DIRECT: "in the direct chat with Steward",
    Where.ROOM: "in the committee room",
    Where.ANYWHERE: "in the room or the direct chat",
}
_WHO = {
    Role.ORGANIZER: "Every organizer",
    Role.LEAD: "Leads",
    Role.KEEPER: "Keepers of the data",
}
_HEAD = """\
# Commands

Written by `make docs` from the declarations in `commands/`; a test keeps it current.

A command is one line that begins with `!`; in the direct chat the `!` may be left out. What stands
in [brackets] may be left out. Several words for one thing go in quotes, straight or curly. A day is
`fri`, `tomorrow`, `3d`, `2w`, `1 dec` or `2026-12-01`. A person is a handle like `M-41`, or a name
that only one contact bears. Whatever names or rates people belongs in the direct chat; typed in the
room it is answered there all the same.

Names and keys have other words in the languages that Steward speaks, beside these, which always work. `!lang`
chooses one, and `!help` then shows its words.
"""


def page() -> str:
    """The whole reference page."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield _HEAD
    for group in CATALOGUE.groups:
        yield f"## {group.title()}\n"
        for command in group.commands:
            yield from _section(command)


def _section(command: Command) -> Iterator[str]:
    yield f"### !{command.name}\n"
    yield f"{command.help}\n"
    yield f"    {command.usage}\n"
    for parameter in command.parameters:
        yield f"- `{parameter.usage.strip('[]')}`: {parameter.about}"
    if command.parameters:
        yield ""
    yield f"For example `{command.example}`\n"
    also = ", ".join(f"`!{name}`" for name in command.also)
    tail = f" Also: {also}." if also else ""
    yield f"{_WHO[command.who]}, {_WHERE[command.where]}.{tail}\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
