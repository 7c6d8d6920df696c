"""A calendar file as an encrypted attachment."""

from bot.logging import logs
from bot.matrix.client import Client, MatrixError
from bot.matrix.media import event_of, instead_of, put
from commands.framework.i18n import _
from commands.meetings.share.calendar_file import MEDIA, NAME
from storage.chat.outbox import ContentKind, Outgoing

log = logs.get("bot.meetings")


class CalendarFiles:
    """Makes ``m.file`` events."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def made(self, described: Outgoing) -> Outgoing:
        """The event with the calendar file whose text a message has. Raises NotNow."""
        words, file = described.content, described.source.encode()
        try:
            where = await put(self._client, file)
        except MatrixError as refusal:
            log.warning("calendar_refused", status=refusal.status)
            said = _("I could not make the file. Please ask for it again.")
            return Outgoing(instead_of(words, said))
        info = {"mimetype": MEDIA, "size": len(file)}
        return Outgoing(event_of(words, "m.file", NAME, where, info), ContentKind.FILE)
