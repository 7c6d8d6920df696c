"""Rules of time polls and turns: which time suits most, whose turn it is, who bears bad hours. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from storage.core.lazy_dataclass import dataclass
from storage.core.model import Coming, UserId
from storage.meetings.answers import Option

NIGHT_BEGINS, NIGHT_ENDS = 22, 7
"""Hours at which a meeting falls into somebody's night."""
GOOD_FROM, GOOD_UNTIL = 8, 22
"""Hours at which nobody complains."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One option with the counts that decide its rank."""

    option: Option
    yes: int
    maybe: int
    quorum: bool
    needed: bool
    """Whether everybody can without whom it makes no sense."""
    night: int
    """How many it falls into the night for."""

    @property
    def rank(self) -> tuple[bool, bool, int, int, int, datetime]:
        """The sort key of an option: the best sorts first."""
        return (
            not self.quorum,
            not self.needed,
            -(self.yes + self.maybe),
            -self.yes,
            self.night,
            self.option.start,
        )


def rank(
    options: Sequence[Option],
    answers: Mapping[UserId, Mapping[int, Coming]],
    quorum: int,
    needed: Collection[UserId],
    zones: Iterable[ZoneInfo],
) -> list[Ranked]:
    """Rank options: quorum, needed people, yes or maybe, yes, fewest at night, earliest, in that order."""
    members = list(zones)
    found = []
    for option in options:
        said = {person: given.get(option.number) for person, given in answers.items()}
        yes = sum(answer is Coming.YES for answer in said.values())
        maybe = sum(answer is Coming.MAYBE for answer in said.values())
        able = {p for p, answer in said.items() if answer in {Coming.YES, Coming.MAYBE}}
        at = option.start.replace(tzinfo=option.zone)
        night = sum(is_night(at.astimezone(zone).hour) for zone in members)
        found.append(Ranked(option, yes, maybe, yes + maybe >= quorum, set(needed) <= able, night))
    return sorted(found, key=lambda each: each.rank)


def is_night(hour: int) -> bool:
    """Whether a local hour (0 to 23) counts as night."""
    return hour >= NIGHT_BEGINS or hour < NIGHT_ENDS


def is_good(hour: int) -> bool:
    """Whether a local hour (0 to 23) is a good one for a meeting."""
    return GOOD_FROM <= hour < GOOD_UNTIL


def next_in_turn(
    people: Sequence[UserId],
    last_done: Mapping[UserId, datetime],
    absent: Collection[UserId],
    busy: Collection[UserId],
) -> UserId | None:
    """The person coming who had a role longest ago; those who never had it come first, by name."""
    able = [person for person in people if person not in absent and person not in busy]
    never = sorted(person for person in able if person not in last_done)
    if never:
        return never[0]
    return min(able, key=lambda person: (last_done[person], person), default=None)


@dataclass(frozen=True, slots=True)
class Burden:
    """A burden of bad hours: how often one part of the committee, everybody on one clock, met at them."""

    zone: ZoneInfo
    bad: int
    of: int


def burdens(times: Sequence[datetime], zones: Iterable[ZoneInfo]) -> list[Burden]:
    """The burdens of bad hours, hardest hit first; people on one clock count as one part."""
    clocks: dict[tuple[object, ...], ZoneInfo] = {}
    for zone in zones:
        clocks.setdefault(tuple(at.astimezone(zone).utcoffset() for at in times), zone)
    found = [
        Burden(zone, sum(not is_good(at.astimezone(zone).hour) for at in times), len(times))
        for zone in clocks.values()
    ]
    return sorted(found, key=lambda each: (-each.bad, each.zone.key))


def stack(lines: Iterable[tuple[str, UserId]]) -> list[UserId]:
    """The queue of speakers, first come first: "stack" queues, "unstack" takes out."""
    waiting: list[UserId] = []
    for kind, person in lines:
        if kind == "stack" and person not in waiting:
            waiting.append(person)
        elif kind == "unstack" and person in waiting:
            waiting.remove(person)
    return waiting
