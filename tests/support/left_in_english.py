"""Words that reach a reader without a translation: what of them may stay as it is, and why."""

import html
import json
import re
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import cache
from typing import Any

from babel import Locale

from bot.delivery.outgoing import outgoing
from commands.all import CATALOGUE
from commands.framework.reply import Reply
from storage.chat.outbox import ContentKind, Outgoing
from tests.support.pseudo import outside

TO_TYPE = re.compile(r"<code>.*?</code>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
FREE = re.compile(r"\b(?:area|shift|ask|issue|note)[= ](\w+)")
"""What anybody may type there is said back, whatever else it is a word for."""
WORD = re.compile(r"[^\W\d_]{2,}")

STAYS = {
    r"https?://\S+": "an address",
    r"@[\w.-]+(?::[\w.]+)?|\b(?:ana|ben|dan|eva|flo|kim|lea)\b": "people",
    r"\b[A-Z]{1,2}-\d+\b": "a handle",
    r"\b(?=[A-Z\d]*\d)[A-Z\d]{4,5}\b": "the code of a poll, a version of the rules of clocks",
    r"\b(?:Africa|America|Asia|Europe|Pacific)/\w+": "the name of a time zone",
    r"\b\d+[a-z]\b": "a version",
    r"mKq2 9fTz": "a fingerprint",
    r"\b(?:English|Deutsch|Español)\b": "languages, as they call themselves",
    r"\bUTF-8\b": "how a file is written",
    r"\bRobin Practice\b": "a name to type in the tour",
    r"\b(?:Organize|OPEIU|EWOC|PCS)\b": "organizations, as they call themselves",
    r"\b(?:Madrid|New York|Kolkata|Lisbon|Bengaluru)\b": "cities",
    r"reached, noanswer, busy, callback, wrongcontact (?:oder|o) refused": "words to type",
    r"\bUTC\b": "the same in every language",
}
"""Patterns, each with the reason why no translator is asked."""


def written(message: Outgoing) -> str:
    """Return the words of a message: of a text without what is to be typed, of a file as its readers see them."""
    if message.kind is ContentKind.PICTURE:
        return "\n".join(_strings(json.loads(message.source)))
    if message.kind is ContentKind.CALENDAR:
        return "\n".join(_shown(message.source))
    if "formatted_body" in message.content:
        return words_of(message.content["formatted_body"])
    return "\n".join(_strings(message.content))


def words_of(rich: str) -> str:
    """Return the words of a message in HTML without what is to be typed."""
    return html.unescape(TAG.sub(" ", TO_TYPE.sub(" ", rich)))


def said(reply: Reply) -> str:
    """Return everything that a reply says, in words, pictures, polls and files."""
    return "\n".join(map(written, outgoing(reply)))


def english(text: str, language: str, typed: Iterable[str]) -> list[str]:
    """Return the words of a text for a reader of ``language`` that should have been translated.

    ``typed`` is what people have typed so far: names and words of theirs are said back as they are.
    """
    rest = outside(text, language)
    for pattern in STAYS:
        rest = re.sub(pattern, " ", rest)
    for phrase in sorted(_phrases(typed), key=len, reverse=True):
        rest = re.sub(rf"(?<!\w){re.escape(phrase)}(?!\w)", " ", rest, flags=re.IGNORECASE)
    theirs = {word.casefold() for each in typed for word in WORD.findall(each)} - vocabulary()
    known = theirs | _calendar(language)
    return [word for word in WORD.findall(rest) if word.casefold() not in known]


def _phrases(typed: Iterable[str]) -> set[str]:
    """What is said back whole: quotes, values of keys, cells of lists, runs of three words or to the end."""
    found: set[str] = set()
    for each in typed:
        for part in re.findall(r"[\"“]([^\"”]+)[\"”]|\w=(\w+)", each):
            found |= {phrase for phrase in part if phrase.casefold() not in vocabulary()}
        found |= set(FREE.findall(each))
        command, *cells = re.split(r"[|?;,⏎]", each)
        found |= {cell.strip() for cell in cells}
        for words in map(str.split, (command, *cells)):
            last = len(words)
            found |= {
                " ".join(words[first:end])
                for first in range(last)
                for end in range(first + 2, last + 1)
                if end == last or end - first > 2
            }
    return found - {""}


@cache
def vocabulary() -> frozenset[str]:
    """Return English words of ours that are typed or kept: said back alone, they are to be translated."""
    typed = [
        each
        for group in CATALOGUE.groups
        for command in group.commands
        for each in (command.name, *(parameter.usage for parameter in command.parameters))
    ]
    kept = [str(each.value) for kind in _kinds(Enum) for each in kind]
    words = [word for each in (*typed, *kept) for word in WORD.findall(each)]
    return frozenset(word.casefold() for word in words if not word.isupper())


def _kinds(of: type[Enum]) -> Iterator[type[Enum]]:
    """Yield the enumerations of commands and storage: their values are typed, or kept."""
    for kind in of.__subclasses__():
        if kind.__module__.startswith(("commands.", "storage.")):
            yield kind
        yield from _kinds(kind)


@cache
def _calendar(language: str) -> frozenset[str]:
    """Return the names of days, months and countries as the language has them."""
    locale = Locale.parse(language)
    names = [
        name
        for kind in (locale.days, locale.months)
        for context in kind.values()
        for width in context.values()
        for name in width.values()
    ]
    return frozenset(
        word.casefold()
        for name in (*names, *locale.territories.values())
        for word in WORD.findall(name)
    )


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            # How a thing is drawn or shown, and the names that a protocol has for it.
            if key not in {"kind", "msgtype", "format", "id", "m.id"}:
                yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _shown(calendar: str) -> Iterator[str]:
    """Yield what a calendar shows of its entries."""
    whole = calendar.replace("\r\n ", "")
    for name, words in re.findall(r"^([A-Z-]+)(?:;[^:\n]*)?:(.*)$", whole, re.MULTILINE):
        if name in {"SUMMARY", "DESCRIPTION", "LOCATION", "X-WR-CALNAME", "COMMENT"}:
            yield words.replace("\\n", "\n").replace("\\", "")
