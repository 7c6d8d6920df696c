"""Reading a question and its options: lines, bars, commas, numbers, signs. Pure.

What can be read in one way only is read; the rest comes back as a ``Doubt`` with the reading that
is likeliest, which is asked about. Nothing here guesses between two.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from commands.framework.as_written import as_written
from commands.framework.errors import cut
from commands.framework.i18n import _, ngettext
from commands.framework.reply import Line, fill, line
from commands.polls.ask.options import MARKS, Ambiguous, cut_apart, key_of, without_numbers
from commands.polls.model import MOST_OPTIONS
from storage.core.lazy_dataclass import dataclass
from storage.core.lazy_pattern import lazy_pattern

LONGEST_QUESTION = 300
LONGEST_OPTION = 80

_MARKED = lazy_pattern(
    rf"^(.*?[?？؟][?？؟!！]*)(?=[\s:|,–—-]|$|[{MARKS}]|[^\W\d_](?!\w*=)|[^\x00-\x7f])(.*)$",
    re.DOTALL,
)
_AGAIN = lazy_pattern(r"^\s+[^?？؟|,;/:\n]+[?？؟]+(?=\s+[^\s|,;])")
"""A second question behind the first, with nothing between that could part options."""
_LABEL = lazy_pattern(r"^(?:question|frage|pregunta|domanda|pergunta)\s?:\s+", re.IGNORECASE)
_OPTIONS = lazy_pattern(
    r"^(?:options?|choices?|answers?|optionen|antworten|opciones|opzioni|opções)\s?:\s*",
    re.IGNORECASE,
)
_COLON = lazy_pattern(r"^([^|,;\n]{2,}?):(?=\s)(.*)$", re.DOTALL)
_LEADING = " \t:|,;"
"""What may stand between a question and its options."""
_SINGLE = "'‘’‚"


@dataclass(frozen=True, slots=True)
class PollQuestion:
    """A question with what can be chosen."""

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a question cannot be read, and its likeliest reading; no options where nobody can tell."""

    why: Line
    question: str = ""
    options: tuple[str, ...] = ()


def read_asked(text: str) -> PollQuestion | Doubt:
    """The question, in quotes or where it plainly ends, and 2 to MOST_OPTIONS options behind it.

    What could not be written down so that it is read like this is not plain either.
    """
    found = _read(text)
    options = tuple(map(as_written, found.options))
    found = replace(found, question=as_written(found.question), options=options)
    if isinstance(found, Doubt) or _written(found.question, found.options) is not None:
        return found
    return Doubt(fill(_several_ways()), found.question)


def _read(text: str) -> PollQuestion | Doubt:
    found = _headline(_LABEL.sub("", text.strip()))
    if found is None:
        return Doubt(
            line(
                "I cannot tell where the question ends. Put it in quotes, and the options after it."
            )
        )
    question, rest = " ".join(found[0].split()), _OPTIONS.sub("", found[1])
    if not 0 < len(question) <= LONGEST_QUESTION:
        return Doubt(line("A question has up to {limit} letters.", limit=LONGEST_QUESTION))
    if not rest:
        return Doubt(fill(_none_there()), question, _within(question))
    try:
        options = cut_apart(rest)
    except Ambiguous as several:
        likeliest = _once(each for each in _tidied(several.likeliest) if each)
        return Doubt(fill(_several_ways()), question, likeliest if len(likeliest) > 1 else ())
    return _checked(question, _tidied(without_numbers(options)))


def unquoted(raw: str) -> str:
    """Put a question on one line, without quotes that hold the whole of it."""
    words = " ".join(raw.split())
    return words[1:-1] if words and _end_of_quote(words) == len(words) - 1 else words


def ready(question: str, options: tuple[str, ...]) -> str:
    """Write a question as a line that can be read in one way only, to be copied and corrected."""
    return _written(question, options) or next(_writings(question, options))


def _written(question: str, options: tuple[str, ...]) -> str | None:
    """The plainest writing that is read as it is meant; None if there is none."""
    meant = PollQuestion(_without_marks(question), options)
    return next((each for each in _writings(question, options) if _read(each) == meant), None)


