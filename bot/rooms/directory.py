"""The directory of rooms: which is a committee's, which a direct chat, and who is who in them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from enum import Enum

from bot.matrix.closed_rooms import ClosedRooms
from bot.matrix.rooms import Room
from commands.framework.context import Committee, Role
from storage.core.lazy_dataclass import dataclass

LEAD_LEVEL = 50
KEEPER_LEVEL = 100


class Settlement(Enum):
    """What a room the bot has joined turns out to be, as to its purpose."""

    COMMITTEE = "committee"
    DIRECT = "direct"
    UNCLEAR = "unclear"
    """Nobody said what it is for: the bot asks, and keeps nothing from it."""
    UNSUITABLE = "unsuitable"
    """Not encrypted, or open to the public: the bot leaves."""
    COALITION = "coalition"
    """Bots of several committees meet here; no person is listened to."""
    UNKNOWN = "unknown"
    """Nobody it listens to; it stays silent."""


@dataclass(frozen=True, slots=True)
class NamedLeads:
    """Leads whom the operator named: nobody else is one where there are any."""

    everywhere: frozenset[str] = frozenset()
    rooms: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Those of one committee, by the id of its room, or of the room that this one replaced."""

    def of(self, room: Room) -> frozenset[str] | None:
        """The leads named for a room; None: whoever has power there is one."""
        own = self.rooms.get(room.id) or self.rooms.get(room.predecessor)
        return own or self.everywhere or None

    def level(self, room: Room, user: str, least: int | None = None) -> int:
        """A person's power in a room, as far as the operator leaves that to the room.

        ``least``: what it was at some time, instead of what it is.
        """
        named, level = self.of(room), room.level(user) if least is None else least
        if named is None:
            return level
        return max(level, LEAD_LEVEL) if user in named else 0


