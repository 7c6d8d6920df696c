"""Derived columns of contacts, computed anew from the rows whose entries count.

Whoever writes rows that name a contact, or takes an entry back, has it recomputed. So what a command reads is
always what the surviving entries imply.
"""

import json
from collections.abc import Iterable, Sequence
from functools import cache

from storage.core.database import Transaction
from storage.core.driver import Row
from storage.core.model import ContactId
from storage.names import findable, folded, keys
from storage.names.called import CalledNames, called
from storage.structure_tests.derived import recompute_marks, records_of

NOT_UNDONE = "NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = {row}.entry)"
"""Whether a row counts: nobody took its entry back. For statements that no view ``live_...`` is for."""
SAME_PERSON = "(SELECT {id} UNION ALL SELECT id FROM contacts WHERE merged_into = {id})"
"""The records of one person, by the record that was kept."""

_HAS_THEM = (
    "(SELECT CASE WHEN a.ended THEN NULL ELSE a.organizer END FROM live_assignments AS a "
    "WHERE a.contact = contacts.id AND a.part = 'primary' ORDER BY a.id DESC LIMIT 1)"
)
_ROOT = (
    "WITH RECURSIVE up(id, depth) AS (SELECT ?1, 0 UNION ALL "
    "SELECT m.kept, up.depth + 1 FROM up JOIN live_merges AS m ON m.dropped = up.id"
    ") SELECT id FROM up ORDER BY depth DESC LIMIT 1"
)
_UNDER = (
    "WITH RECURSIVE down(id) AS (SELECT ?1 UNION "
    "SELECT m.dropped FROM down JOIN live_merges AS m ON m.kept = down.id) SELECT id FROM down"
)
_NAMES = "SELECT n.kind, n.name, n.ended FROM live_names AS n WHERE n.contact = ? ORDER BY n.id"
_STANDINGS = (
    "WITH who(id) AS ({who}), same(root, id) AS (SELECT id, id FROM who UNION ALL "
    "SELECT c.merged_into, c.id FROM who CROSS JOIN contacts AS c ON c.merged_into = who.id), "
    # Of each organizer the latest.
    "latest(root, id) AS (SELECT same.root, MAX(l.id) FROM same CROSS JOIN live_assessments AS l "
    "ON l.contact = same.id GROUP BY same.root, l.author), "
    "ranked(root, rating, at, disputed, place) AS (SELECT l.root, s.rating, s.at, "
    "MIN(s.rating) OVER one <> MAX(s.rating) OVER one, "
    "ROW_NUMBER() OVER (one ORDER BY s.author IS c.organizer DESC, s.rating IS NULL, s.id DESC) "
    "FROM latest AS l CROSS JOIN assessments AS s ON s.id = l.id "
    "CROSS JOIN contacts AS c ON c.id = l.root WINDOW one AS (PARTITION BY l.root)) "
    "UPDATE contacts SET rating = now.rating, rated_at = now.at, disputed = now.disputed "
    "FROM (SELECT who.id, r.rating, iif(r.rating IS NULL, NULL, r.at) AS at, "
    "iif(r.rating IS NULL, 0, r.disputed) AS disputed "
    "FROM who LEFT JOIN ranked AS r ON r.root = who.id AND r.place = 1) AS now "
    "WHERE contacts.id = now.id AND (contacts.rating IS NOT now.rating "
    "OR contacts.rated_at IS NOT now.at OR contacts.disputed IS NOT now.disputed)"
)
"""For all of some people at once: a person at a time, a large turf would take minutes."""


@cache
def _touched() -> str:
    """Everybody whom an entry wrote rows about. The list of all tables is loaded with the first entry of a run."""
    from storage.privacy.tables import TABLES  # noqa: PLC0415

    return " UNION ".join(
        f"SELECT {contact} AS contact FROM {table.name} AS t WHERE t.entry = ?1"
        for table in TABLES
        for contact in table.derives
    )


async def recompute_entry(tx: Transaction, entry: int) -> None:
    """Recompute everybody an entry wrote rows about."""
    rows = await tx.all(_touched(), (entry,))
    await recompute(tx, [ContactId(row["contact"]) for row in rows])
    # Not a person at a time: a whole turf may have changed hands, a long list been marked.
    marked = "SELECT DISTINCT contact FROM test_marks WHERE entry = ?"
    await recompute_marks(tx, await records_of(tx, marked, (entry,)))
    await tx.execute(
        f"UPDATE contacts SET organizer = {_HAS_THEM} "
        "WHERE id IN (SELECT contact FROM assignments WHERE entry = ?)",
        (entry,),
    )
    await recompute_ratings_of(tx, entry)
    followed = await tx.all("SELECT DISTINCT contact FROM followings WHERE entry = ?", (entry,))
    await recompute_followings(tx, [row["contact"] for row in followed])
    await _recompute_follow_ups(tx, entry)


