"""Requests to fetch files: which are fetched, for which committee, and what is said about them.

Everything about a person is asked before a byte of theirs is fetched, and again before it is
answered: whether they take part, whether they may use the command their file came with, whether
they sent too much already.
"""

import time
from dataclasses import replace

from bot.config.limits import Limits
from bot.delivery.transaction_ids import FILE_LATE, FILE_WAITS
from bot.files.quota import full
from bot.incoming.addressing import as_sent, begins_a_command, chooses
from bot.incoming.replies import Replies
from bot.incoming.study_runner import StudyRunner
from bot.incoming.whereabouts import Whereabouts
from bot.logging import logs
from bot.matrix.guard import Message
from bot.matrix.media import Attachment
from bot.matrix.message_text import Relation
from bot.state import Signals
from commands.framework.answer import refused_beforehand, takes
from commands.framework.clean import straighten
from commands.framework.reply import Reply
from commands.framework.study import IN_PLACE, Study
from commands.general import attachments
from commands.imports import arrival_views as views
from commands.imports.upload import AttachedFile
from commands.shared.attached import LostFile
from storage.core.database import Database, Transaction
from storage.core.driver import Error
from storage.imports.uploads import Upload as Sent
from storage.imports.uploads import Uploads

A_FILE_ALONE = "!import file"
"""What a file means that came without a command."""

log = logs.get("bot.files")


