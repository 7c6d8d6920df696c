"""Everything that is kept about one person, as it lies in the tables, taken back or not."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from storage.core.model import UserId
from storage.core.repository import Repository, moment
from storage.privacy.erasure import PersonRecords


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One row about somebody."""

    at: datetime | None
    by: UserId | None
    words: tuple[str, ...]
    taken_back: bool


_BACK = "EXISTS (SELECT 1 FROM history AS b WHERE b.reverses = t.entry)"
_ENTRY = "JOIN history AS h ON h.id = t.entry"
_IN = "t.{column} IN (SELECT value FROM json_each(?1))"


def _select(
    words: str,
    source: str,
    *,
    at: str = "h.at",
    by: str = "h.author",
    back: str = _BACK,
    column: str = "contact",
    order: str = "t.id",
) -> str:
    return (
        f"SELECT {at} AS at, {by} AS by, {back} AS back, json_array({words}) AS words "
        f"FROM {source} WHERE {_IN.format(column=column)} ORDER BY {order}"
    )


HELD: Mapping[str, str] = {
    "contacts": _select("'M-' || t.number, t.name", f"contacts AS t {_ENTRY}", column="id"),
    "names": _select("t.kind, t.name, iif(t.ended, 'ended', NULL)", f"names AS t {_ENTRY}"),
    "listings": _select(
        "t.name, t.external_id, t.email, t.area, t.shift", f"listings AS t {_ENTRY}"
    ),
    "placements": _select(
        "t.from_day, a.name, t.shift",
        f"placements AS t {_ENTRY} LEFT JOIN areas AS a ON a.id = t.area",
    ),
    "memberships": _select("t.from_day, t.state, t.reason", f"memberships AS t {_ENTRY}"),
    "roles": _select("t.from_day, t.role, iif(t.ended, 'ended', NULL)", f"roles AS t {_ENTRY}"),
    "assignments": _select(
        "t.organizer, t.part, iif(t.ended, 'ended', NULL), r.why",
        f"assignments AS t {_ENTRY} LEFT JOIN turf_reasons AS r ON r.entry = t.entry",
    ),
    "conversations": _select(
        "'#' || t.number, t.outcome, t.issue, t.ask, t.answer, t.note",
        "conversations AS t",
        at="t.at",
        by="t.author",
    ),
    "assessments": _select(
        "coalesce(t.rating, 0), t.evidence, t.note", "assessments AS t", at="t.at", by="t.author"
    ),
    "notes": _select("t.note", "notes AS t", at="t.at", by="t.author"),
    "follow_ups": _select(
        "'#' || t.number, t.what, t.due_day, t.owner, iif(t.open, 'open', NULL)",
        f"follow_ups AS t {_ENTRY}",
    ),
    "follow_up_events": (
        f"SELECT e.at, e.author AS by, {_BACK.replace('t.entry', 'e.entry')} AS back, "
        "json_array('#' || t.number, e.kind, e.due_day, e.result) AS words FROM follow_ups AS t "
        "JOIN follow_up_events AS e ON e.follow_up = t.id "
        f"WHERE {_IN.format(column='contact')} ORDER BY e.id"
    ),
    "test_people": _select(
        "'T-' || s.number, s.name, coalesce(a.name, iif(t.area < 0, 'outside', NULL)), t.shift, "
        "t.rating, t.organizer, iif(t.leader, 'leader', NULL)",
        "test_people AS t JOIN tests AS s ON s.id = t.test JOIN history AS h ON h.id = s.entry "
        "LEFT JOIN areas AS a ON a.id = t.area",
        back="EXISTS (SELECT 1 FROM history AS b WHERE b.reverses = s.entry)",
        order="t.test",
    ),
    "test_marks": _select(
        "'T-' || s.number, s.name, "
        "CASE t.mark WHEN 0 THEN 'not asked' WHEN 1 THEN 'asked' WHEN 2 THEN 'unable' "
        "WHEN 3 THEN 'no' WHEN 4 THEN 'yes' ELSE 'did' END, iif(t.amends, 'amended', NULL)",
        f"test_marks AS t {_ENTRY} JOIN tests AS s ON s.id = t.test",
    ),
    "test_reviews": _select(
        "'T-' || s.number, s.name, t.what, t.answer, t.answered_by",
        "test_reviews AS t JOIN tests AS s ON s.id = t.test JOIN history AS h ON h.id = s.entry",
        back="0",
    ),
    "test_sheets": (
        "SELECT s.at, s.author AS by, 0 AS back, json_array('#' || s.number, l.value ->> 1) AS words "
        "FROM test_sheets AS s JOIN json_each(s.lines) AS l "
        "WHERE s.committee > 0 AND EXISTS (SELECT 1 FROM json_each(l.value, '$[3]') AS c "
        "WHERE c.value IN (SELECT value FROM json_each(?1))) ORDER BY s.id"
    ),
    "bases": _select("t.basis, t.on_day", "bases AS t", at="t.at", by="t.author"),
    "holds": _select(
        "t.why, iif(t.ended_at IS NULL, NULL, 'ended')",
        "holds AS t",
        at="t.at",
        by="t.author",
        back="0",
    ),
    "merges": _select(
        "'M-' || k.number, 'M-' || d.number",
        f"merges AS t {_ENTRY} JOIN contacts AS k ON k.id = t.kept "
        "JOIN contacts AS d ON d.id = t.dropped",
        column="kept",
    ),
    "pairs": (
        "SELECT NULL AS at, NULL AS by, 0 AS back, json_array('M-' || o.number, 'M-' || n.number, "
        "iif(t.open, 'open', 'answered')) AS words FROM pairs AS t "
        "JOIN contacts AS o ON o.id = t.one JOIN contacts AS n ON n.id = t.other "
        f"WHERE {_IN.format(column='one')} OR {_IN.format(column='other')} ORDER BY t.id"
    ),
    "drafts": _select(
        "t.answers", "drafts AS t", at="NULL", by="t.author", back="0", order="t.author"
    ),
    "import_decisions": _select(
        "'#' || i.number, t.line",
        "import_decisions AS t JOIN imports AS i ON i.id = t.import",
        at="i.changed_at",
        by="i.author",
        back="0",
        order="t.line",
    ),
    "import_missing": _select(
        "'#' || i.number",
        "import_missing AS t JOIN imports AS i ON i.id = t.import",
        at="i.changed_at",
        by="i.author",
        back="0",
        order="i.id",
    ),
    "views": _select("NULL", "views AS t", at="t.at", by="t.viewer", back="0"),
    "look_ups": _select("NULL", "look_ups AS t", at="t.at", by="t.viewer", back="0", order="t.at"),
    "audits": _select("t.action, t.words", "audits AS t", at="t.at", by="t.author", back="0"),
}
"""By table. What is derived from these rows (search words, today's rating) is not said twice."""


@dataclass(frozen=True, slots=True)
class SubjectAccess(Repository):
    """What one committee keeps about somebody."""

    async def everything(self, person: PersonRecords) -> dict[str, list[HeldRow]]:
        """By table, oldest first; tables without anything left out."""
        ids = json.dumps(person.records)
        found: dict[str, list[HeldRow]] = {}
        for table, sql in HELD.items():
            rows = await self.tx.all(sql, (ids,))
            if rows:
                found[table] = [
                    HeldRow(
                        None if row["at"] is None else moment(row["at"]),
                        UserId(row["by"]) if row["by"] else None,
                        tuple(str(w) for w in json.loads(row["words"]) if w not in {None, ""}),
                        bool(row["back"]),
                    )
                    for row in rows
                ]
        return found
