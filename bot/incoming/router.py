"""Routes what the guard says of an event to the part that acts on it."""

from bot.coalition.desk import CoalitionDesk
from bot.delivery.notices import Notices
from bot.incoming.checkpoint import Unsaved
from bot.incoming.dispatcher import Dispatcher
from bot.incoming.set_aside import SetAside
from bot.logging import logs
from bot.matrix.guard import CoalitionBlock, Message, Reaction, Refused, Rejection, Verdict, Vote
from bot.matrix.rooms import Room
from bot.matrix.verification import VerificationStep
from bot.membership.members import MemberWatch
from bot.polls.votes import Votes
from bot.process.retry import persist
from bot.rooms.directory import RoomDirectory, Settlement
from bot.state import SharedState
from bot.verification.sessions import Verifications
from commands.all import CATALOGUE
from commands.framework.answer import is_command
from commands.framework.context import Place
from storage.chat.inbox import Inbox
from storage.core.database import Database

log = logs.get("bot.incoming.router")


class Router:
    """Hands each verdict to its handler: votes first, which leave no row, then commands and the rest."""

    def __init__(
        self,
        database: Database,
        unsaved: Unsaved,
        *,
        votes: Votes,
        dispatcher: Dispatcher,
        verifications: Verifications,
        coalition: CoalitionDesk,
        notices: Notices,
        members: MemberWatch,
        places: RoomDirectory,
        state: SharedState,
    ) -> None:
        self._database = database
        self._unsaved = unsaved
        self._votes = votes
        self._dispatcher = dispatcher
        self._set_aside = SetAside(dispatcher)
        self._verifications = verifications
        self._coalition = coalition
        self._notices = notices
        self._members = members
        self._places = places
        self._state = state

    def begin(self) -> None:
        """Start the batch of another sync response."""
        self._dispatcher.begin_batch()

    async def finish(self) -> None:
        """Write the messages put by while a sync response was read, or run the only one."""
        await self._set_aside.end()
        await self._members.look_at_regrouped()

    async def act(self, room: Room, verdict: Verdict, event_id: str) -> None:
        """Do what follows from one event. Raises what the storage raises, after several attempts."""
        committees = self._state.committees.known
        if isinstance(verdict, Message | Vote):
            attempt = self._votes.meant(room, verdict, committees)
            if attempt is not None:
                # Before anything is written about it: a vote leaves no row.
                await persist(
                    lambda: self._votes.take(attempt),
                    lambda error_id: self._votes.fail(attempt, error_id),
                )
            elif isinstance(verdict, Message) and not await self._set_aside.takes(verdict):
                await persist(
                    lambda: self._dispatcher.handle(verdict),
                    lambda error_id: self._dispatcher.set_aside(verdict, error_id),
                )
                await self._members.look_at_regrouped()
        elif isinstance(verdict, CoalitionBlock):
            await self._coalition.hear(verdict)
        elif isinstance(verdict, VerificationStep):
            await self._verifications.hear(verdict)
        elif isinstance(verdict, Reaction):
            self._votes.reacted(room, verdict, committees)
        elif isinstance(verdict, Rejection):
            await self.reject(room, verdict, event_id)

    async def reject(self, room: Room, rejection: Rejection, event_id: str) -> None:
        """Count an event that was not believed, and say so where it was meant for the bot."""
        committees = self._state.committees.known
        if rejection.reason is Refused.UNREADABLE:
            await self._coalition.unread(room.id, rejection.sender)
        kind = self._places.settle(room, committees)
        talk = len(room.members) > 2 or kind is Settlement.COMMITTEE
        place = Place.ROOM if talk else Place.DIRECT
        told = rejection.body is None or is_command(rejection.body, place, CATALOGUE)
        if not told and not await self._edits_a_command(rejection):
            return
        if rejection.reason is Refused.REPLAYED and await self._was_handled(event_id):
            # The same message under its own name: nobody plays anything.
            return
        if not (place is Place.DIRECT and self._state.pulse.is_watched()):
            # What is refused in direct chats may have been a vote.
            self._unsaved.refused[rejection.reason] += 1
            log.info("refused", reason=rejection.reason)
        if self._votes.refused(room, rejection, event_id, committees):
            return
        await self._notices.explain(room, rejection, event_id, committees)

    async def _edits_a_command(self, rejection: Rejection) -> bool:
        """Whether somebody made talk of what was a command, or tried to take it back like that."""
        return rejection.reason is Refused.EDIT and await self._was_handled(
            rejection.relation.replaces
        )

    async def _was_handled(self, event_id: str) -> bool:
        async with self._database.transaction() as tx:
            return await Inbox(tx).knows(event_id)
