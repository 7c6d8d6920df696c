"""The record of a verification that matched: a pinned key, and our signature on it."""

import time
from collections.abc import Sequence
from dataclasses import replace

from bot.delivery.clearance import Clearance
from bot.delivery.post import Delivering, Post
from bot.delivery.transaction_ids import IDENTITY_COMPARED, NOT_VERIFIED, digest, stem
from bot.logging import logs
from bot.matrix import identity
from bot.matrix.client import Client, MatrixError
from bot.matrix.identity import CrossSigning
from bot.matrix.trust import IdentityStanding, Trust
from bot.rooms.directory import RoomDirectory
from bot.verification import wording
from bot.verification.conversation import Conversation, Stage
from commands.framework.context import Committee
from commands.framework.reply import Reply
from storage.chat.identities import Identities
from storage.chat.outbox import MessageKind
from storage.chat.said_once import SaidOnce
from storage.core.database import Database, Transaction

HOUR = 3600 * 1000

log = logs.get("bot.verification")


class VerificationRecord:
    """Stores what remains of a verification; nothing else of it is stored."""

    def __init__(
        self,
        database: Database,
        client: Client,
        *,
        trust: Trust,
        signing: CrossSigning,
        places: RoomDirectory,
        outbox: Delivering,
    ) -> None:
        self._database = database
        self._client = client
        self._trust = trust
        self._signing = signing
        self._places = places
        self._outbox = outbox

    async def matched(self, done: Conversation, committees: Sequence[Committee]) -> bool:
        """Pin and sign the identity that was vouched for; False when there is none to sign.

        Raises NotNow while the homeserver is away; repeating it is harmless.
        """
        person, master = done.theirs.user, done.theirs.master
        if done.stage is not Stage.DONE or master is None or master not in done.vouched:
            return False
        pin = self._trust.pin(person)
        if pin is None or self._trust.person(person).master != master:
            # It changed while they compared: what was compared is not what is there now.
            return False
        changed = self._trust.standing(person) is IdentityStanding.CHANGED
        now = _now()
        async with self._database.transaction() as tx:
            if not await Identities(tx).verify(person, master, now):
                return False
            if changed:
                await self._tell(tx, person, committees)
            verified = replace(
                pin,
                pinned=master,
                pinned_at=now if changed else pin.pinned_at,
                offered=None,
                offered_at=None,
                verified=master,
                verified_at=now,
                accepted_at=now if changed else pin.accepted_at,
            )
            tx.after_commit(lambda: self._trust.repin(verified))
        await self._sign(person, master)
        log.info("verified")
        return True

    async def _tell(self, tx: Transaction, person: str, committees: Sequence[Committee]) -> None:
        post = Post(tx, self._outbox, stem(IDENTITY_COMPARED, f"{person} {_now()}"))
        for committee in self._places.committees_of(person, committees):
            for message in await post.worded(
                wording.identity_compared(person), committee, committee.room, ""
            ):
                terms = Clearance.terms_in(committee, MessageKind.TELL)
                await post.put(message, room=committee.room, terms=terms)

    async def _sign(self, person: str, master: str) -> None:
        """Our user-signing key vouches for their master key, for whoever trusts us."""
        answer = await identity.keys_of(self._client, person)
        if identity.published_master(answer, person) != master:
            return
        published = answer["master_keys"][person]
        bare = {key: value for key, value in published.items() if key not in _NOT_SIGNED}
        body = {person: {master: self._signing.user_signing.sign(bare, self._client.user)}}
        try:
            result = await self._client.insist("POST", "/keys/signatures/upload", body)
        except MatrixError as refusal:
            log.warning("signature_refused", status=refusal.status)
            return
        if result.get("failures"):
            log.warning("signature_refused")

    async def declined(self, person: str, room: str | None) -> None:
        """Say in the direct chat why nobody compared; once an hour for each person."""
        await self._explain(person, room, wording.nobody_here(self._signing.fingerprint), "verify")

    async def incompatible(self, person: str, room: str | None, *, odd_answer: bool) -> None:
        """Say in the direct chat that the app cannot compare with us; once an hour for each person."""
        reply = wording.no_way_in_common(self._signing.fingerprint, odd_answer=odd_answer)
        await self._explain(person, room, reply, "no way")

    async def _explain(self, person: str, room: str | None, reply: Reply, about: str) -> None:
        subject = digest(f"{about} {person} {_now() // HOUR}")
        async with self._database.transaction() as tx:
            if not await SaidOnce(tx).first_time(subject, _now()):
                return
            post = Post(tx, self._outbox, f"{NOT_VERIFIED}-{subject}")
            for message in await post.worded(reply, None, "", person):
                if room is not None:
                    await post.put(message, room=room)
                else:
                    await post.put(message, recipient=person)


_NOT_SIGNED = {"signatures", "unsigned"}


def _now() -> int:
    return time.time_ns() // 1_000_000
