"""Words about two records that may be one person: side by side, merged, apart."""

from collections.abc import Sequence

from commands.contacts.rules import ContactStanding, likeness
from commands.framework.context import Context
from commands.framework.i18n import _, a_time, joined, ngettext
from commands.framework.reply import (
    Audience,
    Code,
    Line,
    Reply,
    Strong,
    fill,
    in_each_language,
    line,
    listed,
    plural,
    reply,
    say,
)
from commands.shared.wording import a_place, label, mark_words, rated_words, short
from storage.contacts.merges import Merge, Pair, RecordAmounts
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Contact, UserId
from storage.structure_tests.model import Mark

Meant = tuple[str, Contact]
"""A handle as it was typed, and the other record that it is part of by now."""


@dataclass(frozen=True, slots=True)
class MergeSide:
    """One of the two records."""

    contact: Contact
    names: tuple[str, ...]
    standing: ContactStanding
    tally: RecordAmounts

    @property
    def place(self) -> str:
        """The area and shift of the contact, in words."""
        return a_place(self.contact.area, self.contact.shift)

    @property
    def organizer(self) -> str:
        """The organizer of the contact, as the committee calls them."""
        return organizer_of(self.contact)


def organizer_of(contact: Contact) -> str:
    """The organizer of a contact, as the committee calls them."""
    return _("unassigned") if contact.organizer is None else short(contact.organizer)


@in_each_language
def goes_to(kept: Contact, dropped: Contact, losing: UserId) -> Reply:
    """Tell an organizer that their record became part of another organizer's."""
    told = line(
        "Your contact {dropped} is now part of {kept}, assigned to {organizer}: the "
        "two are one person.",
        dropped=dropped.handle,
        kept=Strong(kept.handle),
        organizer=organizer_of(kept),
    )
    return reply(told, audience=Audience.NAMED, to=(losing,))


def preview(
    kept: MergeSide,
    dropped: MergeSide,
    ctx: Context,
    tests: Sequence[tuple[str, Mark, Mark]] = (),
    meant: Sequence[Meant] = (),
) -> Reply:
    """Show what would stay of each record, and what would not; nothing is stored yet."""
    handles = (kept.contact.handle, dropped.contact.handle)
    head = line(
        "{dropped} would go into {kept}. Nothing is saved yet.",
        dropped=Strong(label(dropped.contact)),
        kept=Strong(label(kept.contact)),
    )
    rows = [
        _name(kept, dropped),
        _one_of_two(_("Place"), kept.place, dropped.place, empty=_("no area")),
        _one_of_two(_("Organizer"), kept.organizer, dropped.organizer, empty=_("unassigned")),
        _ratings(kept, dropped, ctx),
        line(
            "Talks {talks} + {more_talks}, open follow-ups {tasks} + {more_tasks}: all stay",
            talks=kept.tally.talks,
            more_talks=dropped.tally.talks,
            tasks=kept.tally.follow_ups,
            more_tasks=dropped.tally.follow_ups,
        ),
        *(_in_test(*each) for each in tests),
    ]
    is_about = _("{handle} is part of {record} now: this is about {record}.")
    do_it = line("If they are one person: {merge}", merge=Code(f"!merge {' '.join(handles)} --yes"))
    return reply(head, *_each(meant, is_about), listed(rows), do_it)


def _each(meant: Sequence[Meant], words: str) -> list[Line]:
    return [fill(words, handle=handle, record=record.handle) for handle, record in meant]


def _in_test(name: str, one: Mark, other: Mark) -> Line:
    """Show how two marks of one person in a test count: once, as the higher mark."""
    stands = max(one, other, key=lambda mark: mark.value)
    return line(
        "{test}: “{one}” and “{other}”: counts once, as “{stands}”",
        test=name,
        one=mark_words(one),
        other=mark_words(other),
        stands=mark_words(stands),
    )


def _name(kept: MergeSide, dropped: MergeSide) -> Line:
    others = [n for n in (*kept.names, *dropped.names) if n != kept.contact.name]
    if not others:
        return line("Name: {name}", name=kept.contact.name)
    return line(
        "Name: {name}, also found as {others}",
        name=kept.contact.name,
        others=joined(dict.fromkeys(others)),
    )