def _writings(question: str, options: tuple[str, ...]) -> Iterator[str]:
    """The ways to write a question down, the plainest first."""
    held = _without_marks(question)
    shown = [_held_together(option) for option in options]
    bars = any(
        each == option and _has_bar(option) for each, option in zip(shown, options, strict=True)
    )
    between = "\n" if bars else " | "
    yield f'"{held}"{between if bars else " "}{between.join(shown)}'
    yield f'"{held}" ' + " | ".join(f'"{option}"' for option in options)
    yield "\n".join((f'"{held}"', *options))
    yield "\n".join((f'"{held}"', *(f"{n}. {option}" for n, option in enumerate(options, 1))))


def _without_marks(question: str) -> str:
    return "".join("'" if letter in MARKS else letter for letter in question)


def _held_together(option: str) -> str:
    """An option with a bar in it, in quotes, unless it has quotes of its own."""
    bare = not _has_bar(option) or any(mark in option for mark in MARKS)
    return option if bare else f'"{option}"'


def _has_bar(option: str) -> bool:
    return "|" in option or "¦" in option


def _several_ways() -> str:
    return _("I can read those options in more than one way. Put bars between them.")


def _none_there() -> str:
    return _("What can people choose? Type the options after the question, with bars between.")


def _within(question: str) -> tuple[str, ...]:
    """The options in ``Pizza or pasta?`` and ``Which day: Mon, Tue or Wed?``, if there are any."""
    asked = question.rstrip(" ?？؟!！")
    colon = _COLON.match(asked)
    asked = colon[2].strip() if colon else asked
    try:
        found = _tidied(cut_apart(asked))
    except Ambiguous:
        return ()
    if not 1 < len(found) <= MOST_OPTIONS or not all(found):
        return ()
    # "Do we meet at the plaza or the hall" begins with more than an option.
    longest = max(len(each.split()) for each in found[1:])
    return found if len(found[0].split()) <= longest + 1 else ()


def _headline(text: str) -> tuple[str, str] | None:
    """The question and what is behind it; None when it is not plain where it ends."""
    if (end := _end_of_quote(text)) is not None:
        return text[1:end], text[end + 1 :].lstrip(_LEADING).strip()
    first, newline, below = text.partition("\n")
    if marked := _MARKED.match(first):
        asked, behind = marked[1], marked[2]
        while again := _AGAIN.match(behind):
            asked, behind = asked + again[0], behind[again.end() :]
        rest = behind.strip().lstrip(_LEADING).strip()
        return asked, f"{rest}\n{below}".strip() if rest else below.strip()
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
    kind = next((each for each in (MARKS, _SINGLE) if text[:1] and text[0] in each), None)
    if kind is None:
        return None
    inner = 0
    for at, letter in enumerate(text[1:], 1):
        if letter in kind:
            ends = text[at + 1 : at + 2] in {"", *" \n\t:|,;"}
            if ends and inner % 2 == 0:
                return at
            inner += kind is MARKS
    return None


def _tidied(options: list[str]) -> tuple[str, ...]:
    # A bar at its end parts nothing: it was left over.
    return tuple(" ".join(option.split()).strip("|¦ ") for option in options)


def _once(options: Iterable[str]) -> tuple[str, ...]:
    """Each option, where it is there first."""
    first: dict[str, str] = {}
    for option in options:
        first.setdefault(key_of(option), option)
    return tuple(first.values())


def _checked(question: str, options: tuple[str, ...]) -> PollQuestion | Doubt:
    if not options:
        return Doubt(fill(_none_there()), question)
    kept = tuple(option for option in options if option)
    if len(kept) < len(options):
        return Doubt(line("One of the options is empty."), question, kept)
    keys = [key_of(each) for each in options]
    before: set[str] = set()
    for key, option in zip(keys, options, strict=True):
        if len(option) > LONGEST_OPTION:
            words = _("“{words}” is too long for an option; the limit is {limit} letters.")
            shorter = tuple(cut(each) if len(each) > LONGEST_OPTION else each for each in options)
            return Doubt(fill(words, words=cut(option), limit=LONGEST_OPTION), question, shorter)
        if key in before:
            twice = line("“{option}” is there twice.", option=cut(option))
            return Doubt(twice, question, _once(options))
        before.add(key)
    if 1 < len(options) <= MOST_OPTIONS:
        return PollQuestion(question, options)
    words = ngettext(
        "A poll has 2 to {most} options; I read {n}. Put bars between them.",
        "A poll has 2 to {most} options; I read {n}. Put bars between them.",
        len(options),
    )
    likeliest = options[:MOST_OPTIONS] if len(options) > 1 else ()
    return Doubt(fill(words, most=MOST_OPTIONS, n=len(options)), question, likeliest)
