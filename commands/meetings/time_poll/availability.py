"""Reading when people can come: ``1 3 maybe 2``, ``1 yes 2 no 3 maybe``, ``all but 2``. Pure.

An answer stands before the numbers it is for or behind them. Where both readings are possible and
differ, nothing is noted and the person is asked.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from itertools import pairwise

from commands.framework.errors import Refusal, cut, impossible, refuse
from commands.framework.i18n import _, in_languages_heard, pgettext
from commands.framework.reply import Code
from commands.meetings.time_poll.words import ALL, BUT, FILLER, MAYBE, NO, NONE, PHRASES, YES
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Coming
from storage.names import folded

MOST = 99


@dataclass(frozen=True, slots=True)
class Times:
    """Answers to a poll on times; ``meeting`` None is the one that is open."""

    meeting: int | None
    said: Mapping[int, Coming]
    others: Coming = Coming.NO
    """What holds for the times that are not named."""


class _Sign(Enum):
    BREAK = ","
    STRONG = ";"
    ALL = "all"
    BUT = "but"


_Token = int | Coming | _Sign

_RANGE = re.compile(
    r"(?<![\w.:#+-])(\d{1,3})(?:[-–—−]|\s+[-–—−]\s+|\s*(?:~|〜|～|\.\.\.?|…|\bto\b|\bthrough\b|\bthru\b|\bbis\b|\btot\b|\bbis zu\b|至|到)\s*)"
    r"(\d{1,3})(?![\w:])"
)  # fmt: skip
_MINUS = re.compile(r"(?<=\d)\s?[-–—−](?=\s|[,;]|$)")
_PLUS = re.compile(r"(?<=\d)\s?\+(?=\s|[,;]|$)")
_SIGNED = re.compile(r"(?:^|[\s,;])[-–—−](?=\d)")
_LETTERED = re.compile(r"(?<=\d)(?=[ynm](?:\W|\d|$))|(?<=\d[ynm])(?=\d)")
"""Between the number and the letter of ``1y 2n 3m``."""
_CLOCK = re.compile(r"(?<!\w)\d{1,2}(?:[:.h]\d{2}\b|\s?(?:am|pm|uhr|h)\b)")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|e|º|ª|[.)])(?=\W|$)")
_PIECE = re.compile(r"#\d+|\d+|[;\n]|[,/.、，；]|[^\W\d_]+(?:['’-][^\W\d_]+)*|[^\w\s]")


def read_times(raw: str) -> Times:
    """Read option numbers, each with an answer. Raises Refusal for none, or two answers to one number."""
    text = unicodedata.normalize("NFKC", _without_keycaps(raw)).casefold()
    if _CLOCK.search(text):
        raise refuse("Answer with the numbers in front of the times.", example=_LIKE)
    meeting, text = _meeting(text)
    tokens = list(_tokens(_spelled(text)))
    whole = _all_or_none(tokens)
    if whole is not None:
        return Times(meeting, *whole)
    if not any(isinstance(each, int) for each in tokens):
        raise refuse("Which times work for you? Type their numbers.")
    return Times(meeting, _said(tokens))


def only_no(said: Mapping[int, Coming]) -> Refusal:
    """The refusal of ``not 2``: what is not named is no too, which is seldom meant."""
    numbers = " ".join(map(str, sorted(said)))
    return impossible(
        "That says no to {numbers}, and to all the others too. Do you mean {but}, or {none}?",
        numbers=numbers,
        but=Code(f"!can all but {numbers}"),
        none=Code("!can none"),
    )


_LIKE = "!can 1 3 maybe 2"


def _without_keycaps(raw: str) -> str:
    return re.sub(r"[\ufe0f\u20e3\u200d]|[\U0001f3fb-\U0001f3ff]", " ", raw)


def _meeting(text: str) -> tuple[int | None, str]:
    """The meeting's number in front, and the rest. Raises Refusal for several."""
    numbers = re.findall(r"#\s?(\d{1,6})", text)
    if not numbers:
        return None, text
    if len(set(numbers)) > 1:
        raise refuse("#7 is a meeting; its times have plain numbers.", example="!can #7 1 3")
    return int(numbers[0]), re.sub(r"#\s?\d+", " ", text)


