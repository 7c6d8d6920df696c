"""The words a person said with a message, out of what their app made of it. Pure and total.

Pure and total.

Apps put a quote before an answer, names where people were meant, a star before an edit, the bot's
own name in front, and a caption beside a file. Everything else in the bot reads what comes out of
here. Whom a name means is taken from links and `m.mentions`, which an app makes out of its user's
choice; the words tell only where in the line it stood.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from bot.matrix.links import Anchor, anchors_in, person_in
from bot.matrix.rooms import Room, is_user_id
from commands.framework.mentions import MARK, MENTION, addressed, mention
from storage.core.lazy_dataclass import dataclass
from storage.core.lazy_pattern import lazy_pattern

LONGEST_ID = 255
"""Characters of an event id that are kept."""

MOST_MENTIONS = 50
"""People in one message that are looked for."""

LONGEST_LINE = 4_096
"""Characters at the beginning in which people are looked for: a command is no longer, and a list under
one names contacts, not members.
"""

LONGEST_NAME = 255
"""Characters of what somebody calls themselves; nobody types a longer one."""

PRODUCT = "steward"
"""The bot greets with this name, whatever its account is called."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What a message belongs to, as its app says. The homeserver may have made it up: routing only."""

    thread: str = ""
    """The first message of its thread; empty outside of threads."""
    answers: bool = False
    """Whether it answers another message."""
    replaces: str = ""
    """The message it is another version of."""
    edits: bool = False
    to_us: bool = False
    """Whether it answers a message of the bot's, as far as its app says."""


NO_RELATION = Relation()
_RELATING = frozenset({"m.relates_to", "m.new_content"})


def relation_of(inner: Mapping[str, Any], envelope: Mapping[str, Any]) -> Relation:
    """What a message belongs to: some apps say so inside, some only on the envelope."""
    if not (_RELATING & (inner.keys() | envelope.keys())):
        return NO_RELATION
    said = [each for each in (inner.get("m.relates_to"), envelope.get("m.relates_to")) if each]
    known = [each for each in said if isinstance(each, dict)]
    fresh = inner.get("m.new_content")
    replacing = [each for each in known if each.get("rel_type") == "m.replace"]
    if isinstance(fresh, dict) and isinstance(fresh.get("m.relates_to"), dict):
        # An edit names its thread in the new version.
        known.append(fresh["m.relates_to"])
    threads = [_event_id(each) for each in known if each.get("rel_type") == "m.thread"]
    return Relation(
        thread=next(filter(None, threads), ""),
        answers=any(isinstance(each.get("m.in_reply_to"), dict) for each in known),
        replaces=next(filter(None, map(_event_id, replacing)), ""),
        edits=bool(replacing) or "m.new_content" in inner or "m.new_content" in envelope,
    )


def answers_us(content: Mapping[str, Any], relation: Relation, own: str) -> bool:
    """Whether a message answers one of the bot's: apps mention whom they answer, or quote them."""
    body = content.get("body")
    quotes = isinstance(body, str) and body.startswith(f"> <{own}>")
    return relation.answers and (quotes or own in _mentioned(content))


def routing(content: Mapping[str, Any]) -> dict[str, Any]:
    """The part of an envelope's relation that says where a message belongs, and no word more."""
    relation = content.get("m.relates_to")
    if "m.new_content" in content:
        return {"m.relates_to": {"rel_type": "m.replace"}}
    if not isinstance(relation, dict):
        return {}
    kept: dict[str, Any] = {}
    if relation.get("rel_type") in ("m.replace", "m.thread"):
        kept |= {"rel_type": relation["rel_type"], "event_id": _event_id(relation)}
    if isinstance(relation.get("m.in_reply_to"), dict):
        kept["m.in_reply_to"] = {}
    return {"m.relates_to": kept} if kept else {}


def said_in(
    content: Mapping[str, Any], words: str, relation: Relation, room: Room, own: str
) -> str:
    """What was said with a message whose body, or caption, is ``words``.

    People are in it as mentions (commands/framework/mentions.py). ``content`` is what was decrypted.
    """
    if relation.edits:
        fresh = content.get("m.new_content")
        if isinstance(fresh, dict) and isinstance(fresh.get("body"), str):
            content, words = fresh, fresh["body"]
        else:
            # What apps show who cannot edit.
            words = words.removeprefix("* ")
    # Whoever sends the mark itself sends a control character, which is refused.
    words = words.replace(MARK, "\x01").replace("\r\n", "\n").replace("\r", "\n")
    if relation.answers:
        words = _without_quote(words)
    line, rest = words[:LONGEST_LINE], words[LONGEST_LINE:]
    line = _with_people(line, content, room, own, answers=relation.answers)
    return _addressed(_unwrapped(line + rest), room, own)


