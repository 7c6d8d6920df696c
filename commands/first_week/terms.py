"""The type of the parameter for a buddy, and for whom. Pure."""

import re
from typing import Annotated

from commands.framework.context import Context
from commands.framework.errors import impossible
from commands.framework.i18n import _
from commands.framework.mentions import by_address
from commands.framework.reader import Form, Reader, Words
from commands.framework.reply import Code
from commands.framework.values import Colleague, read_colleague
from storage.core.lazy_dataclass import dataclass

_FOR = re.compile(r"\s+for[\s:=]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class BuddyChoice:
    """A buddy as typed, and for whom; None: for whoever types it."""

    buddy: Colleague
    newcomer: Colleague | None

    def __str__(self) -> str:
        return str(self.buddy) if self.newcomer is None else f"{self.buddy} for {self.newcomer}"


def _read(raw: str, ctx: Context) -> BuddyChoice:
    """@ben, @ben for @dan; of two without a word between, which is new is asked. Raises Refusal."""
    words = by_address(raw).strip()
    buddy, *rest = _FOR.split(words, maxsplit=1)
    if rest:
        return BuddyChoice(read_colleague(buddy, ctx), read_colleague(rest[0].strip(), ctx))
    people = words.split()
    if len(people) == 2 and all(each.startswith("@") for each in people):
        one, other = people
        raise impossible(
            "Who of them is new? {one} or {other}",
            one=Code(f"!buddy {one} for {other}"),
            other=Code(f"!buddy {other} for {one}"),
        )
    return BuddyChoice(read_colleague(words, ctx), None)


BuddyWords = Annotated[
    BuddyChoice,
    Reader(_read, "@WHO", lambda: _("Which organizer? Like @ana."), Words.rest(), Form.PEOPLE),
]
"""Who is to be a buddy: @ben, or for leads @ben for @dan."""
