"""Terms that somebody wrote as words behind a poll: ``until friday 6pm``, ``quorum 2/3``. Pure."""

import re

from storage.core.lazy_dataclass import dataclass

_LOOSE = re.compile(
    r"^(?P<rest>.*?)(?P<said>(?<!\w)(?P<word>closes?|closing|until|deadline|ends|quorum)"
    r"(?:\s*:\s*|\s+)(?:(?:on|at|by|is)\s+)?(?P<value>\S.*))$",
    re.IGNORECASE | re.DOTALL,
)
_MAY_BE_AN_OPTION = frozenset({"until", "ends"})
"""Words with which an option begins, as in "until Friday"."""


@dataclass(frozen=True, slots=True)
class Loose:
    """Words at the end of a poll that may be a term, with the poll as it would be without them."""

    said: str
    value: str
    quorum: bool
    """Whether the words would be the quorum; if not, the deadline."""
    question: str
    """Without it, as the options are."""
    options: tuple[str, ...]


def loose(question: str, options: tuple[str, ...]) -> Loose | None:
    """Find words behind a question mark or the last option that may be a term; None without any."""
    before, bar, behind = question.rpartition("|")
    if bar and not options and before.strip():
        value = re.sub(
            r"^\s*(?:closes?|closing|until|deadline|ends)\b[\s:]*", "", behind, flags=re.IGNORECASE
        ).strip()
        return Loose(behind.strip(), value, quorum=False, question=before.strip(" |"), options=())
    *others, last = options or (question,)
    match = _LOOSE.match(last)
    if match is None:
        return None
    word, rest = match["word"].casefold(), match["rest"].rstrip(" ,;.:-–—")
    if not options and not rest.endswith(("?", "？", "؟")):
        return None
    if any(re.search(rf"\b{word}\b", each, re.IGNORECASE) for each in others):
        return None
    if options and not rest and word in _MAY_BE_AN_OPTION:
        return None
    kept = (*others, rest) if rest else tuple(others)
    return Loose(
        match["said"],
        match["value"],
        word == "quorum",
        question if options else rest,
        kept if options else (),
    )
