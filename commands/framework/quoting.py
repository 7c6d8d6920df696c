"""Words that people typed, in messages of the bot: set apart, so that nobody takes them for its own. Pure.

What the bot says in a room is believed. So a question stands in quotes that its words cannot close, and
words that read like a result or a notice of the bot are not taken at all.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from commands.framework.errors import NO_EXAMPLE, Refusal
from commands.framework.i18n import _, in_languages_heard
from commands.framework.reply import fill
from storage.core.lazy_pattern import lazy_pattern

_CLOSING = lazy_pattern('["“”„‟«»‹›❝❞〝〞＂「」『』]')
"""What could be taken for the end of a quotation."""
_DRAWN = lazy_pattern("[\u2500-\u25a0\u25a3-\u25a9\u25ac-\u25af]")
"""Lines, blocks and bars: results are drawn with them."""
_PLACES = {"code": "[2-9b-df-hj-np-tv-z]{4}", "n": "[0-9][0-9.,]*"}
_PLACE = lazy_pattern(r"\\\{(code|n)\\\}")


def quoted(words: str) -> str:
    """Words of a person in quotes, on one line. What in them could end the quotation is a single mark."""
    return _("“{words}”").format(words=_CLOSING.sub("’", " ".join(words.split())))


def refuse_imitation(words: Iterable[str]) -> None:
    """Raise Refusal for words that read like the bot's own. The refusal repeats none of them."""
    for each in words:
        if imitates(each):
            raise _refusal()


def imitates(words: str) -> bool:
    """Whether people might take these words for a result or a notice of the bot."""
    flat = _flat(words)
    return _DRAWN.search(flat) is not None or any(
        each.search(flat) is not None
        for ours in in_languages_heard(_ours)
        for each in _compiled(tuple(ours))
    )


def _ours() -> list[str]:
    """The beginnings and kernels of what is said about polls, each in the language that is spoken."""
    return [
        _("{code} is closed"),
        _("secret poll {code}"),
        _("recorded for {code}"),
        _("vote {code}"),
        _("{n} ballots of {n}"),
        _("{n} ballot of {n}"),
        _("{n} of {n} ballots"),
        _("the quorum of {n} is"),
        _("mean {n}, median {n}"),
        _("no consensus: {n}"),
        _("nothing is published"),
        _("ballots are destroyed"),
    ]


@lru_cache(maxsize=8)
def _compiled(templates: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(
            _edge(each[0], r"(?<!\w)")
            + _PLACE.sub(lambda found: _PLACES[found[1]], re.escape(each))
            + _edge(each[-1], r"(?!\w)")
        )
        for each in map(_flat, templates)
    )


def _flat(words: str) -> str:
    """Words on one line, without what is only another way of writing a letter, a space or an apostrophe."""
    one_line = unicodedata.normalize("NFKC", " ".join(words.split()))
    return " ".join(one_line.replace("’", "'").split()).casefold()


def _edge(letter: str, boundary: str) -> str:
    """What must stand beside a letter of ours: no other of a word, in scripts that part words."""
    return "" if unicodedata.east_asian_width(letter) == "W" else boundary


def _refusal() -> Refusal:
    words = _(
        "That looks like a message from me: a result, a vote or bars. People would "
        "believe it is mine. Please say it in other words."
    )
    return Refusal(fill(words), example=NO_EXAMPLE, neutral=fill(words))
