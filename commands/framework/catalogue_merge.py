"""Two versions of a catalogue become one, sentence by sentence: lines mean nothing in a file that is made anew."""

from babel.messages.catalog import Catalog, Message

Name = tuple[str | None, str | tuple[str, ...]]
"""Context and English words of an entry."""


def merged(base: Catalog, ours: Catalog, theirs: Catalog) -> list[str]:
    """Put into ``ours`` what ``theirs`` changed since ``base``; the English of what both changed to different words.

    A translation that only one side has is kept. What one side dropped is dropped, unless the other changed it: which
    sentences there are is for the source to say, in the next ``update``.
    """
    was, here, there = _entries(base), _entries(ours), _entries(theirs)
    unclear = []
    for name, other in there.items():
        own, before = here.get(name), was.get(name)
        if own is None:
            if before is None or _changed(other, before):
                _add(ours, other)
        elif _words(own) == _words(other) or not _changed(other, before):
            continue
        elif not _changed(own, before):
            own.string, own.flags = other.string, set(other.flags)
        else:
            own.flags.add("fuzzy")
            own.user_comments.append(f"The other side: {' | '.join(_words(other))}")
            unclear.append(_words_of(other.id)[0])
    for name, own in here.items():
        if name in was and name not in there and not _changed(own, was[name]):
            ours.delete(own.id, own.context)
    return unclear


def _entries(catalogue: Catalog) -> dict[Name, Message]:
    return {(each.context, _key(each)): each for each in catalogue if each.id}


def _key(message: Message) -> str | tuple[str, ...]:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _changed(message: Message, before: Message | None) -> bool:
    """Whether an entry has words that it did not have; none at all are no change."""
    return any(_words(message)) and (before is None or _words(message) != _words(before))


def _words(message: Message) -> tuple[str, ...]:
    return _words_of(message.string)


def _words_of(said: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (said or "",) if said is None or isinstance(said, str) else tuple(said)


def _add(catalogue: Catalog, message: Message) -> None:
    catalogue.add(
        message.id,
        message.string,
        locations=message.locations,
        flags=message.flags,
        auto_comments=message.auto_comments,
        user_comments=message.user_comments,
        context=message.context,
    )
