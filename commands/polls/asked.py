"""A question and its options out of what somebody typed: lines, bars, commas, numbers, signs. Pure.

What can be read in one way only is read; the rest comes back as a ``Doubt`` with the reading that
is likeliest, which is asked about. Nothing here guesses between two.
"""

import re
from dataclasses import dataclass

from commands.framework.as_typed import QUOTES
from commands.framework.errors import cut
from commands.framework.i18n import _, ngettext
from commands.framework.reply import Line, line
from commands.polls.cutting import Ambiguous, cut_apart, key_of, without_numbers
from commands.polls.model import MOST_OPTIONS

LONGEST_QUESTION = 300
LONGEST_OPTION = 80

_MARKED = re.compile(
    rf"^(.*?[?？؟])(?=[\s:|,–—-]|$|[{QUOTES}]|[^\W\d_](?!\w*=)|[^\x00-\x7f])(.*)$", re.DOTALL
)
_COLON = re.compile(r"^([^|,;\n]{2,}?):(?=\s)(.*)$", re.DOTALL)
_LEADING = " \t:|,;"
"""What may stand between a question and its options."""
_SINGLE = "'‘’‚"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what can be chosen."""

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why it cannot be read, and what was most likely meant; no options where nobody can tell."""

    why: Line
    question: str = ""
    options: tuple[str, ...] = ()


def read_asked(text: str) -> Asked | Doubt:
    """The question, in quotes or where it plainly ends, and 2 to MOST_OPTIONS options behind it."""
    found = _headline(text.strip())
    if found is None:
        return Doubt(
            line(_("I cannot tell where the question ends. Put it in quotes, options behind it."))
        )
    question, rest = " ".join(found[0].split()), found[1]
    if not 0 < len(question) <= LONGEST_QUESTION:
        return Doubt(line(_("A question has up to {limit} letters."), limit=LONGEST_QUESTION))
    try:
        options = cut_apart(rest)
    except Ambiguous as several:
        return Doubt(
            line(_("I can read those options in more than one way. Put bars between them.")),
            question,
            _tidied(several.likeliest),
        )
    return _checked(question, _tidied(without_numbers(options)))


def ready(question: str, options: tuple[str, ...]) -> str:
    """The same as a line that can be read in one way only, to be copied and corrected."""
    held = "".join("'" if letter in QUOTES else letter for letter in question)
    bars = any(bar in option for option in options for bar in "|¦")
    between = "\n" if bars else " | "
    return f'"{held}"{between if bars else " "}{between.join(options)}'


def _headline(text: str) -> tuple[str, str] | None:
    """The question and what is behind it; None when it is not plain where it ends."""
    if (end := _end_of_quote(text)) is not None:
        return text[1:end], text[end + 1 :].lstrip(_LEADING).strip()
    first, newline, below = text.partition("\n")
    if marked := _MARKED.match(first):
        rest = marked[2].strip().lstrip(_LEADING).strip()
        return marked[1], f"{rest}\n{below}".strip() if rest else below.strip()
    if newline and below.strip():
        return first.rstrip(" :"), below.strip()
    if colon := _COLON.match(text):
        return colon[1], colon[2].strip()
    parts = re.split(r"\s*[|¦]\s*", text)
    if len(parts) > 2 and parts[0]:
        return parts[0], " | ".join(parts[1:])
    return None


def _end_of_quote(text: str) -> int | None:
    """Where the quote that a text begins with is closed; others may stand within it, in pairs."""
    kind = next((each for each in (QUOTES, _SINGLE) if text[:1] and text[0] in each), None)
    if kind is None:
        return None
    inner = 0
    for at, letter in enumerate(text[1:], 1):
        if letter in kind:
            ends = text[at + 1 : at + 2] in {"", *" \n\t:|,;"}
            if ends and inner % 2 == 0:
                return at
            inner += kind is QUOTES
    return None


def _tidied(options: list[str]) -> tuple[str, ...]:
    return tuple(" ".join(option.split()) for option in options)


def _checked(question: str, options: tuple[str, ...]) -> Asked | Doubt:
    if not options:
        words = _("What can be chosen? The options come behind the question, with bars between.")
        return Doubt(line(words), question)
    kept = tuple(option for option in options if option)
    if len(kept) < len(options):
        return Doubt(line(_("One of the options is empty.")), question, kept)
    for at, option in enumerate(options):
        if len(option) > LONGEST_OPTION:
            words = _("“{words}” is long for an option; {limit} letters at most.")
            shorter = tuple(cut(each) if len(each) > LONGEST_OPTION else each for each in options)
            return Doubt(line(words, words=cut(option), limit=LONGEST_OPTION), question, shorter)
        if key_of(option) in map(key_of, options[:at]):
            once = tuple(each for n, each in enumerate(options) if n != at)
            return Doubt(line(_("“{option}” is there twice."), option=cut(option)), question, once)
    if 1 < len(options) <= MOST_OPTIONS:
        return Asked(question, options)
    words = ngettext(
        "A poll has 2 to {most} options; I read {n}. Put bars between them.",
        "A poll has 2 to {most} options; I read {n}. Put bars between them.",
        len(options),
    )
    return Doubt(line(words, most=MOST_OPTIONS, n=len(options)), question, options[:MOST_OPTIONS])
