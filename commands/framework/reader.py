"""Readers: how typed words become a value. A type that people may type brings its Reader along. Pure.

Such a type is an alias, ``Annotated[value, Reader(...)]``. A parameter of that type is read from the line,
and a type checker sees the value. A new type has to be registered nowhere.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from enum import Enum
from functools import partial
from types import NoneType, UnionType
from typing import Any, Final, Generic, TypeVar, Union, get_args, get_origin

from commands.framework.as_written import as_written
from commands.framework.context import Context
from commands.framework.errors import Refusal, cut, did_you_mean, refuse
from commands.framework.i18n import SOURCE_LANGUAGE, in_languages_heard, one_of, speaking
from commands.framework.quoting import refuse_imitation
from commands.framework.reply import fill
from commands.framework.suggest import suggest
from storage.core.lazy_dataclass import dataclass
from storage.names import folded

T = TypeVar("T")
E = TypeVar("E", bound=Enum)

_WHOLE: Final = re.compile(r"[+-]?[0-9]+(_[0-9]+)*(\.0+)?")
_MOST_DIGITS: Final = 100
_HALF_A_SIGN: Final = re.compile("[\ud800-\udfff]")
"""One half of a pair of UTF-16, which no text in UTF-8 can hold."""

ALL = 10_000
"""As many words as there are."""


@dataclass(frozen=True, slots=True)
class Words:
    """The number of words without a key that a value may take."""

    most: int = 1
    shortest: bool = False
    """Whether fewer words are tried first."""
    strict: bool = False
    """Whether a word too many is never taken for a part of it, however many words it may have."""

    @classmethod
    def upto(cls, most: int, *, shortest: bool = False, strict: bool = False) -> "Words":
        """At most ``most`` words, as many as can be read."""
        return cls(most, shortest, strict)

    @classmethod
    def rest(cls) -> "Words":
        """All words to the end of the line."""
        return cls(ALL)

    @property
    def open_ended(self) -> bool:
        """Whether the value takes the rest of the line."""
        return self.most >= ALL

    @property
    def free(self) -> bool:
        """Whether any words will do, so that a stray one would be swallowed."""
        return self.most > 3 and not self.strict


class Form(Enum):
    """The form in which a reader gets the words."""

    PLAIN = "plain"
    """As people read them."""
    PEOPLE = "people"
    """With whom the app said is meant, where it did: for what takes members."""
    LIST = "list"
    """Quoted ones apart from the others: for lists."""
    AS_TYPED = "as typed"
    """With their lines, quotes and signs."""


@dataclass(frozen=True, slots=True)
class Reader(Generic[T]):
    """A reader of one type. ``read`` raises Refusal, without an example: the command adds its own."""

    read: Callable[[str, Context], T]
    placeholder: str
    """What stands for it in a usage line."""
    ask: Callable[[], str]
    """The question when it is missing."""
    words: Words = Words()
    form: Form = Form.PLAIN
    bare: tuple[str, ...] = ()
    """Words that may stand anywhere without their key."""
    also_bare: Callable[[], Collection[str]] = tuple
    """Gives the same in the languages heard, English aside, folded."""
    words_shown: Callable[[], Mapping[str, str]] = dict
    """Gives the words of the placeholder that are typed as they stand there, as the reader is shown them."""
    in_example: Callable[[str], str] | None = None
    """Gives what is typed in English in an example as the reader types it; None: word by word, by ``words_shown``."""
    posted: Callable[[T], str] | None = None
    """The words of a value that people read who did not ask for them: in the room, in a reminder, in a
    message to leads. Names of contacts in them are asked about first. None: nobody else reads it."""
    known: bool = False
    """Whether nothing is read but numbers and words of a list that is the same everywhere, so that no words
    of somebody's own stand in what was typed."""

    def shown(self, typed: str) -> str:
        """Return what is typed in English in an example in the reader's words, as far as there are any."""
        if self.in_example is not None:
            return self.in_example(typed)
        words = self.words_shown()
        return " ".join(words.get(each, each) for each in typed.split(" "))


def reader_of(kind: object) -> Reader[Any] | None:
    """The reader that a type brings along, the outermost of several; None if people cannot type it."""
    brought = getattr(without_none(kind), "__metadata__", ())
    return next((each for each in reversed(brought) if isinstance(each, Reader)), None)


def without_none(kind: Any) -> Any:
    """The type of a parameter without its None."""
    if get_origin(kind) in {Union, UnionType}:
        kinds = [each for each in get_args(kind) if each is not NoneType]
        return kinds[0] if len(kinds) == 1 else kind
    return kind


