"""Coalition polls: what was asked, what each bot said of it, how far it is. Never a committee's own total."""

from datetime import datetime
from enum import Enum

from storage.coalition.model import CoalitionId
from storage.core.lazy_dataclass import dataclass
from storage.core.repository import Shared
from storage.core.rows import millis

MOST_WORDS = 500
"""Kept of one bot in one coalition: some thirty polls; whoever says more is not noted down."""

MOST_POLLS = 100
"""Kept that one bot asked in one coalition: more than any asks while they are remembered."""


class PollState(Enum):
    """How far a coalition poll is at one committee."""

    ASKED = "asked"
    """Known; the committee is not part of it, or not yet."""
    OPEN = "open"
    """The committee takes part, and its box is needed."""
    SPENT = "spent"
    """Its totals are out, masked, or never will be: the box can go."""
    OVER = "over"
    """Nothing is kept of it but that it was."""


class WordKind(Enum):
    """What a bot can say of a poll."""

    SHOWN = "shown"
    """Its leads were shown it, in the words with this digest, and it is not in it."""
    IN = "in"
    READY = "ready"
    SET = "set"
    ANSWER = "answer"
    PART = "part"
    """Its masked totals, in round 0; in another: the sum it said of the set in which this bot sent then."""
    KEPT = "kept"
    """Said to nobody yet: this bot's masked totals for the set it agreed to."""


@dataclass(frozen=True, slots=True)
class AskedPoll:
    """A coalition poll at one committee."""

    id: int
    coalition: CoalitionId
    ref: str
    body: str
    """Canonical JSON, in which names may have been blanked since; empty when it is over."""
    digest: str
    """SHA-256 of the body as it was asked, in hexadecimal; empty for polls of earlier releases."""
    code: str
    """Of this committee's ballot; empty where none was opened."""
    state: PollState
    told: int
    """0: nothing; 1: that there is no result; 2: the result; 3: the result, which the others were told too."""
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class PollWord:
    """Something that a bot said of a poll."""

    kind: WordKind
    round: int
    bot: str
    said: str
    at: datetime
    """When it was heard, or said by this bot."""


