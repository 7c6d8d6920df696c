"""Cutting a line into words, with quotes in whatever form a phone typed them. Pure."""

import re
from collections.abc import Iterator
from dataclasses import replace

from commands.framework.errors import cut, refuse
from commands.framework.mentions import MARK, MENTION, mention, shown
from commands.framework.reply import Code
from storage.core.lazy_dataclass import dataclass

_DOUBLE = '"“”„‟«»'
_SINGLE = "'‘’‚‛‹›"
_DASHES = "-–—―−"
QUOTE = "\x1f"
"""Stands around each quoted word where a list becomes one text: no cleaned line contains it."""

_PARTICLE = re.compile(r"['’‘][tTsSnN](?=[\s-])")
"""How Dutch last names begin: 't Hooft, 's Gravesande. No quote opens there."""
_KEY = re.compile(r"([^\W\d]\w*)=")
_UNMARKED = re.compile(rf"[^\s{MARK}]*")
_BLANK = re.compile(r"\s*")
_PLAIN = re.compile(rf"\s*+([^\s{MARK}={_DOUBLE}{_SINGLE}]++)(?!\S)")
"""A word that can be nothing else, as most are: no key, quote or person stands in it."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word, or several in quotes."""

    text: str
    quoted: bool = False
    key: str | None = None
    """What stood before an equals sign, lower case."""
    after: "Word | None" = None
    """The unquoted ``key=value`` right before, if this word may belong to its value."""
    person: str | None = None
    """Whom it is the name of, where an app said so; it is then one word, however many it shows."""

    @property
    def marked(self) -> str:
        """The word's text, with the mention of the person whose name it is."""
        return self.text if self.person is None else mention(self.person, self.text)

    @property
    def whole(self) -> bool:
        """Whether the word is quoted or a person's name, so that its parts are never split or joined."""
        return self.quoted or self.person is not None

    @property
    def flag(self) -> str | None:
        """The name of a flag like ``--yes``, also behind the long dash phones make of two hyphens; else None."""
        if self.whole or self.key is not None or self.text[:1] not in _DASHES:
            return None
        bare = self.text.lstrip(_DASHES)
        dashes = self.text[: len(self.text) - len(bare)]
        long = len(dashes) >= 2 or dashes not in {"", "-"}
        return bare.lower() if long and bare[:1].isalpha() else None


def split(text: str) -> list[Word]:
    """The words of a cleaned line. Raises Refusal for a quote that is never closed."""
    return list(each_word(text))


def each_word(text: str) -> Iterator[Word]:
    """The words of a cleaned line, cut as they are asked for. Raises Refusal as ``split`` does."""
    at = 0
    while True:
        if plain := _PLAIN.match(text, at):
            yield Word(plain[1])
            at = plain.end()
            continue
        at = _behind(_BLANK, text, at)
        if at == len(text):
            return
        key = _KEY.match(text, at)
        start = at if key is None else key.end()
        name = None if key is None else key.group(1).lower()
        opens = text[start : start + 1] and text[start] in _DOUBLE + _SINGLE
        if opens and not _PARTICLE.match(text, start):
            value, at = _quoted(text, start)
            yield _named(Word(value, quoted=True, key=name))
        else:
            at = _end_of_word(text, start)
            word = text[start:at]
            if word[-1:] in _DOUBLE and sum(char in _DOUBLE for char in word) == 1 < len(word):
                raise refuse(
                    "A quote closes after {where} and never opens. Put one more where it begins.",
                    where=Code(cut(word)),
                )
            yield _named(Word(word, key=name))


def _behind(signs: re.Pattern[str], text: str, at: int) -> int:
    """Where reading goes on behind signs of a kind, of which there may be none."""
    found = signs.match(text, at)
    return at if found is None else found.end()


def _named(word: Word) -> Word:
    """The word without marks, and with the person it is the name of if it is nothing more."""
    if MARK not in word.text:
        return word
    found = MENTION.search(word.text)
    if found is None:
        return word
    around = word.text[: found.start()] + word.text[found.end() :]
    alone = not any(char.isalnum() or char in MARK + "'’" for char in around)
    # Apps put a colon behind a name with which a message begins.
    return replace(word, text=shown(word.text).rstrip(":"), person=found[1] if alone else None)


def _end_of_word(text: str, start: int) -> int:
    end = _behind(_UNMARKED, text, start)
    names = 0
    while end < len(text) and not text[end].isspace():
        name = MENTION.match(text, end) if text[end] == MARK else None
        if name is not None and names:
            # The next person is a word of their own: "@ana,@ben".
            break
        names += name is not None
        end = end + 1 if name is None else name.end()
    return end


def _quoted(text: str, start: int) -> tuple[str, int]:
    """What the quote at ``start`` holds, and where reading goes on."""
    single = text[start] in _SINGLE
    closers = _SINGLE if single else _DOUBLE
    taken: list[str] = []
    at = start + 1
    while at < len(text):
        char = text[at]
        if char == "\\" and text[at + 1 : at + 2] in _DOUBLE + _SINGLE and at + 1 < len(text):
            taken.append(text[at + 1])
            at += 2
            continue
        # In 'Conor O'Brien' the apostrophe does not close: no space follows.
        if char in closers and (not single or text[at + 1 : at + 2] in {"", " "}):
            return "".join(taken).strip(), at + 1
        taken.append(char)
        at += 1
    raise refuse(
        "A quote opens at {where} and is never closed. Put one more {quote} where it ends.",
        where=Code(cut(text[start:])),
        quote="'" if single else '"',
    )