def _spelled(text: str) -> str:
    """Ranges written out, phrases as one word, ``2-`` and ``1+`` as words."""
    text = _y(_LETTERED.sub(" ", text))
    for pattern, word in PHRASES:
        text = re.sub(pattern, word, text)
    if re.search(r"(?:^|[\s,;])\+\d", text) and _SIGNED.search(text):
        text = _SIGNED.sub(" no ", re.sub(r"(?:^|(?<=[\s,;]))\+(?=\d)", " yes ", text))
    if _SIGNED.search(text):
        # "1 -2" may be one to two, or not two.
        raise _not_plain()
    if _PLUS.search(text) or re.search(r"\d\s?[-–—−]\s*(?:[,;]|$)|\d[-–—−]\s+\d", text):
        text = _PLUS.sub(" yes ", _MINUS.sub(" no ", text))
    text = _RANGE.sub(_written_out, text)
    return _ORDINAL.sub(" ", text)


def _y(text: str) -> str:
    """A lone "y" is yes beside an "n" or at an end, and elsewhere "and" in Spanish."""
    if not re.search(r"\by\b", text):
        return text
    if re.search(r"\bn\b", text) or re.search(r"\by\s*(?:[,;\n]|$)|^\s*y\b", text):
        return re.sub(r"\by\b", " yes ", text)
    if re.search(r"\b(?:maybe|perhaps|not?)\b", text):
        raise _not_plain()
    return re.sub(r"\by\b", " and ", text)


def _written_out(match: re.Match[str]) -> str:
    first, last = int(match[1]), int(match[2])
    if not first < last <= MOST:
        raise refuse("From {first} to {last}? Type each number.", first=first, last=last)
    return " " + " ".join(str(number) for number in range(first, last + 1)) + " "


def _tokens(text: str) -> Iterable[_Token]:
    known = _known()
    for match in _PIECE.finditer(text):
        word = match[0]
        if word.isdecimal():
            yield int(word)
        elif word in ";\n；":
            yield _Sign.STRONG
        elif word in ",/.、，":
            yield _Sign.BREAK
        elif word in _NONES or word in in_languages_heard(_none):
            yield Coming.NO
            yield _Sign.ALL
        elif word in known:
            yield known[word]
        elif folded(word) and folded(word) in known:
            yield known[folded(word)]
        elif word in _FILLERS or word in ":=()[]{}\"'“”!":
            continue
        else:
            raise refuse("I do not know “{word}” there.", word=cut(word))


_FILLERS = frozenset(FILLER.split())
_NONES = frozenset(NONE.split())


def _none() -> str:
    return folded(pgettext("no time works", "none"))


def _in_words() -> Mapping[str, Coming]:
    """The answers as the bot writes them."""
    return {
        folded(_("no")): Coming.NO,
        folded(_("maybe")): Coming.MAYBE,
        folded(_("yes")): Coming.YES,
        folded(pgettext("coming to a meeting", "no")): Coming.NO,
        folded(pgettext("coming to a meeting", "maybe")): Coming.MAYBE,
        folded(pgettext("coming to a meeting", "yes")): Coming.YES,
        folded(pgettext("a time that works", "yes")): Coming.YES,
    }


def _known() -> Mapping[str, _Token]:
    found: dict[str, _Token] = {}
    for words, meant in ((YES, Coming.YES), (MAYBE, Coming.MAYBE), (NO, Coming.NO)):
        found |= dict.fromkeys(words.split(), meant)
    found |= dict.fromkeys(ALL.split(), _Sign.ALL) | dict.fromkeys(BUT.split(), _Sign.BUT)
    for said in in_languages_heard(_in_words):
        found |= said
    return {word: meant for word, meant in found.items() if word not in _FILLERS}


def _all_or_none(tokens: Sequence[_Token]) -> tuple[Mapping[int, Coming], Coming] | None:
    """``all``, ``all but 2``, ``none but 3``, ``all maybe 2``: what holds for the rest, and for some."""
    at = next((n for n, each in enumerate(tokens) if each is _Sign.ALL), None)
    if at is None:
        pairs = pairwise([*tokens, None])
        if any(one is _Sign.BUT and not isinstance(then, Coming) for one, then in pairs):
            raise _not_plain()
        return None
    before = [each for each in tokens[:at] if not isinstance(each, _Sign)]
    after = list(tokens[at + 1 :])
    if _Sign.ALL in after or len(before) > 1 or any(isinstance(each, int) for each in before):
        raise _not_plain()
    rest = before[0] if before and isinstance(before[0], Coming) else Coming.YES
    after, excepted = _exceptions(after)
    if not after:
        return {}, rest
    words = [each for each in after if isinstance(each, Coming)]
    if not any(isinstance(each, int) for each in after):
        if len(after) > 1 or before:
            raise _not_plain()
        return {}, words[0]
    if not words and not excepted:
        raise _not_plain()
    return _said(after, Coming.YES if rest is Coming.NO else Coming.NO), rest