@dataclass(frozen=True, slots=True)
class CoalitionPolls(Shared):
    """The polls of all coalitions of this bot, and what was said of them."""

    async def add(
        self,
        coalition: CoalitionId,
        ref: str,
        body: str,
        digest: str,
        *,
        closes_at: datetime,
        now: datetime,
    ) -> bool:
        """Save a poll that was asked, with the digest of its body; False if it is known."""
        return bool(
            await self.tx.add_new(
                "coalition_polls",
                coalition=coalition,
                ref=ref,
                body=body,
                digest=digest,
                state=PollState.ASKED,
                closes_at=closes_at,
                at=now,
            )
        )

    async def asked_by(self, coalition: CoalitionId, bot: str) -> int:
        """Return how many polls are kept that a bot asked."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM coalition_polls "
            "WHERE coalition = ? AND substr(ref, 1, length(?) + 1) = ? || '/'",
            (coalition, bot, bot),
        )

    async def refuse(self, coalition: CoalitionId, ref: str) -> None:
        """Save of a poll only that it was asked: this committee cannot be part of it."""
        found = await self.by_ref(coalition, ref)
        if found is not None:
            await self.become(found, PollState.OVER)

    async def by_ref(self, coalition: CoalitionId, ref: str) -> AskedPoll | None:
        """Return a poll; None if it was not asked."""
        return await self.tx.record(
            AskedPoll,
            "SELECT * FROM coalition_polls WHERE coalition = ? AND ref = ?",
            (coalition, ref),
        )

    async def unfinished(self, coalition: CoalitionId) -> list[AskedPoll]:
        """Return a coalition's polls that are not over, the first to close first."""
        return await self.tx.records(
            AskedPoll,
            "SELECT * FROM coalition_polls WHERE coalition = ? AND state <> 'over' "
            "ORDER BY closes_at, id",
            (coalition,),
        )

    async def needs_box(self, ref: str, code: str) -> bool:
        """Whether the totals in a box are still needed. Its code tells it from those of other coalitions."""
        found = await self.tx.number(
            "SELECT COUNT(*) FROM coalition_polls WHERE ref = ? AND code = ? AND state = 'open'",
            (ref, code),
        )
        return bool(found)

    async def knows(self, ref: str, code: str) -> bool:
        """Whether the poll of a box is one of a coalition that a committee is in."""
        found = await self.tx.number(
            "SELECT COUNT(*) FROM coalition_polls WHERE ref = ? AND code IN (?, '')", (ref, code)
        )
        return bool(found)

    async def become(self, poll: AskedPoll, state: PollState) -> None:
        """Save how far a poll is. Once it is over, nothing stays of what was asked and said."""
        over = state is PollState.OVER
        await self.tx.execute(
            "UPDATE coalition_polls SET state = ?1, body = CASE WHEN ?2 THEN '' ELSE body END, "
            "digest = CASE WHEN ?2 THEN '' ELSE digest END WHERE id = ?3",
            (state.value, over, poll.id),
        )
        if over:
            await self.tx.execute(
                "DELETE FROM coalition_poll_words WHERE coalition = ? AND ref = ?",
                (poll.coalition, poll.ref),
            )

    async def open(self, poll: AskedPoll, code: str) -> None:
        """Save that this committee takes part, with a ballot of this code."""
        await self.tx.execute(
            "UPDATE coalition_polls SET state = 'open', code = ? WHERE id = ? AND state = 'asked'",
            (code, poll.id),
        )

    async def told(self, poll: AskedPoll, what: int) -> None:
        """Save what the committee was told; ``what`` as ``AskedPoll.told`` has it."""
        await self.tx.execute("UPDATE coalition_polls SET told = ? WHERE id = ?", (what, poll.id))

    async def hear(self, poll: tuple[CoalitionId, str], word: PollWord) -> bool:
        """Save what another bot said of a poll; False if it said the like before, or too much."""
        known = await self.tx.number(
            "SELECT COUNT(*) FROM coalition_poll_words WHERE coalition = ? AND bot = ?",
            (poll[0], word.bot),
        )
        return known < MOST_WORDS and await self.keep(poll, word)

    async def keep(self, poll: tuple[CoalitionId, str], word: PollWord) -> bool:
        """Save what was said of a poll; False if the like was said before."""
        coalition, ref = poll
        return bool(
            await self.tx.add_new(
                "coalition_poll_words",
                coalition=coalition,
                ref=ref,
                kind=word.kind,
                round=word.round,
                bot=word.bot,
                said=word.said,
                at=word.at,
            )
        )

    async def words(self, poll: AskedPoll) -> list[PollWord]:
        """Return everything that was said of a poll, in no order that means anything."""
        return await self.tx.records(
            PollWord,
            "SELECT kind, round, bot, said, at FROM coalition_poll_words "
            "WHERE coalition = ? AND ref = ? ORDER BY kind, round, bot",
            (poll.coalition, poll.ref),
        )

    async def drop_kept(self, poll: AskedPoll) -> None:
        """Delete masked totals that were not sent: they are for a set that was given up, or are out."""
        await self.tx.execute(
            "DELETE FROM coalition_poll_words WHERE coalition = ? AND ref = ? AND kind = 'kept'",
            (poll.coalition, poll.ref),
        )

    async def forget_before(self, at: datetime) -> int:
        """Delete polls that closed before a moment, and words older than it; return how many polls."""
        await self.tx.execute("DELETE FROM coalition_poll_words WHERE at < ?", (millis(at),))
        return await self.tx.execute(
            "DELETE FROM coalition_polls WHERE closes_at < ?", (millis(at),)
        )