def text(
    limit: int, placeholder: str, ask: Callable[[], str], words: Words | None = None
) -> Reader[str]:
    """A reader of free words with at most ``limit`` letters; without ``words``, to the end of the line."""

    def read(raw: str, _ctx: Context) -> str:
        refuse_imitation((raw,))
        said = raw.strip()
        if len(said) > limit:
            raise refuse(
                "“{words}” is {length} letters long; the limit is {limit}.",
                words=cut(raw),
                length=len(raw),
                limit=limit,
            )
        if not said or _HALF_A_SIGN.search(said):
            raise Refusal(fill("{ask}", ask=ask()))
        return said

    return Reader(read, placeholder, ask, words or Words.rest())


def sentence(reader: Reader[str]) -> Reader[str]:
    """The reader for words that people read as they were typed, full-width signs and digits among them."""
    return replace(reader, read=lambda raw, ctx: as_written(reader.read(raw, ctx)))


def posted(reader: Reader[T], words: Callable[[T], str] = str) -> Reader[T]:
    """The reader for words that others read unasked; ``words`` takes them out of a value."""
    return replace(reader, posted=words)


def number(low: int, high: int) -> Callable[[str], int | None]:
    """A function that reads a whole number from ``low`` to ``high``; None for anything else."""

    def read(raw: str) -> int | None:
        if not _WHOLE.fullmatch(said := raw.strip()) or len(said) > _MOST_DIGITS:
            return None
        value = int(said.partition(".")[0])
        return value if low <= value <= high else None

    return read


def numbered(placeholder: str, ask: Callable[[], str], most: int = 999_999_999) -> Reader[int]:
    """A reader of a whole number from one to ``most``, with or without a # before it."""
    within = number(1, most)

    def read(raw: str, _ctx: Context) -> int:
        value = within(raw.removeprefix("#"))
        if value is None:
            raise Refusal(fill("“{word}”? {ask}", word=cut(raw), ask=ask()))
        return value

    return Reader(read, placeholder, ask, known=True)


def _apart(words: str) -> list[str]:
    return [word.strip() for word in words.split(",")]


def _single_words(also: Callable[[], Mapping[E, str]]) -> Collection[str]:
    """What else is typed in one word in the languages heard, English aside, folded."""
    _english, *others = in_languages_heard(also)
    words = (word for said in others for more in said.values() for word in _apart(more))
    return {folded(word) for word in words if " " not in word}


def _words_shown(also: Callable[[], Mapping[E, str]]) -> Mapping[str, str]:
    """What the reader is shown for each member: one word, which needs no quotes; what English has too is in English."""
    with speaking(SOURCE_LANGUAGE):
        english = {word for words in also().values() for word in _apart(words)}
    found: dict[str, str] = {}
    for member, words in also().items():
        own = (word for word in _apart(words) if " " not in word and (word[1:] or word > "z"))
        word = next(own, "")
        if word and word not in english:
            found[str(member.value)] = word
    return found


def choice(
    kind: type[E],
    placeholder: str,
    ask: Callable[[], str],
    *,
    also: Callable[[], Mapping[E, str]] = dict,
    upto: int = 1,
    bare: tuple[str, ...] = (),
) -> Reader[E]:
    """A reader of one of an enum's members, by value.

    ``also`` holds more words for some members, separated by commas; ``upto`` is how many words a value may have.
    """

    def read(raw: str, _ctx: Context) -> E:
        known = {folded(str(member.value)): member for member in kind}
        for said in in_languages_heard(also):
            for member, more in said.items():
                for word in _apart(more):
                    known.setdefault(folded(word), member)
        known.pop("", None)
        if folded(raw) in known:
            return known[folded(raw)]
        # "no anwser" is like "no answer"; "reached busy" is not like "reached" but one word too many.
        close = suggest(folded(raw), [k for k in known if k.count(" ") == folded(raw).count(" ")])
        if close is not None:
            raise did_you_mean(raw, known[close].value)
        raise refuse(
            "I do not know “{word}”. It can be {choices}.",
            word=cut(raw),
            choices=one_of([str(member.value) for member in kind]),
        )

    return Reader(
        read,
        placeholder,
        ask,
        Words.upto(upto),
        bare=bare,
        also_bare=partial(_single_words, also) if bare else tuple,
        words_shown=partial(_words_shown, also),
        known=True,
    )