@dataclass(slots=True)
class RoomDirectory:
    """The rooms the bot is in. Roles and membership come from unencrypted state alone."""

    own: str
    may_invite: Callable[[str], bool]
    """Whether the operator lets a person bring the bot into a room."""
    named: NamedLeads = field(default_factory=NamedLeads)
    rooms: dict[str, Room] = field(default_factory=dict)
    closed: ClosedRooms = field(default_factory=lambda: ClosedRooms({}))
    """Rooms of coalitions."""
    left: set[str] = field(default_factory=set)
    """Rooms that the homeserver said we are in no more, since the start; what we leave by ourselves is not said."""
    learned: set[str] = field(default_factory=set)
    """Rooms whose state was asked for outside of sync; the next checkpoint saves them."""

    def role(self, committee: Committee, user: str) -> Role | None:
        """The role that the room's state shows for a person; None when they are not in the room now.

        That is the homeserver's word: an upper bound. :mod:`bot.rooms.authority` knows what counts.
        """
        room = self.rooms.get(committee.room)
        if room is None or not room.has(user):
            return None
        return _role(self.named.level(room, user))

    def least(self, committee: Committee, user: str) -> Role | None:
        """The lowest role the room showed for a member since membership was last recorded."""
        shown, room = self.role(committee, user), self.rooms.get(committee.room)
        if shown is None or room is None or user not in room.fell:
            return shown
        return min(shown, _role(self.named.level(room, user, room.fell[user])))

    def names(self, committee: Committee, user: str) -> bool:
        """Whether the operator named somebody as a lead of a committee."""
        room = self.rooms.get(committee.room)
        return room is not None and user in (self.named.of(room) or ())

    def committees_of(self, user: str, committees: Iterable[Committee]) -> list[Committee]:
        """The committees, of those given, in which a person has a role."""
        return [committee for committee in committees if self.role(committee, user) is not None]

    def is_replaced(self, room: str) -> bool:
        """Whether a room was replaced by another that people have gone on to."""
        known = self.rooms.get(room)
        return known is not None and known.replaced

    def moved_from(self, room: Room, committees: Iterable[Committee]) -> Committee | None:
        """The committee whose room the given one replaces, if a lead there said so."""
        for committee in committees:
            old = self.rooms.get(committee.room)
            if old is None or committee.room != room.predecessor:
                continue
            if old.successor == room.id and old.rightly_replaced(LEAD_LEVEL):
                return committee
        return None

    def direct_with(self, user: str, committee_rooms: Iterable[str]) -> Room | None:
        """An encrypted room with exactly one other person, ``user``, ready to be written to."""
        taken = set(committee_rooms)
        found = [
            room
            for room in self.rooms.values()
            if room.id not in taken
            and not (room.of_bots or room.id in self.closed)
            and room.encrypted
            and not room.public
            and room.direct_partner(self.own) == user
        ]
        return found[-1] if found else None

    def knows(self, user: str) -> bool:
        """Whether a person is in a room with the bot, or invited there, or may invite the bot."""
        return any(user in room.members for room in self.rooms.values()) or self.may_invite(user)

    def welcome(self, user: str, committees: Sequence[Committee]) -> bool:
        """Whether an invitation from a person is followed."""
        return self.may_invite(user) or bool(self.committees_of(user, committees))

    def direct_partner(self, room_id: str) -> str | None:
        """The person whose direct chat a room is; None where it is none, or not known."""
        room = self.rooms.get(room_id)
        if room is None or room.of_bots or room_id in self.closed:
            return None
        return room.direct_partner(self.own)

    def is_in(self, room_id: str) -> bool:
        """Whether the bot is in a room."""
        return room_id in self.rooms

    def is_direct(self, room_id: str) -> bool:
        """Whether a room is somebody's direct chat."""
        return self.direct_partner(room_id) is not None

    def goes_on_from(self, room: Room) -> bool:
        """Whether the room is a direct chat that its person upgraded, which was made as one."""
        old = self.rooms.get(room.predecessor)
        return (
            old is not None
            and old.successor == room.id
            and old.made_direct(self.own)
            and old.members.keys() <= {self.own, old.replaced_by}
            and old.replaced_by == room.inviter
        )

    def settle(self, room: Room, committees: Sequence[Committee]) -> Settlement:
        """What a joined room is.

        A chat of two is direct when it was made as one. Of any other room with one person in it,
        and of one that we asked about, only an answer tells what it is. What somebody who is allowed
        to brings us into with several people, or under a name before there is any committee of
        theirs, is a committee's.
        """
        known = self._known(room, committees)
        if known is not None:
            return known
        unfit = not room.encrypted or room.public
        if room.replaced or (unfit and room.inviter == self.own):
            # A room of our own may still be in the making.
            return Settlement.UNKNOWN
        if unfit:
            return Settlement.UNSUITABLE
        if room.direct_partner(self.own) is not None:
            return Settlement.DIRECT
        if len(room.members) <= 2 or room.asked:
            return self._settle_unsaid(room, committees)
        # A chat of two into which somebody brings a third is no chat of two any more, and what was
        # said in it does not make it a committee's. We found none ourselves, whatever is allowed.
        over = room.declared_direct or room.inviter == self.own
        ours = not over and self.may_invite(room.inviter)
        return Settlement.COMMITTEE if ours else Settlement.UNKNOWN

    def _known(self, room: Room, committees: Sequence[Committee]) -> Settlement | None:
        """What a room is that we keep record of; None: nobody has settled it yet."""
        if any(committee.room == room.id for committee in committees):
            return Settlement.COMMITTEE
        return Settlement.COALITION if room.id in self.closed or room.of_bots else None

    def _settle_unsaid(self, room: Room, committees: Sequence[Committee]) -> Settlement:
        """A room of which nobody said that it is a direct chat, and which may yet become anything."""
        allowed = self.may_invite(room.inviter)
        if allowed and self.moved_from(room, committees) is not None:
            return Settlement.COMMITTEE
        partner = room.partner(self.own)
        if partner is None and not room.asked:
            return Settlement.UNKNOWN
        theirs = self.committees_of(partner or room.inviter, committees)
        made_otherwise = room.declared_direct or room.inviter == self.own
        if allowed and not (theirs or made_otherwise or room.asked) and room.name.strip():
            # Nobody names a direct chat, and there is nothing yet that it could be mixed up with.
            return Settlement.COMMITTEE
        return Settlement.UNCLEAR if allowed or theirs else Settlement.UNKNOWN

    def may_found(self, room: Room, user: str) -> bool:
        """Whether somebody may say that a room is a committee's: they lead there, and may bring us."""
        leads = room.has(user) and self.named.level(room, user) >= LEAD_LEVEL
        return leads and (self.may_invite(user) or self.may_invite(room.inviter))


def _role(level: int) -> Role:
    if level >= KEEPER_LEVEL:
        return Role.KEEPER
    return Role.LEAD if level >= LEAD_LEVEL else Role.ORGANIZER
