"""Text and circumstances -> a Request or a Refusal. Pure and total: no text makes it raise."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from commands.framework.as_typed import apart, kept
from commands.framework.catalogue import Catalogue, UnknownCommand
from commands.framework.clean import clean, straighten
from commands.framework.context import Context, Place
from commands.framework.errors import Refusal, Unfinished, cut, refuse
from commands.framework.fit import fit
from commands.framework.i18n import one_of
from commands.framework.language_names import fold, keys_heard
from commands.framework.mentions import by_address, shown
from commands.framework.reply import Code
from commands.framework.request import NOTHING_BELOW, NotRead, Request
from commands.framework.shown_names import shown_key
from commands.framework.spec import Command, Parameter
from commands.framework.suggest import suggest
from commands.framework.values import Pasted
from commands.framework.words import Word, split
from storage.names import folded

__all__ = ["NotRead", "Request", "bind", "parse"]

BEGINNING = 80
"""Letters of an unreadable line that tell which command was meant."""

ALSO_CALLED = {
    "team": "area",
    "dept": "area",
    "department": "area",
    "rating": "rate",
    "followup": "next",
    "when": "next",
    "topic": "issue",
    "zone": "tz",
    "timezone": "tz",
    "city": "tz",
}
"""Other words for keys, taken where the command has the key and not the word."""

ALSO_WHERE_AS_TYPED = {"until": "closes", "deadline": "closes", "close": "closes", "ends": "closes"}
"""Other words for keys, in commands that take their words as they are typed."""

_ENDS = ".,;:!?。、"
"""What ends a sentence, and a command that is typed like one."""


def parse(text: str, ctx: Context, catalogue: Catalogue) -> Request | NotRead:
    """Parse a text into a Request; NotRead when nobody can tell what it asks for."""
    text, below = _taken_apart(text, ctx, catalogue)
    try:
        begun = [Word(word) for word in straighten(shown(text)[:BEGINNING]).split()]
        found = _found(begun, ctx, catalogue)
        as_typed = None if found is None else _as_typed(shown(text), begun, *found)
        words = [] if as_typed else _without_mark(split(clean(text)))
    except Refusal as refusal:
        return _guess(refusal, text, ctx, catalogue)
    try:
        known = as_typed or (found if words == begun else None)
        command, rest = known or catalogue.find(words, ctx.role)
    except UnknownCommand as unknown:
        return NotRead(unknown, unknown.meant)
    if rest or below.text.strip():
        command = catalogue.with_more(command)
    try:
        return Request(command, _bind_as_meant(command, rest, ctx), below)
    except Refusal as refusal:
        if isinstance(refusal, Unfinished):
            asking = _asking(command, rest, ctx, catalogue)
            if asking is not None:
                return asking
        # In a room an address stays one person's; elsewhere the name may be a contact's.
        copied = by_address(text) if ctx.place is Place.ROOM else shown(text)
        told = refusal.to_copy(copied.strip()).with_example(command.example)
        return NotRead(told, command, certain=True)


def _asking(
    command: Command, words: Sequence[Word], ctx: Context, catalogue: Catalogue
) -> Request | None:
    """The command that asks for the rest, if there is one and the words so far will do for it."""
    guided = None if catalogue.guide is None else catalogue.guide.begins.get(command)
    if guided is None or _is_what_is_missing(command, words, ctx):
        return None
    try:
        return Request(guided, bind(guided, words, ctx))
    except Refusal:
        return None


def _is_what_is_missing(command: Command, words: Sequence[Word], ctx: Context) -> bool:
    """``!1on1 log reached`` lacks the person, not the outcome."""
    last = [p.reader for p in command.positional() if p.required][-1]
    try:
        return last is not None and last.read(" ".join(w.text for w in words), ctx) is not None
    except Refusal:
        return False


def _taken_apart(text: str, ctx: Context, catalogue: Catalogue) -> tuple[str, Pasted]:
    """A command and the lines under it, if it is one that takes a list with them."""
    first, newline, below = text.lstrip().partition("\n")
    if newline:
        try:
            command, _rest = catalogue.find(_without_mark(split(clean(first))), ctx.role)
        except Refusal:
            return text, NOTHING_BELOW
        if Pasted in catalogue.with_more(command).facts.values():
            return first, Pasted(shown(below))
    return text, NOTHING_BELOW


def _found(
    begun: list[Word], ctx: Context, catalogue: Catalogue
) -> tuple[Command, list[Word]] | None:
    """The command that the words name in which a line begins, and those after it; None where they name none."""
    try:
        return catalogue.find(_without_mark(begun), ctx.role)
    except Refusal:
        return None


def _as_typed(
    text: str, begun: Sequence[Word], command: Command, rest: Sequence[Word]
) -> tuple[Command, list[Word]] | None:
    """A command that takes its words as they are typed, with them; None for every other one."""
    if not any(p.as_typed for p in command.positional()):
        return None
    body, keys = kept(text, len(begun) - len(rest)), command.keyed()
    return command, apart(body, keys, ALSO_WHERE_AS_TYPED, keys_heard(keys))


def _guess(refusal: Refusal, text: str, ctx: Context, catalogue: Catalogue) -> NotRead:
    """The refusal of a line that cannot be read as a whole, with the command that was meant."""
    try:
        begun = _without_mark([Word(word) for word in straighten(text[:BEGINNING]).split()])
        command, _rest = catalogue.find(begun, ctx.role)
    except UnknownCommand as unknown:
        return NotRead(refusal, unknown.meant)
    except Refusal:
        return NotRead(refusal, None)
    return NotRead(refusal.with_example(command.example), command)


def _without_mark(words: list[Word]) -> list[Word]:
    """The words without the "!" that begins a command, if it stands alone."""
    rest = words[1:] if words and words[0].text.strip("!") == "" and not words[0].key else words
    if not rest:
        raise refuse("{help} lists what I can do.", help=Code("!help"))
    return rest


def bind(command: Command, words: Sequence[Word], ctx: Context) -> dict[str, object]:
    """The typed words as the function's arguments. Raises Refusal."""
    keyed, flags, plain = _sort(command, _join_spaced_keys(command, _renamed(command, words)))
    values: dict[str, object] = {}
    for parameter in command.keyed().values():
        if parameter.reader is None:
            values[parameter.name] = parameter.key in flags
        elif parameter.key in keyed:
            values[parameter.name] = _keyed_value(parameter, keyed[parameter.key], ctx)
        elif parameter.reader.bare:
            plain = _take_bare(parameter, plain, values, ctx)
    try:
        values |= fit(command.positional(), plain, ctx)
    except Refusal as refusal:
        raise _missing_equals(command, plain) or refusal from None
    for parameter in command.keyed().values():
        if parameter.required and parameter.reader and parameter.name not in values:
            raise refuse(
                "{question} Add {key}=",
                question=parameter.reader.ask(),
                key=shown_key(parameter.key),
            )
    return values