async def _recompute_follow_ups(tx: Transaction, entry: int) -> None:
    """Whether they are open, until when, and who owes them: of the follow-ups an entry touched."""
    await tx.execute(
        "UPDATE follow_ups AS f SET "
        "open = NOT EXISTS (SELECT 1 FROM live_follow_up_events AS e WHERE e.follow_up = f.id "
        f"AND e.kind = 'done') AND {NOT_UNDONE.format(row='f')}, "
        "due_day = COALESCE((SELECT due_day FROM live_follow_up_events AS e "
        "WHERE e.follow_up = f.id AND e.kind = 'due' ORDER BY e.id DESC LIMIT 1), due_day) "
        "WHERE f.id IN (SELECT follow_up FROM follow_up_events WHERE entry = ?)",
        (entry,),
    )
    await tx.execute(
        "UPDATE follow_ups SET owner = COALESCE((SELECT o.owner FROM live_follow_up_owners AS o "
        "WHERE o.follow_up = follow_ups.id ORDER BY o.id DESC LIMIT 1), owner) "
        "WHERE id IN (SELECT follow_up FROM follow_up_owners WHERE entry = ?)",
        (entry,),
    )


async def recompute(tx: Transaction, contacts: Iterable[ContactId]) -> None:
    """Compute every derived column of the given contacts anew, merged records included."""
    belonging = {}
    for root in sorted({await _root(tx, contact) for contact in contacts}):
        belonging[root] = [row["id"] for row in await tx.all(_UNDER, (root,))]
    # First who belongs to whom, for all of them: one that was taken out of another is still under
    # it otherwise while the other's rating is computed.
    for root, under in belonging.items():
        for contact in under:
            await tx.execute(
                f"UPDATE contacts AS c SET merged_into = ?, present = {NOT_UNDONE.format(row='c')} "
                "WHERE id = ?",
                (None if contact == root else root, contact),
            )
    for root, under in belonging.items():
        await _recompute_names(tx, root, under)
        await _recompute_organizer(tx, root)
        await _recompute_membership(tx, root)
        await recompute_rating(tx, ContactId(root))
        await recompute_marks(tx, [under])
        await recompute_followings(tx, under)
        for contact in under:
            await _recompute_pairs(tx, contact)


async def _root(tx: Transaction, contact: int) -> int:
    return await tx.number(_ROOT, (contact,))


async def names_of(tx: Transaction, contact: int) -> CalledNames:
    """Return what one record is called; names of records merged into the same person are left out."""
    rows = await tx.all(_NAMES, (contact,))
    if not rows:
        return CalledNames(
            str(await tx.value("SELECT name FROM contacts WHERE id = ?", (contact,))), ()
        )
    return called(rows)


async def _recompute_names(tx: Transaction, root: int, under: Sequence[int]) -> None:
    """The index holds the names of all records of a person under the record that was kept."""
    every: list[str] = []
    for contact in under:
        names = await names_of(tx, contact)
        await tx.execute(
            "UPDATE contacts SET name = ?, sort_key = ? WHERE id = ?",
            (names.shown, folded(names.shown), contact),
        )
        await tx.execute("DELETE FROM name_words WHERE contact = ?", (contact,))
        await tx.execute("DELETE FROM name_keys WHERE contact = ?", (contact,))
        every += [names.shown, *names.others]
    row = await tx.one("SELECT committee, present FROM contacts WHERE id = ?", (root,))
    if row is not None and row["present"]:
        await index_names(tx, row["committee"], root, every)


async def index_names(tx: Transaction, committee: int, contact: int, names: Sequence[str]) -> None:
    """Add the search keys of ``names`` for a contact, so that a look-up by any name finds the contact."""
    await tx.executemany(
        "INSERT OR IGNORE INTO name_words(committee, word, contact) VALUES (?, ?, ?)",
        [(committee, word, contact) for name in names for word in findable(name)],
    )
    await tx.executemany(
        "INSERT OR IGNORE INTO name_keys(committee, key, contact) VALUES (?, ?, ?)",
        [(committee, key, contact) for name in names for key in keys(name)],
    )