def _exceptions(after: list[_Token]) -> tuple[list[_Token], bool]:
    """What stands behind "all", without the word "but" and the breaks around it."""
    found: list[_Token] = [each for each in after if each is not _Sign.BUT]
    while found and found[0] in {_Sign.BREAK, _Sign.STRONG}:
        found = found[1:]
    return found, _Sign.BUT in after


def _said(tokens: Sequence[_Token], bare: Coming = Coming.YES) -> dict[int, Coming]:
    """Each number with its answer. Raises Refusal when that can be read in two ways, or in none."""
    if len(tokens) > 1 and tokens[0] is Coming.YES and tokens[1] is _Sign.BREAK:
        tokens = [tokens[0], *tokens[2:]]
    before, behind = _before(tokens, bare), _behind(tokens, bare)
    if before is not None and behind is not None and before != behind:
        raise _not_plain()
    if behind is not None:
        return behind
    if before is not None and not _leads_with_yes(tokens):
        return before
    if before is not None:
        raise _not_plain()
    return _piece_by_piece(tokens, bare)


def _before(tokens: Sequence[_Token], bare: Coming) -> dict[int, Coming] | None:
    """``1 3 maybe 2 no 4``: an answer holds for the numbers behind it."""
    now, said, waits = bare, _Said(), False
    for token, following in pairwise([*tokens, None]):
        if isinstance(token, Coming):
            if not isinstance(following, int):
                return None
            now, waits = token, True
        elif isinstance(token, int):
            said.add(token, now)
            waits = False
    return None if waits else said.done()


def _behind(tokens: Sequence[_Token], bare: Coming) -> dict[int, Coming] | None:
    """``1 yes, 2 3 no``: an answer holds for the numbers in front of it. Raises Refusal."""
    waiting: list[int] = []
    last: _Token | None = None
    said, apart, doubtful = _Said(), False, False
    for token in tokens:
        if isinstance(token, Coming):
            if not waiting or isinstance(last, _Sign):
                return None
            # "1, 2 maybe": the first may be a plain yes.
            open_ = token is not Coming.YES and len(waiting) > 1 and (apart or not said.any)
            doubtful = doubtful or open_
            for number in waiting:
                said.add(number, token)
            waiting, apart = [], False
        elif isinstance(token, int):
            apart = apart or (bool(waiting) and isinstance(last, _Sign))
            waiting.append(token)
        last = token
    if waiting and said.any and not _broken_before(tokens, waiting[0]):
        return None
    if doubtful:
        raise _not_plain()
    for number in waiting:
        said.add(number, bare)
    return said.done()


def _broken_before(tokens: Sequence[_Token], number: int) -> bool:
    """Whether a comma stands before the last numbers, which then have no answer of their own."""
    at = max(n for n, each in enumerate(tokens) if each == number and isinstance(each, int))
    return at > 0 and isinstance(tokens[at - 1], _Sign)


def _piece_by_piece(tokens: Sequence[_Token], bare: Coming) -> dict[int, Coming]:
    """``yes 1, 2 no``: each piece between commas by itself, if it has both. Raises Refusal."""
    said = _Said()
    pieces: list[list[_Token]] = [[]]
    for token in tokens:
        if isinstance(token, _Sign):
            pieces.append([])
        else:
            pieces[-1].append(token)
    for piece in filter(None, pieces):
        words = [each for each in piece if isinstance(each, Coming)]
        found = _before(piece, bare) or _behind(piece, bare) if len(words) == 1 else None
        if found is None:
            raise _not_plain()
        for number, answer in found.items():
            said.add(number, answer)
    return said.done()


def _leads_with_yes(tokens: Sequence[_Token]) -> bool:
    """``1 yes 2 no 3``: nobody begins with bare numbers, which mean yes, and then says yes."""
    words = [each for each in tokens if isinstance(each, Coming)]
    return len(words) > 1 and isinstance(tokens[0], int) and words[0] is Coming.YES


class _Said:
    """Answers as they are collected; one time with two answers is asked about."""

    def __init__(self) -> None:
        self._found: dict[int, Coming] = {}
        self._twice: int | None = None

    def add(self, number: int, answer: Coming) -> None:
        """Note an answer for an option; another answer for the same option makes ``done`` refuse."""
        if self._found.get(number, answer) is not answer:
            self._twice = number
        self._found[number] = answer

    @property
    def any(self) -> bool:
        """Whether anything was collected."""
        return bool(self._found)

    def done(self) -> dict[int, Coming]:
        """The answers by option number. Raises Refusal where one option has two answers."""
        if self._twice is not None:
            raise refuse("You gave two answers to time {number}. Which one?", number=self._twice)
        return self._found


def _not_plain() -> Refusal:
    return refuse("I can read that in more than one way. Type the answer first, then its numbers.")
