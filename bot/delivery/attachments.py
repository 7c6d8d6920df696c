"""Files that go with messages: made when the message goes, encrypted with keys of their own, uploaded."""

from collections.abc import Mapping
from typing import Protocol

from storage.chat.outbox import ContentKind, Outgoing


class Maker(Protocol):
    """Makes files of one kind."""

    async def made(self, described: Outgoing) -> Outgoing:
        """The event with the uploaded file, or with words for why there is none.

        Raises NotNow: the homeserver is away.
        """
        ...


Makers = Mapping[ContentKind, Maker]
"""Who makes what: one maker for each of ``storage.chat.outbox.ATTACHMENTS``."""
