"""Personal data in queued and waiting messages: any message may mention anybody."""

import json

from storage.chat.outbox import UNSEARCHABLE, ContentKind
from storage.core.slices import a_turn
from storage.privacy.declarations import Erased, Forgetting, PersonalData, PersonalTable


async def _replace_unsent(forgetting: Forgetting) -> Erased:
    """Put other words into every committee's queued messages: people are members of several.

    Some words are written when they go.
    """
    changed = 0
    for row in await forgetting.tx.all(
        "SELECT id, content, content_kind, source FROM outbox"
        " WHERE kind NOT IN ('reminder', 'digest')"
    ):
        await a_turn()
        said = (json.loads(row["content"]), row["source"])
        if ContentKind(row["content_kind"]) in UNSEARCHABLE or forgetting.names.mentioned(said):
            changed += 1
            instead = {"msgtype": "m.notice", "m.mentions": {}, **forgetting.instead}
            await forgetting.tx.execute(
                "UPDATE outbox SET content = ?, content_kind = ?, source = '', about = '{}'"
                " WHERE id = ?",
                (json.dumps(instead), ContentKind.EVENT.value, row["id"]),
            )
    return Erased(unsent=changed)


async def _blank_waiting(forgetting: Forgetting) -> Erased:
    """Blank them in commands that wait for their turn."""
    names = forgetting.names
    for row in await forgetting.tx.all("SELECT id, body FROM waiting"):
        await a_turn()
        if names.mentioned([row["body"]]):
            await forgetting.tx.execute(
                "UPDATE waiting SET body = ? WHERE id = ?",
                (names.blanked(row["body"]) or row["body"], row["id"]),
            )
    return Erased()


PERSONAL = PersonalData(
    tables=(
        # Nobody looks into undeliverable messages.
        PersonalTable("parked", about=None, erased="DELETE FROM parked"),
    ),
    nobody=(
        "committees",
        "dead_letters",
        "directs",
        "facts",
        "handled",
        "identities",
        "invitations",
        "people",
        "reading",
        "refused",
        "rooms",
        "said_once",
        "uninvited",
        "unread",
    ),
    scrubs=(_replace_unsent, _blank_waiting),
    scrubbed=("outbox", "waiting"),
)