def _one_of_two(what: str, kept: str, dropped: str, *, empty: str) -> Line:
    if kept == dropped:
        return line("{what}: {kept}", what=what, kept=kept)
    if kept == empty:
        kept, dropped = dropped, kept
    if dropped == empty:
        return line("{what}: {kept}", what=what, kept=kept)
    return line("{what}: {kept}, not {dropped}", what=what, kept=kept, dropped=dropped)


def _ratings(kept: MergeSide, dropped: MergeSide, ctx: Context) -> Line:
    given = [side.standing.current for side in (kept, dropped)]
    words = " | ".join(_("not assessed") if r is None else rated_words(r, ctx) for r in given)
    return line("Ratings: {ratings}", ratings=words)


def merged(kept: Contact, dropped: Contact, days: int, meant: Sequence[Meant] = ()) -> Reply:
    """Confirm a merge; a handle inside another record says with which."""
    joined = _("{handle} is part of {record} now: merged with {record}.")
    return reply(
        *_each(meant, joined),
        line(
            "{dropped} is now part of {kept}; both handles find them.",
            dropped=dropped.handle,
            kept=Strong(label(kept)),
        ),
        line(
            "{unmerge} takes them apart for {days} days.",
            unmerge=Code(f"!unmerge {kept.handle}"),
            days=days,
        ),
    )


def joined_by(contact: Contact, merge: Merge, ctx: Context) -> Reply:
    """The preview of taking another's merge apart."""
    words = line(
        "{who} merged M-{dropped} with {contact} at {when}. To take them apart: {yes}",
        who=short(merge.entry.author),
        dropped=str(merge.dropped_number),
        contact=Strong(contact.handle),
        when=a_time(merge.entry.at, ctx.clock),
        yes=Code(f"!unmerge M-{merge.dropped_number} --yes"),
    )
    return reply(words)


def apart(both: Sequence[Contact]) -> Reply:
    """Confirm that a merge was taken back."""
    names = _(" and ").join(label(contact) for contact in both)
    return reply(
        line("Apart again: {names}.", names=names),
        line("Each has their earlier notes again. What you noted since then stays where it is."),
    )


def pairs(found: Sequence[Pair], every: int) -> Reply:
    """List the first of ``every`` pair of records that may be one person."""
    if not found:
        return say("I see nobody who may be there twice. Ask again to look further.")
    rows = [
        line(
            "{number} · {one} | {other}: {why}",
            number=Strong(str(pair.number)),
            one=label(pair.one),
            other=label(pair.other),
            why=_why(pair),
        )
        for pair in found
    ]
    first = found[0]
    answer = line(
        "One person? {merge} Two? {notsame}",
        merge=Code(f"!merge {first.one.handle} {first.other.handle}"),
        notsame=Code(f"!dupes notsame {first.number}"),
    )
    count = len(found)
    head = ngettext("{n} pair may be one person:", "{n} pairs may be one person each:", count)
    rest, more = every - count, None
    if rest > 0:
        head = _("{every} pairs may be one person each, the first {n}:")
        more = plural(
            "{n} more comes once these are answered.",
            "{n} more come once these are answered.",
            rest,
        )
    return reply(fill(head, n=count, every=every), listed(rows), answer, more)


def _why(pair: Pair) -> str:
    names = {
        "same": _("same name"),
        "order": _("same name in another order"),
        "spelling": _("same name, spelled differently"),
        "part": _("one name is part of the other"),
        "short": _("one name is short for the other"),
        "like": _("similar names"),
    }[likeness(pair.one.name, pair.other.name)]
    if pair.one.area is None or pair.other.area is None:
        return names
    same = pair.one.area == pair.other.area
    return _("{names}, same area").format(names=names) if same else names


def told_apart(pair: Pair) -> Reply:
    """Confirm that two records are two people."""
    return reply(
        line(
            "{one} and {other} are two people. I will not ask again.",
            one=label(pair.one),
            other=label(pair.other),
        ),
        line("To undo it, type {undo} within 15 minutes.", undo=Code("!undo")),
    )