def _bind_as_meant(command: Command, words: Sequence[Word], ctx: Context) -> dict[str, object]:
    """The arguments; the sign that ends a sentence is left out where nothing can be read with it."""
    try:
        return bind(command, words, ctx)
    except Refusal:
        ended = _without_end(words)
        if ended is None:
            raise
        try:
            return bind(command, ended, ctx)
        except Refusal:
            pass
        raise


def _without_end(words: Sequence[Word]) -> list[Word] | None:
    """The words without the signs at the end; None where there are none to leave out."""
    last = words[-1] if words else None
    if last is None or last.whole or last.key is not None or last.text[-1:] not in _ENDS:
        return None
    bare = last.text.rstrip(_ENDS)
    return [*words[:-1], replace(last, text=bare)] if bare else list(words[:-1])


def _missing_equals(command: Command, words: Sequence[Word]) -> Refusal | None:
    """``rate 2`` and ``rate:2`` are meant as ``rate=2``."""
    keys = [key for key, p in command.keyed().items() if p.reader is not None]
    meant = keys_heard(keys) | {key: key for key in keys}
    for at, word in enumerate(words):
        said, colon, value = word.text.partition(":")
        key = None if word.quoted else meant.get(said.lower(), meant.get(fold(said)))
        if key is None:
            continue
        following = value or " ".join(w.text for w in words[at + 1 : at + 2])
        if colon or following:
            better = f"{key}={following or '…'}"
            return refuse("Write {better}, with an equals sign.", better=Code(cut(better)))
    return None


def _renamed(command: Command, words: Sequence[Word]) -> list[Word]:
    keys = command.keyed()
    return [
        replace(word, key=ALSO_CALLED[word.key])
        if word.key in ALSO_CALLED and word.key not in keys and ALSO_CALLED[word.key] in keys
        else word
        for word in words
    ]


def _join_spaced_keys(command: Command, words: Sequence[Word]) -> list[Word]:
    """``rate= 2`` and ``rate = 2`` are what a phone's keyboard makes of ``rate=2``."""
    keys = command.keyed()
    joined: list[Word] = []
    for word in words:
        last = joined[-1] if joined else None
        if last is not None and word.key is None:
            if last.key in keys and not last.text and not last.quoted:
                joined[-1] = replace(word, key=last.key)
                continue
            if (
                not word.quoted
                and word.text.startswith("=")
                and not last.quoted
                and last.key is None
                and last.text.lower() in keys
            ):
                joined[-1] = Word(word.text[1:], key=last.text.lower())
                continue
        joined.append(word)
    return joined