async def recompute_followings(tx: Transaction, contacts: Iterable[int]) -> None:
    """Set behind whom the contacts stand now, and everybody who was ever put behind one of them.

    A row of the record that was kept goes before those of records merged into it. Nobody stands behind
    themselves, as when a leader and one of theirs turn out to be one person.
    """
    await tx.execute(
        "UPDATE contacts AS c SET follows = CASE WHEN c.merged_into IS NULL THEN "
        "(SELECT NULLIF(COALESCE(l.merged_into, l.id), c.id) FROM contacts AS l WHERE l.id = "
        f"(SELECT f.leader FROM live_followings AS f WHERE f.contact IN {SAME_PERSON.format(id='c.id')} "
        "ORDER BY f.contact = c.id DESC, f.id DESC LIMIT 1)) END "
        "WHERE c.id IN (SELECT value FROM json_each(?1) UNION "
        "SELECT x.merged_into FROM json_each(?1) AS j CROSS JOIN contacts AS x ON x.id = j.value "
        "UNION SELECT COALESCE(x.merged_into, x.id) FROM json_each(?1) AS j "
        "CROSS JOIN followings AS f ON f.leader = j.value CROSS JOIN contacts AS x ON x.id = f.contact)",
        (json.dumps(list(contacts)),),
    )


async def _recompute_organizer(tx: Transaction, contact: int) -> None:
    await tx.execute(f"UPDATE contacts SET organizer = {_HAS_THEM} WHERE id = ?", (contact,))


async def _recompute_membership(tx: Transaction, contact: int) -> None:
    await tx.execute(
        "UPDATE contacts SET out_from = (SELECT CASE WHEN m.state IN ('left', 'excluded') "
        "THEN m.from_day END FROM live_memberships AS m WHERE m.contact = contacts.id "
        "ORDER BY m.from_day DESC, m.id DESC LIMIT 1) WHERE id = ?",
        (contact,),
    )


async def recompute_rating(tx: Transaction, contact: ContactId) -> None:
    """Set somebody's current rating: the primary organizer's latest, or the newest; never an average.

    The same rule as commands/contacts/rules.py `standing`; a test compares the two.
    """
    await tx.execute(_STANDINGS.format(who="SELECT ?1"), (contact,))


async def recompute_ratings(tx: Transaction, contacts: Sequence[ContactId]) -> None:
    """Set the current ratings of several people in one statement, by the same rule."""
    await tx.execute(
        _STANDINGS.format(who="SELECT value FROM json_each(?1)"), (json.dumps(contacts),)
    )


async def recompute_ratings_of(tx: Transaction, entry: int) -> None:
    """Recompute the current rating of everybody who changed hands by an entry, in one statement.

    Of several ratings, that is: one alone is the current one in whoever's hands.
    """
    who = (
        "SELECT DISTINCT a.contact FROM assignments AS a WHERE a.entry = ?1 AND (EXISTS "
        "(SELECT 1 FROM contacts AS d WHERE d.merged_into = a.contact) OR EXISTS "
        "(SELECT 1 FROM assessments AS s WHERE s.contact = a.contact LIMIT 1 OFFSET 1))"
    )
    await tx.execute(_STANDINGS.format(who=who), (entry,))


async def latest_of_each(tx: Transaction, contact: ContactId) -> list[Row]:
    """Return every organizer's latest assessment of somebody, newest first."""
    return await tx.all(
        "SELECT COALESCE(s.rating, 0) AS rating, s.evidence, s.author, s.at, s.note FROM assessments AS s WHERE s.id IN ("
        "SELECT MAX(l.id) FROM live_assessments AS l "
        f"WHERE l.contact IN {SAME_PERSON.format(id='?1')} GROUP BY l.author) ORDER BY s.id DESC",
        (contact,),
    )


async def _recompute_pairs(tx: Transaction, contact: int) -> None:
    """A pair is open while both are there, neither is merged, and nobody told them apart."""
    await tx.execute(
        "UPDATE pairs AS p SET open = NOT EXISTS (SELECT 1 FROM live_not_same AS d "
        "WHERE d.pair = p.id) AND NOT EXISTS "
        "(SELECT 1 FROM contacts AS c WHERE c.id IN (p.one, p.other) "
        "AND (c.merged_into IS NOT NULL OR NOT c.present)) WHERE one = ?1 OR other = ?1",
        (contact,),
    )