class FileRequests:
    """Takes files in, and hands them to the commands they came with."""

    def __init__(
        self,
        database: Database,
        replies: Replies,
        studies: StudyRunner,
        *,
        signals: Signals,
        limits: Limits,
    ) -> None:
        self._database = database
        self._replies = replies
        self._circumstances = replies.circumstances
        self._studies = studies
        self._signals = signals
        self._limits = limits

    # -- before it is fetched --------------------------------------------------------------------

    async def take_in(
        self,
        tx: Transaction,
        message: Message,
        file: Attachment,
        where: Whereabouts,
        study: Study = IN_PLACE,
    ) -> None:
        """Keep a file that is worth fetching; say at once why another one is not."""
        command = _command(message)
        said = await self._said_at_once(tx, command, file, where, study)
        if said is not None:
            await self._replies.queue(tx, said, command, where.likely)
            return
        current = where.current
        kept = as_sent(message, file, None if current is None else current.id)
        await Uploads(tx).keep(kept)
        tx.after_commit(self._signals.uploads.set)
        if current is not None:
            return
        asked = (views.which_committee(file.name, where.committees),)
        await self._replies.queue(tx, asked, command, where.likely, beginning=FILE_WAITS)

    async def takes(self, tx: Transaction, message: Message, where: Whereabouts) -> bool:
        """Whether the command in a file's caption is one that reads a file."""
        command = _command(message)
        ctx = await self._circumstances.context(tx, command, replace(where, current=where.likely))
        return takes(command.body, ctx, AttachedFile, self._replies.catalogue)

    async def _said_at_once(
        self,
        tx: Transaction,
        command: Message,
        file: Attachment,
        where: Whereabouts,
        study: Study,
    ) -> tuple[Reply, ...] | None:
        """What is said about a file that is not fetched; None: it is."""
        if where.current is None and chooses(command.body):
            replies, _committee = await self._replies.to(tx, command, where, AttachedFile(), study)
            return (*replies, attachments.unread_file(file.name))
        known = replace(where, current=where.likely)
        ctx = await self._circumstances.context(tx, command, known)
        if not takes(command.body, ctx, AttachedFile, self._replies.catalogue):
            replies, _committee = await self._replies.to(tx, command, known, AttachedFile(), study)
            return (*replies, attachments.unread_file(file.name))
        if where.current is not None and (
            no := refused_beforehand(command.body, ctx, self._replies.catalogue)
        ):
            return no
        if file.lost is not None:
            lost = AttachedFile(file.name, file.lost)
            return (await self._replies.to(tx, command, known, lost, study))[0]
        now = _now()
        over = full(self._limits, await Uploads(tx).spent(command.sender, now), file.size, now)
        if over is None:
            return None
        return (views.full(file.name, over.what.value, over.most, over.until, ctx),)

    async def still_wanted(self, sent: Sent) -> bool:
        """Whether a file is fetched now. One that nobody may send any more is gone."""
        message = message_of(sent)
        async with self._database.transaction() as tx:
            where = await self._whereabouts(tx, sent)
            if where is None:
                await Uploads(tx).done(sent.event_id)
                return False
            if where.current is None:
                # It waits for its sender's word.
                return False
            ctx = await self._circumstances.context(tx, message, where)
            no = refused_beforehand(message.body, ctx, self._replies.catalogue)
            if not no:
                return True
            await Uploads(tx).done(sent.event_id)
            await self._replies.queue(tx, no, message, where.current)
        return False

    async def _whereabouts(self, tx: Transaction, sent: Sent) -> Whereabouts | None:
        """The direct chat, about the committee that was current when the file was sent."""
        if await Uploads(tx).by_id(sent.event_id) is None:
            return None
        where = await self._circumstances.whereabouts(tx, sent.room, sent.sender)
        if where is None or (sent.committee is None and not sent.file.get("asked")):
            return where
        meant = next((each for each in where.committees if each.id == sent.committee), None)
        if meant is None and sent.committee is not None:
            # They have left the one it was for.
            return None
        return replace(where, current=meant)

    # -- afterwards ------------------------------------------------------------------------------

    async def answer(self, sent: Sent, upload: AttachedFile) -> None:
        """Answer a file that was fetched, as its sender's role and rooms are now.

        Raises what the storage raises; the file then waits on.
        """
        message = message_of(sent)

        async def attempt(study: Study) -> None:
            async with self._database.transaction() as tx:
                await self._answered(tx, sent, message, upload, study)

        try:
            await self._studies.attempt(message.sender, attempt)
        except Error:
            raise
        except Exception as error:  # noqa: BLE001 (whatever a command raised: rolled back, told)
            await self._apologise(sent, message, log.failure("file", error))

    async def _answered(
        self, tx: Transaction, sent: Sent, message: Message, upload: AttachedFile, study: Study
    ) -> None:
        where = await self._whereabouts(tx, sent)
        if where is None:
            await Uploads(tx).done(sent.event_id)
            return
        if where.current is None:
            replies: tuple[Reply, ...] = (views.never_said(upload.name),)
        else:
            replies, _committee = await self._replies.to(tx, message, where, upload, study)
            if len(where.committees) > 1:
                replies = (views.is_for(upload.name, where.current), *replies)
        # Last: with it go the rows that were staged.
        await Uploads(tx).done(sent.event_id)
        await self._replies.queue(tx, replies, message, where.likely)

    async def _apologise(self, sent: Sent, message: Message, error_id: str) -> None:
        async with self._database.transaction() as tx:
            if await Uploads(tx).done(sent.event_id):
                await self._replies.apologise(tx, message, error_id)

    async def say_late(self, sent: Sent) -> None:
        """Tell the sender once that a file does not come, and for how long it is asked for."""
        message = message_of(sent)
        async with self._database.transaction() as tx:
            where = await self._whereabouts(tx, sent)
            if where is None:
                return
            said = (views.late(str(sent.file["name"])),)
            await self._replies.queue(tx, said, message, where.likely, beginning=FILE_LATE)


def message_of(sent: Sent) -> Message:
    """The message with the command that a file came with, as if it had been typed."""
    return _command(
        Message(
            event_id=sent.event_id,
            room=sent.room,
            sender=sent.sender,
            device="",
            body=sent.body,
            session_id="",
            index=0,
            relation=Relation(thread=str(sent.file.get("thread", ""))),
        )
    )


def _command(message: Message) -> Message:
    said = message.body if begins_a_command(message.body) else A_FILE_ALONE
    # With a file it is no question how imports go.
    alone = straighten(said).split() == A_FILE_ALONE.split()[:1]
    return replace(message, body=A_FILE_ALONE if alone else said, attachment=None)


def lost(sent: Sent) -> LostFile | None:
    """Why a file cannot be fetched, for files that an earlier release kept; otherwise None."""
    return None if sent.file["lost"] is None else LostFile(sent.file["lost"])


def _now() -> int:
    return time.time_ns() // 1_000_000
