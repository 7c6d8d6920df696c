"""A calendar file as an encrypted attachment."""

from collections.abc import Mapping
from typing import Any

from bot.logging import logs
from bot.matrix.client import Client, MatrixError
from bot.matrix.media import event_of, instead_of, put
from bot.matrix.render import CALENDAR
from commands.framework.i18n import _
from commands.meetings.share.calendar_file import MEDIA, NAME

log = logs.get("bot.meetings")


class CalendarFiles:
    """Makes the contents of ``m.file`` events."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def made(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """What to send instead of a message with a calendar in it. Raises NotNow, TokenRejected."""
        words = {key: value for key, value in content.items() if key != CALENDAR}
        file = str(content[CALENDAR]).encode()
        try:
            where = await put(self._client, file)
        except MatrixError as refusal:
            log.warning("calendar_refused", status=refusal.status)
            said = _("I could not make the file. Please ask for it again.")
            return instead_of(words, said)
        info = {"mimetype": MEDIA, "size": len(file)}
        return event_of(words, "m.file", NAME, where, info)
