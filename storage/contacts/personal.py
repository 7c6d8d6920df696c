"""Personal data in contacts, talks and follow-ups."""

import json

from storage.privacy.declarations import (
    IN_RECORDS,
    Disclosure,
    Erased,
    Expiry,
    Forgetting,
    PersonalData,
    PersonalTable,
    RetentionClock,
    written,
)

_OF_FOLLOW_UP = "(SELECT f.{column} FROM follow_ups AS f WHERE f.id = t.follow_up)"
_DONE_THEN = (
    "t.entry IN (SELECT h.id FROM history AS h WHERE h.committee = ?1 "
    "AND h.kind = 'follow-up done' AND h.at >= ?2 AND h.at < ?3)"
)


async def _drop_drafts(forgetting: Forgetting) -> Erased:
    """Drop talks that are being written down and mention them, and questions that wait for an answer."""
    tx, committee = forgetting.tx, forgetting.committee
    rows = await tx.all("SELECT author, answers FROM drafts WHERE committee = ?", (committee,))
    for row in rows:
        if forgetting.names.mentioned(json.loads(row["answers"])):
            await tx.execute(
                "DELETE FROM drafts WHERE committee = ? AND author = ?", (committee, row["author"])
            )
    # Questions are answered within minutes: all of the committee's go, whomever they are about.
    await tx.execute("DELETE FROM open_questions WHERE committee = ?", (committee,))
    return Erased()


PERSONAL = PersonalData(
    tables=(
        PersonalTable(
            "contacts",
            about="t.id",
            names="t.name",
            shown=Disclosure("'M-' || t.number, t.name", about=f"t.id {IN_RECORDS}"),
            derives=("t.id",),
            erased=f"UPDATE contacts SET merged_into = NULL WHERE id {IN_RECORDS}",
        ),
        PersonalTable(
            "names",
            names="t.name",
            shown=Disclosure("t.kind, t.name, iif(t.ended, 'ended', NULL)"),
            derives=("t.contact",),
        ),
        PersonalTable("name_words"),
        PersonalTable("name_keys"),
        PersonalTable(
            "placements",
            areas="(SELECT a.name FROM areas AS a WHERE a.id = t.area)",
            shown=Disclosure(
                "t.from_day, (SELECT a.name FROM areas AS a WHERE a.id = t.area), t.shift"
            ),
        ),
        PersonalTable(
            "memberships",
            shown=Disclosure("t.from_day, t.state, t.reason"),
            derives=("t.contact",),
        ),
        PersonalTable(
            "roles",
            shown=Disclosure("t.from_day, t.role, iif(t.ended, 'ended', NULL)"),
            contacted="t.contact",
        ),
        PersonalTable(
            "contact_details",
            emails="iif(t.field = 'email', t.value, NULL)",
            phones="iif(t.field = 'phone', t.value, NULL)",
            shown=Disclosure(
                "t.field, t.value, 'kept because: ' || (SELECT w.why FROM live_detail_choices AS w "
                "WHERE w.committee = t.committee AND w.field = t.field ORDER BY w.id DESC LIMIT 1)"
            ),
        ),
        PersonalTable("detail_choices", about=None, words=("why",)),
        PersonalTable(
            "followings",
            shown=Disclosure(
                "'M-' || c.number, 'M-' || l.number",
                "JOIN history AS h ON h.id = t.entry JOIN contacts AS c ON c.id = t.contact "
                "LEFT JOIN contacts AS l ON l.id = t.leader",
                about=f"t.contact {IN_RECORDS} OR t.leader {IN_RECORDS}",
            ),
            contacted="t.contact",
        ),
        PersonalTable(
            "conversations",
            words=("issue", "ask", "note"),
            shown=written("'#' || t.number, t.outcome, t.issue, t.ask, t.answer, t.note"),
            contacted="t.contact",
            expiry=Expiry(RetentionClock.NOTES, blanks="note"),
        ),
        PersonalTable(
            "assessments",
            words=("note",),
            shown=written("coalesce(t.rating, 0), t.evidence, t.note"),
            derives=("t.contact",),
            contacted="t.contact",
            expiry=Expiry(RetentionClock.NOTES, blanks="note"),
        ),
        PersonalTable(
            "notes",
            words=("note",),
            shown=written("t.note"),
            contacted="t.contact",
            expiry=Expiry(RetentionClock.NOTES),
        ),
        PersonalTable(
            "follow_ups",
            words=("what",),
            shown=Disclosure(
                "'#' || t.number, t.what, t.due_day, t.owner, iif(t.open, 'open', NULL)"
            ),
            contacted="t.contact",
        ),
        PersonalTable(
            "follow_up_events",
            whose=f"{_OF_FOLLOW_UP.format(column='committee')} = ?1",
            about=_OF_FOLLOW_UP.format(column="contact"),
            words=("result",),
            shown=Disclosure(
                "'#' || f.number, t.kind, t.due_day, t.result",
                "JOIN follow_ups AS f ON f.id = t.follow_up",
                at="t.at",
                by="t.author",
                about=f"f.contact {IN_RECORDS}",
            ),
            expiry=Expiry(RetentionClock.NOTES, blanks="result", within=_DONE_THEN),
        ),
        PersonalTable(
            "merges",
            about="t.kept",
            shown=Disclosure(
                "'M-' || k.number, 'M-' || d.number",
                "JOIN history AS h ON h.id = t.entry JOIN contacts AS k ON k.id = t.kept "
                "JOIN contacts AS d ON d.id = t.dropped",
                about=f"t.kept {IN_RECORDS}",
            ),
            derives=("t.kept", "t.dropped"),
            contacted="t.kept",
        ),
        PersonalTable(
            "pairs",
            about="t.one",
            shown=Disclosure(
                "'M-' || o.number, 'M-' || n.number, iif(t.open, 'open', 'answered')",
                "JOIN contacts AS o ON o.id = t.one JOIN contacts AS n ON n.id = t.other",
                at="NULL",
                by="NULL",
                taken_back="0",
                about=f"t.one {IN_RECORDS} OR t.other {IN_RECORDS}",
            ),
            # It is a name that the look for namesakes goes on from.
            erased="UPDATE committees SET pairs_from = '' WHERE id = ?2",
        ),
        PersonalTable(
            "not_same", about=None, derives=("(SELECT p.one FROM pairs AS p WHERE p.id = t.pair)",)
        ),
        PersonalTable(
            "drafts",
            shown=Disclosure(
                "t.answers", "", at="NULL", by="t.author", taken_back="0", order="t.author"
            ),
        ),
        PersonalTable("open_questions", about=None),
    ),
    nobody=("areas", "follow_up_owners", "derived"),
    scrubs=(_drop_drafts,),
    scrubbed=("drafts", "open_questions"),
)
