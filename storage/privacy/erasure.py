"""Deleting everything about somebody, in every table there is.

What hangs on a contact goes with its row (ON DELETE CASCADE); the rest is in ``Erasure.erase``. A test
looks through the schema, so that a new table is thought about here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from storage.core.model import ContactId
from storage.core.repository import Repository, millis
from storage.core.slices import a_turn, in_slices
from storage.names.called import COUNTS
from storage.privacy.redaction import NamePatterns, Redaction

SHEETS_AT_ONCE = 50
PICTURES = ("org.steward.picture", "org.steward.export", "file")
"""Parts of a queued message that hold names where no search finds them: a picture, a file's key."""


@dataclass(frozen=True, slots=True)
class PersonRecords:
    """Somebody with every record of theirs, and everything they are known by, old versions included."""

    contact: ContactId
    records: tuple[int, ...]
    names: tuple[str, ...]
    areas: tuple[str, ...]
    numbers: tuple[str, ...]
    """The employer's."""
    emails: tuple[str, ...]

    @property
    def sought(self) -> NamePatterns:
        return NamePatterns(self.names, (*self.numbers, *self.emails))


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is kept about somebody."""

    talks: int
    ratings: int
    notes: int
    follow_ups: int
    mentions: int
    """Texts about others with their name in them."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of the words about somebody that stood elsewhere."""

    mentions: int
    lines: int
    """Lines of lists that wait to be saved."""
    unsent: int
    """Queued messages whose words are others now."""


_ALL = (
    "WITH RECURSIVE same(id) AS (SELECT ?1 UNION SELECT m.dropped FROM same "
    f"JOIN merges AS m ON m.kept = same.id WHERE {COUNTS.format(row='m')}) SELECT id FROM same"
)
_IN = "IN (SELECT value FROM json_each(?1))"


