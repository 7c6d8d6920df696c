"""Native polls (MSC3381) on the wire: start and end as apps read them, responses as apps send them.

Apps read and send the unstable names to this day; the stable ones are taken as well.
"""

from collections.abc import Mapping, Sequence
from typing import Any

UNSTABLE = "org.matrix.msc3381.poll"
TEXT = "org.matrix.msc1767.text"

START, END = f"{UNSTABLE}.start", f"{UNSTABLE}.end"
RESPONSES = frozenset({"m.poll.response", f"{UNSTABLE}.response"})

MOST_ANSWERS = 20
"""Answers of one poll, by MSC3381."""
LONGEST_ANSWER = 255
"""Letters of an answer id that are looked at; ours are shorter."""


def start(
    question: str, answers: Sequence[tuple[str, str]], *, disclosed: bool, fallback: str
) -> dict[str, Any]:
    """The content of a poll. ``answers`` are (id, words); ``fallback`` is for apps without polls."""
    return {
        f"{UNSTABLE}.start": {
            "kind": f"{UNSTABLE}.disclosed" if disclosed else f"{UNSTABLE}.undisclosed",
            "max_selections": 1,
            "question": {TEXT: question, "body": question, "msgtype": "m.text"},
            "answers": [{"id": name, TEXT: words} for name, words in answers[:MOST_ANSWERS]],
        },
        TEXT: fallback,
        "body": fallback,
        "m.mentions": {},
    }


def type_of(content: Mapping[str, Any]) -> str:
    """The type of the event that carries this content of ours."""
    return next((kind for kind in (START, END) if kind in content), "m.room.message")


def end(poll: str, words: str) -> dict[str, Any]:
    """The content of the event that closes a poll; ``poll`` is the id of the event that opened the poll."""
    return {
        "m.relates_to": {"rel_type": "m.reference", "event_id": poll},
        f"{UNSTABLE}.end": {},
        TEXT: words,
    }


def selections(kind: object, content: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The answer ids in a response; None where this is no response at all.

    Which poll it belongs to is not asked: the ids say it, and the relation is not authenticated.
    """
    if not isinstance(kind, str) or kind not in RESPONSES:
        return None
    unstable = content.get(f"{UNSTABLE}.response")
    found = unstable.get("answers") if isinstance(unstable, dict) else content.get("m.selections")
    if not isinstance(found, list) or len(found) > MOST_ANSWERS:
        return None
    ids = tuple(each for each in found if isinstance(each, str) and len(each) <= LONGEST_ANSWER)
    return ids if len(ids) == len(found) else None
