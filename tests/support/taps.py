"""Taps that a line takes on a phone: a keyboard like that of iOS, with every change of its page counted.

Letters are on the first page, digits and common signs on the second, brackets and the equals sign on the
third. From one page to the next is a tap, back to the letters is one, and a blank or an apostrophe goes back
by itself. Capitals come by themselves at the beginning, and are not counted elsewhere: neither were they
where the figures of before were counted (CALIBRATED).
"""

import sys
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Page(Enum):
    """A page of the keyboard."""

    LETTERS = 0
    NUMBERS = 1
    SIGNS = 2


_NUMBERS: Final = frozenset("0123456789-/:;()$&@\".,?!'")
_SIGNS: Final = frozenset("[]{}#%^*+=_\\|~<>€£¥•")
_BACK: Final = frozenset(" '")
"""What leads back to the letters by itself."""

CALIBRATED: Final = {
    "!log Sam reached rate=2 did issue=pay ask=petition answer=yes next=fri": 87,
    "!log Sam reached rate=2 did next=fri": 44,
    "!log Sam noanswer next=fri": 31,
    "!rate Sam 2 did": 18,
    "!done 1 signed": 17,
    "!due": 6,
    "!show Sam": 11,
    "!mark did Sam, Ben, Eva": 27,
    "yes": 3,
    "vote K7QX 04": 15,
    "log sam reached 2 did fri": 26,
}
"""Lines whose taps were counted by hand on a phone."""


def _page_of(char: str, now: Page) -> Page:
    if char == " ":
        return now
    if char in _NUMBERS:
        return Page.NUMBERS
    return Page.SIGNS if char in _SIGNS else Page.LETTERS


def taps(line: str) -> int:
    """How many taps a line takes, without sending it."""
    count, page = 0, Page.LETTERS
    for char in line:
        wanted = _page_of(char, page)
        if Page.LETTERS in {page, wanted} and page is not wanted:
            # The third page is behind the second; letters are one tap from either.
            count += 2 if wanted is Page.SIGNS else 1
        elif page is not wanted:
            count += 1
        count += 1
        page = Page.LETTERS if char in _BACK else wanted
    return count


@dataclass(frozen=True, slots=True)
class FrequentAct:
    """One of the ten acts that people do most, as it was typed and as it may be typed."""

    name: str
    before: str
    after: str
    first: tuple[str, ...] = ()
    """What was typed before in both: to learn a number."""
    tapped: bool = False
    """Whether it is now done with a tap on a poll, and nothing is typed."""

    @property
    def taps_before(self) -> int:
        """The taps of the line as it was."""
        return taps(self.before)

    @property
    def taps_after(self) -> int:
        """The taps of the line as it may be."""
        return 1 if self.tapped else taps(self.after)


ACTS: Final = (
    FrequentAct(
        "talk with rating, issue, ask and next step",
        "!log Sam reached rate=2 did issue=pay ask=petition answer=yes next=fri",
        "sam 2 did issue pay ask petition y fri",
    ),
    FrequentAct("short talk", "!log Sam reached rate=2 did next=fri", "sam met 2 did fri"),
    FrequentAct("no answer", "!log Sam noanswer next=fri", "sam missed fri"),
    FrequentAct("rating", "!rate Sam 2 did", "sam 2 d"),
    FrequentAct("follow-up done", "!done 1 signed", "signed", first=("!due",)),
    FrequentAct("what is due", "!due", "due"),
    FrequentAct("look somebody up", "!show Sam", "sam"),
    FrequentAct("mark three people", "!mark did Sam, Ben, Eva", "sam ben eva d"),
    FrequentAct("say that one comes", "yes", "y"),
    FrequentAct("vote", "vote K7QX 04", "a tap on the poll", tapped=True),
)
"""The ten most frequent acts, the order and lines of before as they were counted."""


def table() -> str:
    """The acts as a table for a page."""
    rows = ["| act | before | taps | now | taps |", "| --- | --- | --: | --- | --: |"]
    for act in ACTS:
        now = act.after if act.tapped else f"`{act.after}`"
        rows.append(
            f"| {act.name} | `{act.before}` | {act.taps_before} | {now} | {act.taps_after} |"
        )
    before, after = (
        sum(each) for each in zip(*((a.taps_before, a.taps_after) for a in ACTS), strict=True)
    )
    return "\n".join([*rows, f"| all ten | | {before} | | {after} |"]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table())