def _sort(command: Command, words: Sequence[Word]) -> tuple[dict[str, Word], set[str], list[Word]]:
    """The words as (by key, flags, the rest in order)."""
    known = command.keyed()
    open_ended = any(p.open_ended for p in command.positional())
    keyed: dict[str, Word] = {}
    flags: set[str] = set()
    plain: list[Word] = []
    before: Word | None = None
    for word in words:
        if word.flag is not None:
            flags.add(_known_flag(word.flag, known))
        elif word.key is None:
            after = before if _could_go_on(before, known) and not word.quoted else None
            plain.append(word if after is None else replace(word, after=after))
        elif word.key in known and known[word.key].reader is not None:
            if word.key in keyed:
                raise refuse("{key}= is there twice; once is enough.", key=shown_key(word.key))
            keyed[word.key] = word
        else:
            plain.append(_unknown_key(word, known, open_ended=open_ended))
        before = word
    return keyed, flags, plain


def _could_go_on(before: Word | None, known: Mapping[str, Parameter]) -> bool:
    """Whether a word after this one may belong to it: ``issue=on call``."""
    if before is None or before.quoted or before.key is None or before.key not in known:
        return False
    return known[before.key].free


def _known_flag(flag: str, known: Mapping[str, Parameter]) -> str:
    if flag in known and known[flag].reader is None:
        return flag
    if flag.partition("=")[0] in known:
        key = flag.partition("=")[0]
        raise refuse("No dashes before {key}: {better}", key=shown_key(key), better=Code(flag))
    flags = [key for key, p in known.items() if p.reader is None]
    close = _near(flag, flags)
    if close is not None:
        raise refuse(
            "I do not know --{flag}. Did you mean {close}?",
            flag=cut(flag),
            close=Code(f"--{close}"),
        )
    if flags:
        raise refuse(
            "I do not know --{flag} here, only {flags}.",
            flag=cut(flag),
            flags=one_of([f"--{shown_key(known)}" for known in flags]),
        )
    raise refuse("I do not know --{flag} here.", flag=cut(flag))


def _unknown_key(word: Word, known: Mapping[str, Parameter], *, open_ended: bool) -> Word:
    keys = [key for key, p in known.items() if p.reader is not None]
    close = _near(word.key or "", keys)
    if close is not None:
        raise refuse(
            "I do not know {key}=. Did you mean {close}=?",
            key=cut(word.key or ""),
            close=shown_key(close),
        )
    if open_ended and not word.quoted:
        return Word(f"{word.key}={word.text}")
    if not keys:
        raise refuse("I do not know {key}= here.", key=cut(word.key or ""))
    raise refuse(
        "I do not know {key}= here. It can be {keys}.",
        key=cut(word.key or ""),
        keys=one_of([f"{shown_key(key)}=" for key in keys]),
    )


def _near(typed: str, keys: Sequence[str]) -> str | None:
    """The key that is nearest to what was typed, in English or another language heard."""
    close = suggest(typed, keys)
    if close is not None:
        return close
    heard = keys_heard(keys)
    close = suggest(fold(typed), heard)
    return None if close is None else heard[close]


def _keyed_value(parameter: Parameter, word: Word, ctx: Context) -> object:
    if parameter.reader is None or not word.text:
        raise refuse("{key}= is empty.", key=shown_key(parameter.key))
    try:
        raw = parameter.joined([word])
        return parameter.reader.read(raw, ctx)
    except Refusal as refusal:
        raise refusal.to_copy(f"{parameter.key}={word.text}") from None


def _take_bare(
    parameter: Parameter, words: list[Word], values: dict[str, object], ctx: Context
) -> list[Word]:
    """Read a value that may stand anywhere without its key; the other words remain."""
    if parameter.reader is None:
        return words
    known, heard = parameter.reader.bare, parameter.reader.also_bare()
    bare = [
        w for w in words if not w.whole and (w.text.lower() in known or folded(w.text) in heard)
    ]
    meant = list(dict.fromkeys(parameter.reader.read(w.text, ctx) for w in bare))
    if len(meant) > 1:
        raise refuse("Type only one of {choices}.", choices=one_of(known))
    if meant:
        values[parameter.name] = meant[0]
    return [w for w in words if w not in bare]
