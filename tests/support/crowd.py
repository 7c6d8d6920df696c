"""A committee with a large workplace on record, as hard to search as possible: similar names above all."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from storage.chat.committees import Committees
from storage.contacts.bulk import Bulk
from storage.contacts.listed import Listed
from storage.core.database import Database, Transaction
from storage.core.model import CommitteeId, UserId
from storage.names import full_key
from storage.reports.unit import Unit
from tests.chat.conversation import Chat

AREAS, BATCH = 40, 5_000
FIRST = (
    "Maria", "Marie", "Mario", "Marta", "Ana", "Anna", "Anne", "Ina", "Jose", "Josef", "Juan", "Joao",
    "Luis", "Luisa", "Elena", "Helena", "Katherine", "Catherine", "Kathryn", "Alexander", "Aleksandr",
    "Alexandra", "Sasha", "Mohammed", "Muhammad", "Mohamed", "Nguyen", "Van", "Thi", "William",
)  # fmt: skip
LAST = (
    "Garcia", "Garcias", "Garza", "Lopez", "Lopes", "Fernandez", "Fernandes", "Hernandez", "Martinez",
    "Martins", "Rodriguez", "Rodrigues", "Meier", "Meyer", "Maier", "Mayer", "Müller", "Mueller",
    "Schmidt", "Schmitt", "Nguyen", "Nguyễn", "Tran", "Kim", "Lee", "Smith", "Smyth", "O'Brien",
    "van den Berg", "de la Cruz",
)  # fmt: skip
PEOPLE = ("@ana", "@ben", "@lea")


def names(count: int) -> Iterator[str]:
    """Yield names that are all like many others: few words in many orders, with slips, in several parts."""
    chance = random.Random(count)
    for number in range(count):
        parts = [chance.choice(FIRST), chance.choice(LAST)]
        if number % 3 == 1:
            parts.insert(1, chance.choice(FIRST))
        if number % 3 == 2:
            parts.append(chance.choice(LAST))
        if number % 5 == 0:
            word = list(parts[-1])
            word[chance.randrange(1, len(word))] = chance.choice("aeioulnrst")
            parts[-1] = "".join(word)
        yield " ".join(parts)


async def gather(database: Database, count: int, now: datetime) -> None:
    """Add ``count`` contacts, with all that belongs to contacts, to the first committee."""
    async with database.transaction() as tx:
        committee = (await Committees(tx).all())[0].id
    people = [
        Listed(n, name, full_key(name), str(n), f"p{n}@example.org", f"Area {n % AREAS}",
               ("day", "night")[n % 2], None)
        for n, name in enumerate(names(count), 1)
    ]  # fmt: skip
    for start in range(0, count, BATCH):
        async with database.transaction() as tx:
            some = people[start : start + BATCH]
            await Bulk(tx, committee, now.date()).add(some, UserId("@lea:example.org"), now)
    async with database.transaction() as tx:
        await _work_with(tx, committee, now)
    today = now.date()
    async with database.transaction() as tx:
        await Unit(tx, committee, today).recompute()


async def _work_with(tx: Transaction, committee: CommitteeId, now: datetime) -> None:
    """Everybody has an organizer, a talk, a rating and a follow-up."""
    at = round(now.timestamp() * 1000) - 20 * 24 * 3600 * 1000
    due = (now + timedelta(days=-3)).date().isoformat()
    whose = "CASE c.number % 4 " + " ".join(
        f"WHEN {n} THEN '{who}:example.org'" for n, who in enumerate(PEOPLE)
    ) + " END"  # fmt: skip
    await tx.execute(
        f"UPDATE contacts AS c SET organizer = {whose} WHERE committee = ?", (committee,)
    )
    await tx.execute(
        "INSERT INTO assignments(contact, organizer, part, at, entry) "
        "SELECT c.id, c.organizer, 'primary', ?, c.entry FROM contacts AS c "
        "WHERE c.committee = ? AND c.organizer IS NOT NULL ORDER BY c.id",
        (at, committee),
    )
    first = await tx.value("SELECT MAX(id) FROM history")
    await tx.execute(
        "INSERT INTO history(committee, author, at, kind, contact) SELECT ?1, "
        f"COALESCE({whose}, '@ana:example.org'), ?2, 'conversation logged', c.id "
        "FROM contacts AS c WHERE c.committee = ?1 ORDER BY c.id",
        (committee, at),
    )
    row = "SELECT ?1, h.contact, h.author, h.at, {more} h.id FROM history AS h WHERE h.id > ?2"
    await tx.execute(
        "INSERT INTO conversations(committee, contact, author, at, outcome, number, entry) "
        + row.format(more="'reached', h.id - ?2,"),
        (committee, first),
    )
    await tx.execute(
        "INSERT INTO assessments(committee, contact, author, at, rating, evidence, entry) "
        + row.format(more="1 + h.id % 5, 'did',"),
        (committee, first),
    )
    await tx.execute(
        "INSERT INTO follow_ups(committee, number, contact, owner, what, due_day, open, entry) "
        "SELECT ?1, h.id - ?2, h.contact, h.author, 'ask again', ?3, h.id % 10 = 0, h.id FROM history AS h "
        "WHERE h.id > ?2",
        (committee, first, due),
    )
    await tx.execute(
        "INSERT INTO follow_up_owners(follow_up, owner, at, entry) "
        "SELECT id, owner, ?, entry FROM follow_ups WHERE committee = ?",
        (at, committee),
    )
    await tx.execute(
        "UPDATE committees SET last_talk = last_contact, last_follow_up = last_contact "
        "WHERE id = ?",
        (committee,),
    )
    await tx.execute(
        "UPDATE contacts SET (rating, rated_at) = (SELECT s.rating, s.at FROM assessments AS s "
        "WHERE s.contact = contacts.id ORDER BY s.at DESC LIMIT 1) WHERE committee = ?",
        (committee,),
    )


async def settled(chat: Chat, count: int) -> None:
    """Make a committee with ``count`` contacts and something of everything that commands work with."""
    await gather(chat.database, count, chat.now)
    lists = "\n".join(f"{name};Area 1" for name in names(150))
    for who, text in (
        ("@lea", '!test open petition "First petition" goal=60% public=51% --yes'),
        ("@ana", "!test mark did M-4 M-8 M-12"),
        ("@lea", "!test close T-1"),
        ("@lea", "!test close T-1 --yes"),
        ("@lea", '!test open petition "Second petition" goal=60% public=51% --yes'),
        ("@lea", "!test mark did M-4 M-8 M-16 M-20"),
        ("@lea", "!test close T-2"),
        ("@lea", "!test close T-2 --yes"),
        ("@lea", '!test open cards "Cards" goal=60% public=51% --yes'),
        ("@lea", "!test mark did\n" + "\n".join(names(60))),
        ("@lea", f"!import paste\nname;team\n{lists}"),
        ("@lea", "!import check 1"),
        ("@lea", "!import paste\nname;team\nZoltan Quwx;Area 1"),
        ("@lea", "!import check 2"),
        ("@lea", "!import commit 2"),
        ("@lea", f"!import paste\nwho is;team\n{lists}"),
        ("@ana", "!1on1 log M-4 reached rate=2 did next=3d"),
        ("@ana", "!meet new Planning | tomorrow 19:00 | 90m"),
        ("@ana", "!ok"),
        ("@ana", "!meet every Weekly | thursday 19:00 until july | 90m"),
        ("@ana", "!ok"),
        ("@ana", "!meet poll Planning | tue 19:00, wed 12:30 | until sun 20:00 | quorum 2"),
        ("@ana", "!ok"),
        ("@lea", "!dupes"),
    ):
        await chat.dm(who, text)