def _event_id(relation: Mapping[str, Any]) -> str:
    found = relation.get("event_id")
    fits = isinstance(found, str) and found.startswith("$") and len(found) <= LONGEST_ID
    return str(found) if fits else ""


# -- the quote before an answer --------------------------------------------------------------------

_QUOTES = lazy_pattern(r">\s?(?:\*\s?)?<")
"""How the fallback begins that apps put in front until version 1.13 of the specification."""


def _without_quote(body: str) -> str:
    """The answer without the lines it answers to; some apps quote a quote."""
    lines = body.split("\n")
    first = 0
    while first < len(lines) and _QUOTES.match(lines[first]):
        while first < len(lines) and lines[first].startswith(">"):
            first += 1
        while first < len(lines) and not lines[first]:
            first += 1
    return "\n".join(lines[first:])


# -- people ------------------------------------------------------------------------------------------

_MARKDOWN = lazy_pattern(
    # Names may have brackets of their own, which some apps escape and some do not.
    r"\[((?:[^\[\]\\\n]|\\.|\[[^\[\]\\\n]{0,80}\]){0,200})\]\(<?([^\s()<>]{1,400})>?\)"
)
_ADDRESS = lazy_pattern(
    r"(?<![\w/(<@])(?:https?://(?:www\.)?matrix\.to/#/(?:@|%40)|matrix:u/)[^\s<>()\[\]|,;]{1,400}",
    re.IGNORECASE,
)
_SLASHED = lazy_pattern(r"\\(.)")
_TAG = lazy_pattern(r"#\d{1,6}\b")
"""What some apps put behind one of two equal names: "@Ben#1234"."""


def _with_people(
    body: str, content: Mapping[str, Any], room: Room, own: str, *, answers: bool
) -> str:
    """The words with a mention wherever the app says that somebody is meant."""
    if "](" in body:
        body = _MARKDOWN.sub(_linked, body)
    if "/" in body:
        body = _ADDRESS.sub(_bare, body)
    done = Counter(found[1] for found in MENTION.finditer(body)) if MARK in body else Counter[str]()
    at = 0
    anchors = anchors_in(content)[:MOST_MENTIONS]
    for anchor in anchors:
        if done[anchor.user]:
            done[anchor.user] -= 1
            continue
        body, at = _placed(body, anchor, at)
    linked = {anchor.user for anchor in anchors}
    named = [user for user in _mentioned(content) if user not in linked and user != own]
    # Apps mention whomever one answers as well, whatever the words are about.
    return _by_name(body, named, room, chosen_alone=answers)


def _linked(found: re.Match[str]) -> str:
    user = person_in(found[2])
    return found[0] if user is None else mention(user, _name(_SLASHED.sub(r"\1", found[1])))


def _bare(found: re.Match[str]) -> str:
    link = found[0].rstrip(".:!?")
    user = person_in(link)
    return found[0] if user is None else mention(user, user) + found[0][len(link) :]


def _name(words: str) -> str:
    """The words of a link as a name: some apps put the @ into it."""
    return words if is_user_id(words) else words.lstrip("@")


def _placed(body: str, anchor: Anchor, at: int) -> tuple[str, int]:
    """A mention where the words of the anchor stand, and where the next one may; or no change."""
    name = _name(anchor.words)
    # A link without words stands nowhere.
    shown = (f"@[{name}]", f"@{name}", anchor.words, name) if name else ()
    for words in (*shown[:3], anchor.user, *shown[3:]):
        # As often as it stands before the link in the markup, it stands before it in the body.
        found = at
        for _again in range(anchor.before.count(words) + 1):
            found = body.find(words, found if found == at else found + len(words))
            if found < 0:
                break
        if found >= 0:
            marked = mention(anchor.user, name)
            end = found + len(words)
            tag = _TAG.match(body, end) if words.startswith("@") else None
            return _put(body, found, end if tag is None else tag.end(), marked), found + len(marked)
    return body, at