@dataclass(frozen=True, slots=True)
class Erasure(Repository):
    """Deletes one committee's contacts. Nothing here can be taken back."""

    async def person(self, contact: ContactId) -> PersonRecords:
        """Everything somebody is known by; ``contact`` is the record that was kept."""
        records = [row["id"] for row in await self.tx.all(_ALL, (contact,))]
        ids = json.dumps(records)

        async def column(sql: str) -> tuple[str, ...]:
            rows = await self.tx.all(sql, (ids,))
            return tuple(dict.fromkeys(row["said"] for row in rows if row["said"]))

        return PersonRecords(
            contact=contact,
            records=tuple(records),
            names=await column(
                f"SELECT name AS said FROM contacts WHERE id {_IN} "
                f"UNION ALL SELECT name FROM names WHERE contact {_IN} "
                f"UNION ALL SELECT name FROM listings WHERE contact {_IN}"
            ),
            areas=await column(
                "SELECT a.name AS said FROM placements AS p JOIN areas AS a ON a.id = p.area "
                f"WHERE p.contact {_IN} UNION ALL SELECT area FROM listings WHERE contact {_IN}"
            ),
            numbers=await column(f"SELECT external_id AS said FROM listings WHERE contact {_IN}"),
            emails=await column(f"SELECT email AS said FROM listings WHERE contact {_IN}"),
        )

    async def amount(self, person: PersonRecords) -> Amount:
        ids = json.dumps(person.records)
        talks, ratings, notes, follow_ups = [
            int(str(await self.tx.value(f"SELECT COUNT(*) FROM {t} WHERE contact {_IN}", (ids,))))
            for t in ("conversations", "assessments", "notes", "follow_ups")
        ]
        mentions = await Redaction(self.tx, self.committee).count(person.sought, person.records)
        return Amount(talks, ratings, notes, follow_ups, mentions)

    async def forget(
        self, person: PersonRecords, at: datetime, instead: Mapping[str, str]
    ) -> Erased:
        """Delete their records, and their name wherever else it stands.

        ``instead`` is sent in place of queued messages that mention them.
        """
        await self.erase(person.records, at)
        names = person.sought
        await self._blank_drafts(names)
        return Erased(
            mentions=await Redaction(self.tx, self.committee).blank(names),
            lines=await self._blank_lists(names) + await self._blank_sheets(person, names),
            unsent=await self._blank_outbox(names, instead),
        )

    async def erase(self, records: tuple[int, ...], at: datetime) -> None:
        """Delete the records of one person: history says no more of whom it was."""
        ids = json.dumps(records)
        entries = f"SELECT id FROM history WHERE contact {_IN}"
        await self.tx.execute(f"DELETE FROM turf_reasons WHERE entry IN ({entries})", (ids,))
        await self.tx.execute(
            f"UPDATE history SET forgotten = 1, contact = NULL WHERE contact {_IN}", (ids,)
        )
        await self.tx.execute(
            f"UPDATE audits SET contact = NULL, words = '' WHERE contact {_IN}", (ids,)
        )
        await self.tx.execute(f"UPDATE contacts SET merged_into = NULL WHERE id {_IN}", (ids,))
        await self.tx.execute(f"DELETE FROM contacts WHERE id {_IN}", (ids,))
        # Nobody looks into undeliverable messages: any of them may speak of anybody.
        await self.tx.execute("DELETE FROM parked")
        await self.tx.execute(
            f"DELETE FROM unsettled WHERE committee = ?2 AND contact {_IN}", (ids, self.committee)
        )
        # It is a name that the look for namesakes goes on from.
        await self.tx.execute(
            "UPDATE committees SET pairs_from = '' WHERE id = ?", (self.committee,)
        )
        await self.tx.execute("INSERT INTO remnants(at) VALUES (?)", (millis(at),))

    # -- words elsewhere -----------------------------------------------------------------------

    async def _blank_drafts(self, names: NamePatterns) -> None:
        rows = await self.tx.all(
            "SELECT author, answers FROM drafts WHERE committee = ?", (self.committee,)
        )
        for row in rows:
            if names.mentioned(json.loads(row["answers"])):
                await self.tx.execute(
                    "DELETE FROM drafts WHERE committee = ? AND author = ?",
                    (self.committee, row["author"]),
                )

    async def _blank_lists(self, names: NamePatterns) -> int:
        """Lines of lists that are not saved yet, what was said about lines, and files on their way."""
        lines = await self._blank_rows(names)
        # A list that is being checked is looked at again from its first line.
        checking = "SELECT id FROM imports WHERE committee = ? AND state = 'checking'"
        await self.tx.execute(
            "DELETE FROM import_seen WHERE import IN (SELECT id FROM imports WHERE committee = ?)",
            (self.committee,),
        )
        await self.tx.execute(
            f"DELETE FROM import_problems WHERE import IN ({checking})", (self.committee,)
        )
        await self.tx.execute(
            "UPDATE imports SET done = 0, figures = '{}' WHERE committee = ? "
            "AND state = 'checking'",
            (self.committee,),
        )
        for row in await self.tx.all(
            "SELECT p.id, p.words FROM imports AS i JOIN import_problems AS p ON p.import = i.id "
            "WHERE i.committee = ?",
            (self.committee,),
        ):
            await a_turn()
            if names.mentioned(json.loads(row["words"])):
                await self.tx.execute("DELETE FROM import_problems WHERE id = ?", (row["id"],))
        for row in await self.tx.all("SELECT event_id, body, file FROM uploads"):
            file = json.loads(row["file"])
            if names.mentioned([row["body"], file]):
                better = {**file, "name": names.blanked(str(file.get("name"))) or file.get("name")}
                await self.tx.execute(
                    "UPDATE uploads SET body = ?, file = ? WHERE event_id = ?",
                    (
                        names.blanked(row["body"]) or row["body"],
                        json.dumps(better),
                        row["event_id"],
                    ),
                )
        for row in await self.tx.all("SELECT id, body FROM waiting"):
            await a_turn()
            if names.mentioned([row["body"]]):
                await self.tx.execute(
                    "UPDATE waiting SET body = ? WHERE id = ?",
                    (names.blanked(row["body"]) or row["body"], row["id"]),
                )
        return lines

    async def _blank_rows(self, names: NamePatterns) -> int:
        """Rows of lists, some sheets at a time: all of them together may be more than fits."""
        lines, last = 0, 0
        while True:
            rows = await self.tx.all(
                "SELECT s.id, s.rows FROM imports AS i JOIN import_sheets AS s ON s.import = i.id "
                "WHERE i.committee = ? AND s.rows IS NOT NULL AND s.id > ? ORDER BY s.id LIMIT ?",
                (self.committee, last, SHEETS_AT_ONCE),
            )
            for row in rows:
                await a_turn()
                sheet = json.loads(row["rows"])
                rest = [each for each in sheet if not names.in_row(each[1])]
                if len(rest) < len(sheet):
                    lines += len(sheet) - len(rest)
                    await self.tx.execute(
                        "UPDATE import_sheets SET rows = ? WHERE id = ?",
                        (json.dumps(rest), row["id"]),
                    )
            if len(rows) < SHEETS_AT_ONCE:
                return lines
            last = rows[-1]["id"]

    async def _blank_sheets(self, person: PersonRecords, names: NamePatterns) -> int:
        """Lines of signature lists that wait."""
        lines = 0
        for row in await self.tx.all(
            "SELECT id, lines FROM test_sheets WHERE committee = ? AND number > 0",
            (self.committee,),
        ):
            every = json.loads(row["lines"])
            theirs = await in_slices(
                names.in_row([each[1]]) or bool(set(each[3]) & set(person.records))
                for each in every
            )
            rest = [each for each, his in zip(every, theirs, strict=True) if not his]
            if len(rest) < len(every):
                lines += len(every) - len(rest)
                await self.tx.execute(
                    "UPDATE test_sheets SET lines = ? WHERE id = ?", (json.dumps(rest), row["id"])
                )
        return lines

    async def _blank_outbox(self, names: NamePatterns, instead: Mapping[str, str]) -> int:
        """Every committee's: people are members of several. Some words are written when they go."""
        changed = 0
        for row in await self.tx.all(
            "SELECT id, content FROM outbox WHERE kind NOT IN ('reminder', 'digest')"
        ):
            await a_turn()
            content = json.loads(row["content"])
            if names.mentioned(content) or any(part in content for part in PICTURES):
                changed += 1
                await self.tx.execute(
                    "UPDATE outbox SET content = ?, about = '{}' WHERE id = ?",
                    (json.dumps({"msgtype": "m.notice", "m.mentions": {}, **instead}), row["id"]),
                )
        return changed
