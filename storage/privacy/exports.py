"""Exports: files of contacts for use outside, asked for by one person and approved by another."""

import json
from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import Enum

from storage.contacts.details import ContactDetails, DetailChoices, DetailField
from storage.core.driver import Row
from storage.core.lazy_dataclass import dataclass
from storage.core.model import CommitteeId, ContactId, UserId
from storage.core.repository import Repository, Shared
from storage.core.rows import millis, moment


class ExportFormat(Enum):
    """File format of an export."""

    CSV = "csv"
    JSON = "json"
    """In the vocabulary of OSDI (Open Supporter Data Interface)."""
    VCARD = "vcard"
    """Names only: phones send their address books to clouds."""


class ExportStep(Enum):
    """How far an export has come."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    MADE = "made"
    """The file is made and queued."""
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    """Somebody who asked or approved may not any more."""
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Export:
    """One export, from the request to its end."""

    id: int
    committee: CommitteeId
    number: int
    author: UserId
    format: ExportFormat
    ratings: bool
    why: str
    step: ExportStep
    decided_by: UserId | None
    at: datetime
    """When the export was asked for."""
    people: int = 0
    """How many people leads were told the file would hold; 0: the request is from before this was kept."""
    approved: datetime | None = None
    newest: ContactId | None = None
    """The last contact at the time of approval; later contacts are not in the file."""

    @property
    def waits(self) -> bool:
        """Whether the file may still be made and sent."""
        return self.step in {ExportStep.ASKED, ExportStep.APPROVED, ExportStep.MADE}


@dataclass(frozen=True, slots=True)
class ExportLine:
    """One person as a line of the file."""

    id: int
    handle: str
    name: str
    also: tuple[str, ...]
    external_id: str | None
    email: str | None
    area: str | None
    shift: str | None
    state: str
    organizer: str | None
    roles: tuple[str, ...]
    basis: str | None
    talked: datetime | None
    rating: int | None
    rated: datetime | None
    tests: tuple[str, ...]
    """Marks of the person in structure tests."""
    details: Mapping[str, str] = field(default_factory=dict)
    """Phone, e-mail and language by field, where they are kept."""
    behind: str | None = None
    """Handle of the natural leader they stand behind; None: behind nobody."""


_DATED = (
    "(SELECT {row}.id FROM live_{table} AS {row} WHERE {row}.contact = c.id AND {row}.from_day <= ?4 "
    "ORDER BY {row}.from_day DESC, {row}.id DESC LIMIT 1)"
)
_AT, _OF = (
    _DATED.format(row=row, table=table)
    for row, table in (("p", "placements"), ("m", "memberships"))
)
_LAST = (
    "(SELECT l.{column} FROM live_listings AS l WHERE l.contact = c.id AND l.{column} IS NOT NULL "
    "ORDER BY l.id DESC LIMIT 1) AS {column}"
)
# The plus keeps SQLite from an index by committee, in which it would go through everybody for each page.
_LINES = (
    "SELECT c.id, c.number, c.name, c.organizer, c.rating, c.rated_at, c.talked_at, c.parts, "
    "(SELECT 'M-' || w.number FROM contacts AS w WHERE w.id = c.follows AND w.present) AS behind, "
    f"a.name AS area, p.shift, m.state, {_LAST.format(column='external_id')}, "
    f"{_LAST.format(column='email')}, (SELECT b.basis FROM live_bases AS b WHERE b.contact = c.id "
    f"ORDER BY b.id DESC LIMIT 1) AS basis, "
    "(SELECT json_group_array(s.name || ': ' || CASE p.mark WHEN 1 THEN 'asked' "
    "WHEN 2 THEN 'unable' WHEN 3 THEN 'no' WHEN 4 THEN 'yes' ELSE 'did' END) "
    "FROM test_people AS p JOIN live_tests AS s ON s.id = p.test WHERE p.contact IN "
    "(SELECT c.id UNION ALL SELECT d.id FROM contacts AS d WHERE d.merged_into = c.id) "
    f"AND p.counted AND p.mark > 0) AS tests "
    f"FROM contacts AS c LEFT JOIN placements AS p ON p.id = {_AT} "
    f"LEFT JOIN areas AS a ON a.id = p.area LEFT JOIN memberships AS m ON m.id = {_OF} "
    "WHERE +c.committee = ?1 AND c.id > ?2 AND c.present AND c.merged_into IS NULL "
    "AND c.id <= ?5 ORDER BY c.id LIMIT ?3"
)


_EXPORT = "SELECT *, state AS step, approved_at AS approved FROM exports "


@dataclass(frozen=True, slots=True)
class Exports(Repository):
    """One committee's exports."""

    async def ask(
        self, author: UserId, how: ExportFormat, why: str, at: datetime, *, ratings: bool
    ) -> Export:
        """Record a request for an export and return the new export with its number."""
        number = await self.tx.value(
            "UPDATE committees SET last_export = last_export + 1 WHERE id = ? RETURNING last_export",
            (self.committee,),
        )
        await self.tx.execute(
            "INSERT INTO exports(committee, number, author, format, ratings, why, state, at, "
            "changed_at, people) VALUES (?, ?, ?, ?, ?, ?, 'asked', ?, ?, ?)",
            (
                self.committee,
                number,
                author,
                how.value,
                int(ratings),
                why,
                millis(at),
                millis(at),
                await self.count(),
            ),
        )
        asked = await self.by_number(int(str(number)))
        if asked is None:
            raise LookupError("an export just asked for is not there")
        return asked

    async def by_number(self, number: int) -> Export | None:
        """Return the export with the number people type; None if there is none."""
        return await self.tx.record(
            Export, f"{_EXPORT}WHERE committee = ? AND number = ?", (self.committee, number)
        )

    async def count(self) -> int:
        """Count the people a file made now would hold."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM contacts WHERE committee = ? AND number > 0 "
            "AND present AND merged_into IS NULL",
            (self.committee,),
        )

    async def waiting(self) -> list[Export]:
        """Return the exports whose files may still be made or sent, oldest first."""
        return await self.tx.records(
            Export,
            f"{_EXPORT}WHERE committee = ? AND state IN ('asked', 'approved', 'made') ORDER BY id",
            (self.committee,),
        )

    async def approve(self, one: Export, by: UserId, at: datetime) -> None:
        """Approve an export, and fix the last contact its file may hold."""
        await self.step(one, ExportStep.APPROVED, by, at)
        last = await self.tx.value("SELECT MAX(id) FROM contacts")
        await self.tx.execute(
            "UPDATE exports SET approved_at = ?, newest = ? WHERE id = ?",
            (millis(at), last or 0, one.id),
        )

    async def step(self, one: Export, step: ExportStep, by: UserId | None, at: datetime) -> None:
        """Set the step of an export; ``by``: who decided, None: nobody new."""
        await self.tx.execute(
            "UPDATE exports SET state = ?, decided_by = COALESCE(?, decided_by), changed_at = ? "
            "WHERE id = ?",
            (step.value, by, millis(at), one.id),
        )

    async def lines(self, *, today: date, after: int, newest: int, limit: int) -> list[ExportLine]:
        """Return people as they are today: row ids above ``after`` up to ``newest``, at most ``limit``."""
        rows = await self.tx.all(_LINES, (self.committee, after, limit, today.isoformat(), newest))
        also = await self._also([row["id"] for row in rows])
        reach = ContactDetails(self.tx, self.committee)
        kept = await DetailChoices(self.tx, self.committee).kept()
        return [
            _line(
                row, also.get(row["id"], ()), await reach.of(ContactId(row["id"])) if kept else {}
            )
            for row in rows
        ]

    async def _also(self, contacts: list[int]) -> dict[int, tuple[str, ...]]:
        found: dict[int, tuple[str, ...]] = {}
        for row in await self.tx.all(
            "SELECT n.contact, n.name FROM json_each(json(?)) AS j "
            "CROSS JOIN live_names AS n ON n.contact = j.value "
            "WHERE n.kind = 'alias' ORDER BY n.id",
            (str(contacts),),
        ):
            found[row["contact"]] = (*found.get(row["contact"], ()), row["name"])
        return found


@dataclass(frozen=True, slots=True)
class Orders(Shared):
    """Exports of all committees by row id, for whoever makes the files."""

    async def by_id(self, one: int) -> Export | None:
        """Return the export with the row id; None if there is none."""
        return await self.tx.record(Export, f"{_EXPORT}WHERE id = ?", (one,))


@dataclass(frozen=True, slots=True)
class StaleExports(Shared):
    """Exports of all committees that nobody decided on, or that could not be sent."""

    async def older_than(self, at: int) -> list[Export]:
        """Return unsent exports that were asked for, or approved, before ``at`` (Unix ms UTC)."""
        return await self.tx.records(
            Export,
            f"{_EXPORT}WHERE (state = 'asked' AND at < ?1) "
            "OR (state IN ('approved', 'made') AND approved_at < ?1)",
            (at,),
        )


def _line(row: Row, also: tuple[str, ...], details: Mapping[DetailField, str]) -> ExportLine:
    roles = (("committee", row["parts"] & 1), ("natural leader", row["parts"] & 2))
    return ExportLine(
        id=row["id"],
        handle=f"M-{row['number']}",
        name=row["name"],
        also=tuple(dict.fromkeys(also)),
        external_id=row["external_id"],
        email=row["email"],
        area=row["area"],
        shift=row["shift"],
        state=row["state"] or "employed",
        organizer=row["organizer"],
        roles=tuple(name for name, has in roles if has),
        basis=row["basis"],
        talked=None if row["talked_at"] is None else moment(row["talked_at"]),
        rating=row["rating"],
        rated=None if row["rated_at"] is None else moment(row["rated_at"]),
        tests=tuple(json.loads(row["tests"])),
        details={each.value: value for each, value in details.items()},
        behind=row["behind"],
    )
