"""Deadline words that are no part of a time (by friday, until noon), and hours of tonight. Pure."""

from commands.time.languages import LANGUAGES
from commands.time.read import line_of
from commands.time.signs import Sign
from commands.time.tokens import Token, tokens

_HOURS = {
    "morning": ("09:00", "11:00"),
    "noon": ("12:00", "14:00"),
    "afternoon": ("15:00", "18:00"),
    "evening": ("18:00", "20:00", "22:00"),
    "night": ("21:00", "23:00"),
}
"""What may be meant by a part of a day that ends something; shown, never taken."""


def bare_deadline(text: str) -> str:
    """A deadline without the words that only say that it is one: “by friday” is friday."""
    words = text.split()
    for count in range(min(3, len(words) - 1), 0, -1):
        head = tokens(" ".join(words[:count]))
        if head and any(_is_by(code, head) for code in LANGUAGES):
            return " ".join(words[count:])
    # Chinese leaves no blank.
    for spoken in LANGUAGES["zh"].by.split("|"):
        if text.startswith(spoken):
            return text.removeprefix(spoken)
    return text


def _is_by(code: str, head: list[Token]) -> bool:
    lined = line_of(head, code)
    return lined is not None and any(end == len(head) for end, _v in lined.take(0, Sign.BY))


def part_hours(text: str) -> tuple[str, ...]:
    """The hours to offer for the part of a day that a text names."""
    line = tokens(text) or []
    for code in LANGUAGES if line else ():
        lined = line_of(line, code)
        if lined is None:
            continue
        for at in range(len(line)):
            for _end, value in lined.take(at, Sign.PART, Sign.FUSED, Sign.WEEKDAY):
                part = str(value[1] if isinstance(value, tuple) else value)
                if part in _HOURS:
                    return _HOURS[part]
    return ()
