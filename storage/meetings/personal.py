"""Personal data in meetings: free words in which somebody may be named."""

import json

from storage.privacy.declarations import Erased, Forgetting, PersonalData, PersonalTable

_OF_MEETING = "(SELECT m.committee FROM meetings AS m WHERE m.id = t.meeting) = ?1"
_OF_OCCURRENCE = "(SELECT o.committee FROM occurrences AS o WHERE o.id = t.occurrence) = ?1"


async def _drop_plans(forgetting: Forgetting) -> Erased:
    """Drop meetings that wait for an ``!ok`` and mention them."""
    tx, committee = forgetting.tx, forgetting.committee
    rows = await tx.all(
        "SELECT author, room, plan FROM meeting_drafts WHERE committee = ?", (committee,)
    )
    for row in rows:
        if forgetting.names.mentioned(json.loads(row["plan"])):
            await tx.execute(
                "DELETE FROM meeting_drafts WHERE committee = ? AND author = ? AND room = ?",
                (committee, row["author"], row["room"]),
            )
    return Erased()


PERSONAL = PersonalData(
    tables=(
        PersonalTable("meeting_versions", whose=_OF_MEETING, about=None, words=("title",)),
        PersonalTable("calendar_files", whose=_OF_MEETING, about=None, words=("title",)),
        PersonalTable("agenda_items", whose=_OF_OCCURRENCE, about=None, words=("words",)),
        PersonalTable("minute_lines", whose=_OF_OCCURRENCE, about=None, words=("words",)),
        PersonalTable("actions", about=None, words=("words",)),
    ),
    nobody=(
        "action_events",
        "agenda_marks",
        "availabilities",
        "calendar_dates",
        "meeting_exceptions",
        "meeting_links",
        "meeting_mutes",
        "meeting_roles",
        "meetings",
        "occurrences",
        "reminder_clock",
        "reminders",
        "rsvps",
        "time_options",
        "time_polls",
    ),
    scrubs=(_drop_plans,),
    scrubbed=("meeting_drafts",),
)
