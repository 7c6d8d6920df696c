"""Rules about contacts: who may see one, which assessment counts. Pure."""

from collections.abc import Sequence

from commands.contacts.terms import EmploymentStatus
from commands.framework.context import Role
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Assessment, Contact, Membership, Rated, UserId
from storage.names import folded, full_key, is_short, same_name, words


@dataclass(frozen=True, slots=True)
class ContactStanding:
    """The ratings of a contact that count. Organizers who disagree are all kept; nothing is averaged."""

    current: Rated | None
    others: tuple[Rated, ...]
    """What other organizers say that differs, newest first."""

    @property
    def disputed(self) -> bool:
        """Whether another organizer's rating differs."""
        return bool(self.others)


def standing(newest_first: Sequence[Rated], primary: UserId | None) -> ContactStanding:
    """The primary organizer's latest assessment is current; without one, the newest is.

    The primary organizer clears for everybody; anybody else takes back what they said, and no more.
    """
    latest: dict[UserId, Rated] = {}
    for rated in newest_first:
        latest.setdefault(rated.author, rated)
    current = latest.get(primary) if primary is not None else None
    if current is None:
        said = (each for each in latest.values() if each.rating is not Assessment.NOT_ASSESSED)
        current = next(said, None)
    if current is None or current.rating is Assessment.NOT_ASSESSED:
        return ContactStanding(None, ())
    others = tuple(
        rated
        for rated in latest.values()
        if rated.author != current.author
        and rated.rating not in {Assessment.NOT_ASSESSED, current.rating}
    )
    return ContactStanding(current, others)


def state_of(status: EmploymentStatus) -> Membership:
    """How a typed status is kept."""
    return {
        EmploymentStatus.EMPLOYEE: Membership.EMPLOYED,
        EmploymentStatus.LEAVE: Membership.ON_LEAVE,
        EmploymentStatus.CONTRACTOR: Membership.CONTRACTOR,
    }[status]


def may_see(contact: Contact, user: UserId, role: Role) -> bool:
    """An organizer sees their own contacts; leads see all."""
    return role >= Role.LEAD or contact.organizer == user


def likeness(one: str, other: str) -> str:
    """The way in which two names are alike: same, order, spelling, short, part or like."""
    if folded(one) == folded(other):
        return "same"
    if full_key(one) == full_key(other):
        return "order"
    if not same_name(one).isdisjoint(same_name(other)):
        return "spelling"
    a, b = set(words(one)), set(words(other))
    only_one, only_other = a - b, b - a
    if len(only_one) == len(only_other) == 1 and is_short(only_one.pop(), only_other.pop()):
        return "short"
    return "part" if a < b or b < a else "like"
