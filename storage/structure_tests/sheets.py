"""Signature lists that were matched and wait for a decision. Nothing on them counts yet."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from enum import Enum

from storage.core.driver import Row
from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId, UserId
from storage.core.repository import Repository, Shared
from storage.core.rows import moment
from storage.core.slices import a_turn, in_slices
from storage.names import findable, full_key, keys
from storage.names.employee_numbers import KEY, number_key
from storage.structure_tests.model import OUTSIDE, Mark, StructureTest

KEPT_MS = 7 * 24 * 3600 * 1000
"""How long a list waits for somebody's word."""
PER_WORD = 40
"""Contacts under one name word or key that a line is compared with."""
FEWEST, ALTOGETHER = 8, 12_000
"""Under each key at least so many, and about so many for a whole list: reading them keeps others waiting."""
NAMESAKES = 200
"""People of exactly one name among whom an area may say who is meant."""
ALL_AT_ONCE = 3_000
"""Most people in a test for whom a list is compared with everybody, whatever the slips."""


class SignatureVerdict(Enum):
    """Result of matching one line."""

    SURE = "sure"
    LIKELY = "likely"
    UNCLEAR = "unclear"
    UNKNOWN = "unknown"
    TWICE = "twice"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of a list: what was written, and whom the line may mean."""

    line: int
    written: str
    verdict: SignatureVerdict
    contacts: tuple[ContactId, ...]


@dataclass(frozen=True, slots=True)
class SignatureSheet:
    """A signature list that waits for a decision."""

    id: int
    number: int
    test: int
    mark: Mark
    author: UserId
    at: datetime
    lines: tuple[SheetLine, ...]
    for_leads: bool
    """Whether the list names people in the care of others than its author."""

    def of(self, verdict: SignatureVerdict) -> list[SheetLine]:
        """Return the lines with a verdict."""
        return [line for line in self.lines if line.verdict is verdict]


@dataclass(frozen=True, slots=True)
class Bearer:
    """Somebody whom a written name may mean."""

    contact: ContactId
    names: tuple[str, ...]
    area: str | None
    """Today's, folded."""
    external_id: str | None
    email: str | None
    inside: bool
    """Whether the test counts the person."""


Sought = tuple[str, tuple[str, ...], tuple[str, ...]]
"""A name as it is looked for: as a whole, by its keys, by its words."""


def sought(name: str) -> Sought:
    """Return full key, search keys and words under which somebody with the name may be found."""
    return full_key(name), keys(name), findable(name)


