"""Decides on a joined room: left, founded as a committee's, greeted, or asked about."""

from bot.delivery.notices import Notices
from bot.matrix import membership
from bot.matrix.client import Client
from bot.matrix.rooms import Room
from bot.matrix.trust import Trust
from bot.membership import unclaimed_rooms
from bot.process import failpoints
from bot.rooms.authority import Authority
from bot.rooms.directory import Settlement
from bot.state import CommitteeDirectory
from commands.framework.context import Committee, Role
from commands.framework.reply import Reply
from commands.general.namesakes import told_apart
from commands.general.room_upgrade import greeting_moved
from commands.general.views import (
    greeting,
    greeting_direct,
    greeting_new_account,
    out_of_coalition,
    what_is_this_room,
)
from storage.chat.account_move import AccountMoves
from storage.chat.rooms import Invitation
from storage.core.database import Database


class RoomOnboarding:
    """Decides what joined rooms are, and greets once somebody can read the greeting."""

    def __init__(
        self,
        database: Database,
        authority: Authority,
        client: Client,
        notices: Notices,
        trust: Trust,
        committees: CommitteeDirectory,
    ) -> None:
        self._database = database
        self._authority = authority
        self._places = authority.places
        self._client = client
        self._notices = notices
        self._trust = trust
        self._committees = committees
        self.waiting: set[str] = set()
        """Rooms in which nobody can read us yet."""

    def introduce(self, room: Room, invitation: Invitation | None) -> None:
        """Record who brought the bot into a room, and how."""
        if self._places.own == room.founder:
            room.inviter = self._places.own
        elif room.inviter == self._places.own:
            # An earlier release took a chat of two for one of its own making if the app had named
            # the bot a creator beside its owner, which apps do in direct chats.
            room.inviter, room.declared_direct = room.founder, True
        elif invitation is not None and not room.inviter:
            room.inviter, room.declared_direct = invitation.inviter, invitation.direct
        if not room.declared_direct and self._places.goes_on_from(room):
            room.declared_direct = True

    async def settle(self, room: Room) -> bool:
        """Found, greet, ask or leave, as the room is; False for a room that is not for the bot."""
        kind = self._places.settle(room, self._committees.known)
        if kind is Settlement.UNSUITABLE and room.inviter:
            await membership.leave(self._client, room.id)
            return False
        if kind is Settlement.COMMITTEE and self._committee_of(room) is None:
            await self._found(room)
        await self._greet(room, kind)
        return True

    def _committee_of(self, room: Room) -> Committee | None:
        return next((each for each in self._committees.known if each.room == room.id), None)

    async def _found(self, room: Room) -> None:
        async with self._database.transaction() as tx:
            await unclaimed_rooms.found(tx, self._authority, room)
        await self._committees.load(self._database)

    async def _greet(self, room: Room, kind: Settlement) -> None:
        self.waiting.discard(room.id)
        hello = None if room.greeted else await self._hello(room, kind)
        if hello is None:
            return
        if not any(self._trust.may_read(user) for user in room.joined if user != self._places.own):
            self.waiting.add(room.id)
            return
        async with self._database.transaction() as tx:
            await self._notices.greet(tx, room, hello)
            if (committee := self._committee_of(room)) is not None:
                moved = await AccountMoves(tx).untold(committee.id)
                if moved is not None and committee.id in moved.parted:
                    await self._notices.tell_leads(
                        tx, out_of_coalition(), committee, self._authority, moved.user
                    )
                await AccountMoves(tx).note_told(committee.id)
        failpoints.reach("after_greeting")
        room.greeted = True
        room.asked |= kind is Settlement.UNCLEAR
        # Saved with the next checkpoint; until then the table knows that it was said.
        self._places.learned.add(room.id)

    async def _hello(self, room: Room, kind: Settlement) -> Reply | None:
        if kind is Settlement.COMMITTEE:
            committee = self._committee_of(room)
            if committee is not None and committee.set_up:
                return await self._hello_again(committee)
            moved = self._places.moved_from(room, self._committees.known)
            return greeting(committee_known=False) if moved is None else greeting_moved(moved.name)
        if kind is Settlement.DIRECT and room.inviter != self._places.own:
            theirs = self._places.committees_of(
                room.direct_partner(self._places.own) or "", self._committees.known
            )
            return greeting_direct(committees=told_apart(theirs))
        if kind is Settlement.UNCLEAR:
            roles = await self._roles(room)
            leads = bool(roles & {Role.LEAD, Role.KEEPER})
            return what_is_this_room(member=leads or Role.ORGANIZER in roles, lead=leads)
        return None

    async def _hello_again(self, committee: Committee) -> Reply | None:
        """To a committee that is at work: who this is, where it knew the bot under another account."""
        async with self._database.transaction() as tx:
            moved = await AccountMoves(tx).untold(committee.id)
        return None if moved is None else greeting_new_account(former=moved.former)

    async def _roles(self, room: Room) -> set[Role | None]:
        """What those in a room are in any committee."""
        async with self._database.transaction() as tx:
            return {
                (await self._authority.standing(tx, each, who)).role
                for each in self._committees.known
                for who in room.joined
            }
