"""The meaning of a room for the person who wrote there, and the circumstances of their command."""

from datetime import UTC, datetime

from bot.matrix.guard import Message
from bot.matrix.rooms import Room
from bot.membership import unclaimed_rooms
from bot.membership.unclaimed_rooms import Wish
from bot.rooms.authority import Authority
from bot.rooms.directory import Settlement
from bot.state import CommitteeDirectory
from commands.framework.context import Committee, Context, Place, UserId
from commands.framework.study import IN_PLACE, Study
from commands.general.namesakes import told_apart
from storage.chat.committees import Committees
from storage.chat.preferences import People
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The meaning of a room for a person who wrote there: place, committees, current committee."""

    place: Place
    committees: tuple[Committee, ...]
    current: Committee | None
    """None in a direct chat of somebody with several committees who has not chosen."""
    unclear: Room | None = None
    """The room, while nobody said what it is for: only that is talked about in it."""

    @property
    def likely(self) -> Committee:
        """The current committee, or the first, for what is the same in all committees."""
        return self.current or self.committees[0]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Finds out, within a message's transaction, where the message was written and by whom."""

    authority: Authority
    committees: CommitteeDirectory

    async def whereabouts(self, tx: Transaction, room: str, user: str) -> Whereabouts | None:
        """What a room means for somebody; None: the room is no committee's of theirs."""
        places, everything = self.authority.places, await Committees(tx).all()
        for committee in everything:
            if committee.room == room:
                return Whereabouts(Place.ROOM, (committee,), committee)
        if places.direct_partner(room) != user:
            return None
        theirs = told_apart(places.committees_of(user, everything))
        if not theirs:
            return None
        current = theirs[0] if len(theirs) == 1 else None
        if current is None:
            chosen = await People(tx).current(UserId(user))
            current = next((each for each in theirs if each.id == chosen), None)
        return Whereabouts(Place.DIRECT, theirs, current)

    async def unclear(self, tx: Transaction, message: Message) -> Whereabouts | None:
        """Where a message belongs whose room may become a committee's room or a direct chat.

        None if the room is settled already, or the sender may not decide what it is.
        """
        places, everything = self.authority.places, await Committees(tx).all()
        room, who = places.rooms.get(message.room), message.sender
        if room is None or places.settle(room, everything) is not Settlement.UNCLEAR:
            return None
        founds = unclaimed_rooms.wish(message.body) is Wish.COMMITTEE
        if founds and places.may_found(room, who):
            await unclaimed_rooms.found(tx, self.authority, room)
            await self.committees.refresh(tx)
            return await self.whereabouts(tx, message.room, who)
        theirs = told_apart(places.committees_of(who, everything))
        if not (theirs or places.may_invite(who)):
            return None
        alone = room.partner(places.own) == who
        return Whereabouts(Place.DIRECT if alone else Place.ROOM, theirs, None, unclear=room)

    async def context(
        self, tx: Transaction, message: Message, where: Whereabouts, study: Study = IN_PLACE
    ) -> Context:
        """The circumstances of a command. Raises PermissionError for somebody with no part there."""
        committee, user = where.likely, UserId(message.sender)
        standing = await self.authority.standing(tx, committee, user)
        if standing.shown is None:
            raise PermissionError
        return Context(
            user=user,
            standing=standing,
            place=where.place,
            committee=committee,
            committees=where.committees,
            now=datetime.now(UTC),
            zone=await People(tx).zone(user) or committee.zone,
            language=await People(tx).language(user) or committee.language,
            study=study,
            settings=self.authority.settings,
        )