@dataclass(frozen=True, slots=True)
class SignatureSheets(Repository):
    """One committee's signature lists."""

    author: UserId
    now: datetime

    async def keep(
        self,
        test: StructureTest,
        mark: Mark,
        lines: Sequence[SheetLine],
        *,
        for_leads: bool,
    ) -> SignatureSheet:
        """Save a new list; returns the list with its number."""
        number = await self.tx.returned(
            "UPDATE committees SET last_sheet = last_sheet + 1 WHERE id = ? RETURNING last_sheet",
            (self.committee,),
        )
        await self.tx.add(
            "test_sheets",
            committee=self.committee,
            number=number,
            test=test.id,
            mark=mark,
            author=self.author,
            at=self.now,
            lines=_written(lines),
            for_leads=for_leads,
        )
        kept = await self.by_number(int(str(number)))
        if kept is None:
            raise LookupError("a list just kept is not there")
        return kept

    async def by_number(self, number: int) -> SignatureSheet | None:
        """Return the list with the number people type; None if there is none."""
        row = await self.tx.one(
            "SELECT * FROM test_sheets WHERE committee = ? AND number = ?", (self.committee, number)
        )
        return None if row is None else _sheet(row)

    async def waiting(self, author: UserId | None, limit: int) -> list[SignatureSheet]:
        """Return waiting lists of one author, or for leads of all (None)."""
        rows = await self.tx.all(
            "SELECT * FROM test_sheets WHERE committee = ?1 AND number > 0 "
            "AND (?2 IS NULL OR (author = ?2 AND NOT for_leads)) ORDER BY number DESC LIMIT ?3",
            (self.committee, author, limit),
        )
        return [_sheet(row) for row in rows]

    async def put(self, sheet: SignatureSheet, lines: Iterable[SheetLine]) -> SignatureSheet:
        """Replace the lines of a list; a list without lines is deleted."""
        rest = tuple(lines)
        if not rest:
            await self.tx.execute("DELETE FROM test_sheets WHERE id = ?", (sheet.id,))
        else:
            await self.tx.execute(
                "UPDATE test_sheets SET lines = ? WHERE id = ?", (_written(rest), sheet.id)
            )
        return replace(sheet, lines=rest)

    async def bearers(
        self,
        test: StructureTest | None,
        names: Iterable[Sought],
        numbers: Iterable[str] = (),
        emails: Iterable[str] = (),
    ) -> list[Bearer]:
        """Return everybody who shares a word, a key, a number or an address with the names sought.

        ``test`` None: of no test in particular.
        """
        looked_for = list(names)
        whole = sorted({key for key, _parts, _words in looked_for})
        parts = sorted({key for _key, some, _words in looked_for for key in some} - set(whole))
        single = sorted({word for _key, _parts, some in looked_for for word in some})
        each = max(FEWEST, min(PER_WORD, ALTOGETHER // (len(parts) + len(single) + 1)))
        rows = await self.tx.all(
            "SELECT DISTINCT contact FROM ("
            "SELECT k.contact FROM json_each(?2) AS j CROSS JOIN name_keys AS k "
            "ON k.committee = ?1 AND k.key = j.value AND k.contact IN (SELECT f.contact "
            "FROM name_keys AS f WHERE f.committee = ?1 AND f.key = j.value LIMIT ?8) UNION "
            "SELECT k.contact FROM json_each(?7) AS j CROSS JOIN name_keys AS k "
            "ON k.committee = ?1 AND k.key = j.value AND k.contact IN (SELECT f.contact "
            "FROM name_keys AS f WHERE f.committee = ?1 AND f.key = j.value LIMIT ?4) UNION "
            "SELECT w.contact FROM json_each(?3) AS j CROSS JOIN name_words AS w "
            "ON w.committee = ?1 AND w.word = j.value AND w.contact IN (SELECT f.contact "
            "FROM name_words AS f WHERE f.committee = ?1 AND f.word = j.value LIMIT ?4) UNION "
            "SELECT COALESCE(c.merged_into, c.id) FROM json_each(?5) AS j CROSS JOIN listings AS l "
            f"ON l.committee = ?1 AND l.external_id IS NOT NULL AND {KEY.format(row='l')} = j.value "
            "JOIN contacts AS c ON c.id = l.contact UNION "
            "SELECT COALESCE(c.merged_into, c.id) FROM json_each(?6) AS j CROSS JOIN listings AS l "
            "ON l.committee = ?1 AND l.email = j.value JOIN contacts AS c ON c.id = l.contact)",
            (
                self.committee,
                json.dumps(whole),
                json.dumps(single),
                each,
                json.dumps(sorted(set(map(number_key, numbers)))),
                json.dumps(sorted(set(emails))),
                json.dumps(parts),
                NAMESAKES,
            ),
        )
        few = await self._few(test)
        found = {row["contact"] for row in rows}
        if len(few) <= ALL_AT_ONCE:
            found |= {row["contact"] for row in few}
        return await self.bearers_of(test, sorted(found))

    async def _few(self, test: StructureTest | None) -> list[Row]:
        """Everybody in a test, or on record, at most one more than are compared with all at once."""
        if test is None:
            return await self.tx.all(
                "SELECT c.id AS contact FROM contacts AS c WHERE c.committee = ? AND c.number > 0 "
                "AND c.present AND c.merged_into IS NULL LIMIT ?",
                (self.committee, ALL_AT_ONCE + 1),
            )
        return await self.tx.all(
            "SELECT DISTINCT COALESCE(c.merged_into, c.id) AS contact FROM test_people AS p "
            "JOIN contacts AS c ON c.id = p.contact WHERE p.test = ? LIMIT ?",
            (test.id, ALL_AT_ONCE + 1),
        )

    async def bearers_of(self, test: StructureTest | None, contacts: Sequence[int]) -> list[Bearer]:
        """Return the given people, with all that a line may name them by."""
        ids = json.dumps(list(contacts))
        rows = await self.tx.all(
            "SELECT c.id, c.name, a.folded AS area, (SELECT l.external_id FROM listings AS l "
            "WHERE l.contact = c.id AND l.external_id IS NOT NULL ORDER BY l.id DESC LIMIT 1) "
            "AS external_id, (SELECT l.email FROM listings AS l WHERE l.contact = c.id "
            "AND l.email IS NOT NULL ORDER BY l.id DESC LIMIT 1) AS email, "
            "?2 IS NULL OR EXISTS (SELECT 1 FROM test_people AS p WHERE p.test = ?2 AND p.area <> ?3 "
            "AND p.contact IN (SELECT c.id UNION ALL SELECT id FROM contacts "
            "WHERE merged_into = c.id)) AS inside FROM json_each(?1) AS j "
            "CROSS JOIN contacts AS c ON c.id = j.value LEFT JOIN areas AS a ON a.id = c.unit_area "
            "WHERE c.present AND c.merged_into IS NULL ORDER BY c.number",
            (ids, None if test is None else test.id, OUTSIDE),
        )
        also: dict[int, list[str]] = {row["id"]: [row["name"]] for row in rows}
        await a_turn()
        for row in await self.tx.all(
            "SELECT COALESCE(c.merged_into, c.id) AS kept, n.name FROM json_each(?1) AS j "
            "CROSS JOIN contacts AS c ON c.id IN (SELECT j.value UNION ALL SELECT d.id "
            "FROM contacts AS d WHERE d.merged_into = j.value) "
            "CROSS JOIN names AS n ON n.contact = c.id WHERE NOT n.ended "
            "AND NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = n.entry)",
            (ids,),
        ):
            also.get(row["kept"], []).append(row["name"])
        # Thousands of them are not made in one go: the others have their turn between.
        return await in_slices(_bearer(row, also[row["id"]]) for row in rows)


@dataclass(frozen=True, slots=True)
class StaleSheets(Shared):
    """Lists of all committees, for deletion by age."""

    async def forget_before(self, at: int) -> int:
        """Delete lists brought before ``at`` (Unix ms UTC); returns how many."""
        return await self.tx.execute("DELETE FROM test_sheets WHERE at < ?", (at,))


def _bearer(row: Row, names: Sequence[str]) -> Bearer:
    return Bearer(
        ContactId(row["id"]),
        tuple(dict.fromkeys(names)),
        row["area"],
        row["external_id"],
        row["email"],
        bool(row["inside"]),
    )


def _written(lines: Iterable[SheetLine]) -> str:
    return json.dumps(
        [[each.line, each.written, each.verdict.value, list(each.contacts)] for each in lines],
        ensure_ascii=False,
    )


def _sheet(row: Row) -> SignatureSheet:
    return SignatureSheet(
        id=row["id"],
        number=row["number"],
        test=row["test"],
        mark=Mark(row["mark"]),
        author=UserId(row["author"]),
        at=moment(row["at"]),
        lines=tuple(
            SheetLine(line, written, SignatureVerdict(verdict), tuple(map(ContactId, contacts)))
            for line, written, verdict, contacts in json.loads(row["lines"])
        ),
        for_leads=bool(row["for_leads"]),
    )