def _put(body: str, start: int, end: int, marked: str) -> str:
    """Names stand apart even where a script has no blanks; "Ben's" stays one word."""
    before = " " if body[start - 1 : start].isalnum() and start else ""
    after = " " if body[end : end + 1].isalnum() else ""
    return body[:start] + before + marked + after + body[end:]


def _mentioned(content: Mapping[str, Any]) -> list[str]:
    mentions = content.get("m.mentions")
    users = mentions.get("user_ids") if isinstance(mentions, dict) else None
    found = users[:MOST_MENTIONS] if isinstance(users, list) else []
    return list(dict.fromkeys(user for user in found if is_user_id(user)))


def _by_name(body: str, users: Collection[str], room: Room, *, chosen_alone: bool) -> str:
    """Mentions without a link: where the name stands that somebody goes by, if it is theirs alone.

    ``chosen_alone``: only where it is written as an app writes whom its user chose from a list.
    """
    if not users:
        return body
    names = Counter(room.names.get(user, "").casefold() for user in room.members)
    for user in users:
        name = room.names.get(user, "")
        known = re.escape(name)
        forms = [] if chosen_alone else [rf"@{re.escape(_local(user))}"]
        if len("Jo") <= len(name) <= LONGEST_NAME and names[name.casefold()] == 1:
            forms = [rf"@\[{known}\]", *([] if chosen_alone else [rf"@?{known}"]), *forms]
        if not forms:
            continue
        place = re.search(
            rf"(?<![\w{MARK}])(?:{'|'.join(forms)})(?:{_TAG.pattern})?(?![\w:])", body
        )
        if place is not None and not _within_mention(body, place.start()):
            body = _put(body, place.start(), place.end(), mention(user, name or _local(user)))
    return body


def _within_mention(body: str, at: int) -> bool:
    return any(found.start() <= at < found.end() for found in MENTION.finditer(body))


# -- what stands around it ---------------------------------------------------------------------------

_WRAPPED = lazy_pattern(
    r"(?:```\w*\s*(?P<block>![^`]+)```|(?P<mark>`{1,3}|\*{1,3}|_{1,3}|~~)(?P<text>!.+?)(?P=mark)"
    r"|[\"“„«](?P<said>![^\"“”«»]+)[\"”“»]|(?:[-*•·]|\d{1,2}[.)])\s+(?P<item>!.+))",
    re.DOTALL,
)


def _unwrapped(text: str) -> str:
    """A command that was copied with the marks of code, in bold, in quotes, or as an item of a list."""
    bare = text.strip()
    # Most are commands, and no mark begins so.
    found = None if bare.startswith("!") else _WRAPPED.fullmatch(bare)
    if found is None:
        return text
    inner = next(filter(None, found.group("block", "text", "said", "item"))).strip()
    return text if "\n" in inner and found["block"] is None else inner


def _addressed(text: str, room: Room, own: str) -> str:
    """The text, marked as said to the bot if it begins with a name of the bot, which is left out."""
    said = text.lstrip()
    called = room.names.get(own, "")
    if said.startswith("!") and not _local(own).startswith("!") and not called.startswith("!"):
        # A command, as most lines are: neither a name nor a mention begins so.
        return text
    pill = MENTION.match(said)
    if pill is not None:
        return _to_us(said, said[pill.end() :].lstrip(" \t,:;")) if pill[1] == own else text
    names = {own, "@" + _local(own), _local(own), called, PRODUCT} - {""}
    if any(_goes_by(room, user, PRODUCT) for user in room.members if user != own):
        names.discard(PRODUCT)
    for name in sorted(names, key=len, reverse=True):
        for spelled in (name, f"@{name}"):
            if said[: len(spelled)].casefold() != spelled.casefold():
                continue
            rest = said[len(spelled) :]
            bare = rest.lstrip()
            # Without a comma, "Steward is slow" is about it, not to it; "@steward" is a call.
            is_call = spelled.startswith("@") and rest != bare and bool(bare)
            if (
                is_call
                or bare[:1] in {":", ",", "，", "："}
                or (rest != bare and bare[:1] in {"!", "！"})
            ):
                return _to_us(said, bare.lstrip(" \t,:;，："))
    return text


def _to_us(said: str, rest: str) -> str:
    return addressed(said[: len(said) - len(rest)], rest)


def _local(user: str) -> str:
    return user.partition(":")[0].removeprefix("@")


def _goes_by(room: Room, user: str, name: str) -> bool:
    return name in {_local(user).casefold(), room.names.get(user, "").casefold()}
