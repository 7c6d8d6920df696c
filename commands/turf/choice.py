"""The contacts a lead means to hand out, and whose they are now."""

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from commands.contacts.lookup import the_contact
from commands.framework.errors import Refusal, cut, refuse
from commands.framework.i18n import one_of
from commands.framework.reply import Code, line, listed
from commands.framework.suggest import suggest
from commands.framework.values import Label
from commands.shared.wording import label, short
from commands.turf.terms import ContactRefs
from storage.contacts.contacts import Contacts
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Contact, ContactId, UserId
from storage.names import folded
from storage.turf.turf import Turf

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """The people a lead names and whose they are now; ``area`` or ``named`` says how they were named."""

    people: Mapping[ContactId, UserId | None]
    area: str | None
    named: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class Handover:
    """The chosen contacts that change hands, with their former organizer; and how many stay with others."""

    given: Mapping[ContactId, UserId | None]
    kept: int

    def by_organizer(self) -> dict[UserId, list[ContactId]]:
        """The contacts given, by the organizer who gives them."""
        theirs: defaultdict[UserId, list[ContactId]] = defaultdict(list)
        for contact, user in self.given.items():
            if user is not None:
                theirs[user].append(contact)
        return dict(theirs)


_EVERYBODY = re.compile(
    r"(?:(?:all|everybody|everyone)(?: of| in)?(?: the)? |area )?(?P<area>.+)", re.IGNORECASE
)
"""``all support``, ``everybody in Support``, ``Support``."""


async def _an_area(people: ContactRefs, contacts: Contacts, turf: Turf) -> Label | None:
    """The area that bare words name; None for people, a person of that name among them."""
    if len(people) != 1 or people[0].name is None:
        return None
    meant = _EVERYBODY.fullmatch(people[0].name)
    if meant is None or await turf.area(meant["area"]) is None:
        return None
    return None if await contacts.named(people[0].name, 1) else meant["area"]


async def chosen(
    contacts: Contacts, turf: Turf, people: ContactRefs | None, area: Label | None, today: date
) -> Choice:
    """Find the people named, or those who work in an area today. Raises Refusal."""
    if (people is None) == (area is None):
        raise refuse(
            "Whom? Handles like M-41, or area=Payments: one of the two.",
            example="!turf assign @ana M-41",
        )
    if people is not None and (named := await _an_area(people, contacts, turf)):
        people, area = None, named
    if people is not None:
        found = [await the_contact(ref, contacts) for ref in people]
        out = next((contact for contact in found if contact.state.out), None)
        if out is not None:
            raise refuse("{who} is not in the unit now.", who=label(out))
        return Choice({contact.id: contact.organizer for contact in found}, None, tuple(found))
    name = await turf.area(area or "")
    if name is None:
        raise await _no_such_area(turf, area or "")
    there = await turf.working_in(name, today)
    if not there:
        raise refuse("Nobody works in {area} now.", area=name)
    return Choice(there, name, ())


def split(choice: Choice, to: UserId, *, transfer: bool) -> Handover:
    """Decide which of a choice change hands. Raises Refusal for named people of other organizers.

    People of an area who are with other organizers stay there, unless ``transfer``.
    """
    taken = {c: user for c, user in choice.people.items() if user not in {None, to}}
    if taken and choice.area is None and not transfer:
        raise _taken([contact for contact in choice.named if contact.id in taken])
    given: dict[ContactId, UserId | None] = {
        contact: None for contact, user in choice.people.items() if user is None
    }
    if transfer:
        given |= taken
    if given:
        return Handover(given, 0 if transfer else len(taken))
    if taken:
        raise refuse(
            "Everybody in {area} is with other organizers. {transfer} takes them over.",
            area=choice.area,
            transfer=Code("--transfer"),
        )
    raise refuse("{who} has them already.", who=short(to))


def _taken(theirs: list[Contact]) -> Refusal:
    """The refusal of a second organizer, with the two ways on."""
    whose = one_of(sorted({short(c.organizer) for c in theirs if c.organizer is not None}))
    backup, transfer = Code("--backup"), Code("--transfer")
    if len(theirs) == 1:
        return refuse(
            "{who} is {whose}'s. {backup} adds a second, {transfer} hands over.",
            who=label(theirs[0]),
            whose=whose,
            backup=backup,
            transfer=transfer,
        )
    return Refusal(
        line(
            "These are {whose}'s. {backup} adds a second, {transfer} hands over:",
            whose=whose,
            backup=backup,
            transfer=transfer,
        ),
        choices=listed([(label(contact),) for contact in theirs[:SHOWN]]),
    )


async def _no_such_area(turf: Turf, said: str) -> Refusal:
    areas = await turf.areas()
    close = suggest(folded(said), {folded(area): area for area in areas})
    if close is not None:
        better = {folded(area): area for area in areas}[close]
        return refuse(
            "There is no area “{area}”. Did you mean {close}?", area=cut(said), close=better
        )
    if not areas:
        return refuse("There are no areas yet: contacts get one with area=.")
    return refuse(
        "There is no area “{area}”. There is {areas}.", area=cut(said), areas=one_of(areas[:SHOWN])
    )
