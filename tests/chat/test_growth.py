"""Every command costs the same with 100 and 100,000 contacts: no statement reads a whole table.

How long the commands take is measured by `make bench`; this test keeps the reason.
"""

import re
from collections.abc import Sequence

import pytest

from commands.roles.quotas import RATES, Act, Rate
from storage.core.database import Transaction
from tests.chat.conversation import Chat

SMALL = {"committees", "coalitions", "test_sheets", "standings", "issue_words", "coalition_lines"}
"""Tables with a handful of rows."""
FEW = {"exports_waiting", "imports_at_work", "contacts_leading"}
"""Partial indexes that hold a handful of rows of a larger table: imports somebody waits for,
and natural leaders, of whom a workplace has one in ten at the most."""
COUNTED = {"test_people_who_did"}
"""The narrow index that is read instead of the table of everybody in a test: who did it cannot cost the same
for any number of people. `make bench ARGS=structure_tests` says what it costs."""
GROUPED = {"unit_counts"}
"""Counts that are kept: a row for each area, shift, rating and role that go together, however many people
there are. `make bench ARGS=reports` says what reading them costs."""

WEEK = [
    ("@ana", '!contact add "Sam Okafor" area=Payments shift=day'),
    ("@ana", '!contact add "Alex Kim" area=Payments'),
    ("@ana", '!contact add "Alex Kim" --yes'),
    ("@ana", "!contact find al ki"),
    ("@ana", "!contact find nobody"),
    ("@ana", "!contact list"),
    ("@lea", "!contact list after=M-1"),
    ("@lea", "!contact list area=Search shift=night ask=petition rating=2 never"),
    ("@ana", "!contact list ask=any rating=0 --never"),
    ("@ana", "!contact find al area=Search"),
    ("@lea", "!contact show Sam"),
    ("@ana", "!1on1 log Alex Kim reached"),
    ("@ana", "!1on1 log Okafro busy"),
    ("@ana", "!1on1 log M-1 busy"),
    ("@ana", '!1on1 log Sam reached ask="sign" answer=yes rate=2 did next=fri'),
    ("@ben", "!assess M-1 4 heard"),
    ("@ana", "!contact show M-1"),
    ("@ana", "!due"),
    ("@ana", "!next 5"),
    ("@ana", "!buddy @ben"),
    ("@ana", "!buddy"),
    ("@lea", "!buddy"),
    ("@ana", "!buddy end"),
    ("@ana", "!undo"),
    ("@ben", "!buddy end @ana"),
    ("@ana", "!tips"),
    ("@ana", "!tips off"),
    ("@ana", "!tips on"),
    ("@ana", "!next area=Payments"),
    ("@ana", "!snooze 1 3d"),
    ("@ana", "!done 1 signed next=2w"),
    ("@ana", "!undo"),
    ("@ana", "!undo"),
    ("@ana", "!me"),
    ("@ana", "!help"),
    ("@lea", "!help"),
    ("@ana", "!help meetings"),
    ("@ana", "!help talk M-1"),
    ("@ana", "!tz Madrid"),
    ("@ana", "!use payments"),
    ("@ana", '!contact add "Mia Chen"'),
    ("@ana", '!contact edit M-1 name="Samuel Okafor" shift=night status=leave'),
    ("@ana", "!contact alias M-1 Sammy"),
    ("@ana", "!contact find sammy"),
    ("@ana", "!contact show sammy okafor"),
    ("@ana", "!contact move M-1 area=Search"),
    ("@ana", "!contact role M-1 committee"),
    ("@ana", "!contact role M-1 leader"),
    ("@ana", "!follows M-3 M-1"),
    ("@ana", "!follows M-3 -"),
    ("@ana", "!undo"),
    ("@lea", "!leaders"),
    ("@lea", "!chart leaders"),
    ("@ana", "!contact show M-3"),
    ("@ana", "!contact show M-1"),
    ("@ana", "!note M-1 hello"),
    ("@ana", "!undo"),
    ("@ana", "!1on1 log M-1 reached next=fri"),
    ("@ana", "!1on1 edit 1 outcome=noanswer"),
    ("@ana", "!followup M-1 fri"),
    ("@ana", "!undo"),
    ("@ana", "!1on1 history M-1"),
    ("@ana", "!1on1 history M-1 before=3"),
    ("@ana", "!assess history M-1"),
    ("@ana", "!stale 30"),
    ("@lea", "!stale"),
    ("@lea", "!disputes"),
    ("@lea", "!dupes"),
    ("@lea", "!dupes notsame 1"),
    ("@lea", "!merge M-1 M-2"),
    ("@lea", "!merge M-1 M-2 --yes"),
    ("@ana", "!contact show M-2"),
    ("@lea", "!unmerge M-2"),
    ("@ana", "!contact left M-1 1 may"),
    ("@ana", "!contact rejoin M-1"),
    ("@ana", "!contact exclude M-1 reason=supervisor"),
    ("@ana", "!contact list"),
    ("@ana", '!contact edit M-1 name="Samuel Okafor" shift=night status=leave'),
    ("@ana", "!contact alias M-1 Sammy"),
    ("@ana", "!contact find sammy"),
    ("@ana", "!contact show sammy okafor"),
    ("@ana", "!contact move M-1 area=Search"),
    ("@ana", "!contact role M-1 committee"),
    ("@ana", "!note M-1 hello"),
    ("@ana", "!undo"),
    ("@ana", "!1on1 log M-1 reached next=fri"),
    ("@ana", "!1on1 edit 1 outcome=noanswer"),
    ("@ana", "!1on1 history M-1"),
    ("@ana", "!1on1 history M-1 before=3"),
    ("@ana", "!assess history M-1"),
    ("@ana", "!stale 30"),
    ("@lea", "!stale"),
    ("@lea", "!disputes"),
    ("@lea", "!dupes"),
    ("@lea", "!dupes notsame 1"),
    ("@lea", "!merge M-1 M-2"),
    ("@lea", "!merge M-1 M-2 --yes"),
    ("@ana", "!contact show M-2"),
    ("@lea", "!unmerge M-2"),
    ("@ana", "!contact left M-1 1 may"),
    ("@ana", "!contact rejoin M-1"),
    ("@ana", "!contact exclude M-1 reason=supervisor"),
    ("@ana", "!contact list"),
    ("@ana", "!undo"),
    *(
        ("@ben", f'!contact add "{name} Ito" area=Search --yes')
        for name in ("Bo", "Di", "Ed", "Flo")
    ),
    ("@ben", "!report coverage"),
    ("@lea", "!report coverage"),
    ("@lea", "!report coverage area=Search"),
    ("@ben", "!report follow-ups"),
    ("@lea", "!report movement weeks=4"),
    ("@ben", "!report movement"),
    ("@ben", "!report holes"),
    ("@lea", "!report holes"),
    ("@ana", '!contact add "Kit Moss"'),
    ("@ana", '!contact add "Kit Moss" --yes'),
    ("@lea", "!subject M-1"),
    ("@lea", "!contact basis M-1 consent"),
    ("@lea", "!hold M-1 why=claim"),
    ("@lea", "!hold"),
    ("@lea", "!hold end M-1"),
    ("@lea", "!audit"),
    ("@lea", "!audit M-1"),
    ("@lea", "!audit @ana skip=3"),
    ("@kim", "!export json why=mailing"),
    ("@lea", "!export approve 1"),
    ("@lea", '!unforget "Nobody Else" --yes'),
    ("@lea", "!chart"),
    ("@lea", "!chart area=Search"),
    ("@ana", "!chart counts"),
    ("@ana", "!chart movement"),
    ("@lea", '!test open petition "RTO petition" goal=60% public=51%'),
    ("@lea", '!test open petition "RTO petition" goal=60% public=51% --yes'),
    ("@lea", "!test change petition closes=fri"),
    ("@ana", "!test mark petition asked M-1 M-2 Bo Ito"),
    ("@ana", "!test mark petition yes M-1"),
    ("@ana", "!test unmark petition M-1"),
    ("@ana", "!undo"),
    ("@ana", "!test mark petition did\nBo Ito\nDy Ito\nNobody Here"),
    ("@ana", "!test sheet"),
    ("@ana", "!test sheet 1 likely"),
    ("@ana", "!test decide 1 3 skip"),
    ("@ana", "!test accept 1 --likely"),
    ("@ana", "!test mark petition did\nNobody Here"),
    ("@ana", "!test drop 2"),
    ("@lea", "!merge M-3 M-4"),
    ("@lea", "!merge M-3 M-4 --yes"),
    ("@lea", "!unmerge M-3"),
    ("@ben", "!test status petition"),
    ("@lea", "!test status petition --byshift"),
    ("@ben", "!test gaps"),
    ("@ana", "!next 5"),
    ("@lea", "!test gaps --all"),
    ("@lea", "!leaders"),
    ("@ben", "!test names petition did"),
    ("@lea", "!test names petition outside"),
    ("@lea", "!test announce petition"),
    ("@lea", '!test announce petition override="why not"'),
    ("@lea", "!test invite petition"),
    ("@ana", "!test joint petition"),
    ("@lea", "!test join ABCDEF"),
    ("@lea", "!test leave petition"),
    ("@lea", "!test close petition"),
    ("@lea", "!test close petition --yes"),
    ("@lea", "!test review"),
    ("@lea", "!test review petition 1 yes"),
    ("@ben", "!test review"),
    ("@lea", "!test amend petition did M-1 why=late"),
    ("@lea", '!test open photoboard "Photo board" goal=60% --yes'),
    ("@ana", "!test mark photo did M-1"),
    ("@ben", "!test list"),
    ("@ben", "!test compare"),
    ("@lea", "!test movers dropped"),
    ("@ana", "!test movers steady"),
    ("@ana", "!1on1 log M-1 reached issue=pay"),
    ("@ana", "!issue add pay"),
    ("@lea", "!issue merge pay wages"),
    ("@lea", "!issue drop wages"),
    ("@ana", "!issues"),
    ("@lea", "!issues"),
    ("@lea", "!issues pay"),
    ("@ana", "!issues pay"),
    ("@ana", "!issues undecided"),
    ("@lea", "!issues undecided"),
    ("@kim", "!fields on phone why=calls"),
    ("@ana", "!fields"),
    ("@ana", '!contact edit M-1 phone="+49 30 1234567"'),
    ("@lea", '!contact edit M-2 phone="030 1234567"'),
    ("@ana", "!contact show M-1"),
    ("@kim", "!fields off phone"),
    ("@kim", "!fields off phone --yes"),
    ("@lea", "!test calibrate"),
    ("@lea", "!test calibrate photo"),
    ("@ben", "!test plan photo"),
    ("@ben", "!test ladder"),
    ("@ben", "!test chart photo"),
    ("@ben", "!test chart ladder"),
    ("@ben", "!test chart movement"),
    ("@lea", '!test open mockvote "Vote" --countonly --yes'),
    ("@ana", "!test count vote"),
    ("@ana", "!test count vote Search 1"),
    ("@ben", "!report tests"),
    ("@lea", "!subject M-1"),
    ("@lea", "!contact left M-1 today"),
    ("@ana", "!meet new Planning | next fri 19:00 | 90m"),
    ("@ana", "!ok"),
    ("@ana", "!meet every Planning | thursday 19:00 | 60m"),
    ("@ana", "!ok"),
    ("@ana", "!meet poll Talk | 1 dec 19:00, 2 dec 19:00 | until fri 12:00"),
    ("@ana", "!ok"),
    ("@ana", "!can 1 maybe 2"),
    ("@ana", "!meet tally"),
    ("@ana", "!meet pick #3 1"),
    ("@ana", "!undo"),
    ("@ana", "!yes #2"),
    ("@ana", "!meet who"),
    ("@ana", "!meet"),
    ("@ana", "!meet next #2"),
    ("@ana", "!meet skip #2 3 dec"),
    ("@ana", "!meet move #1 fri 18:00"),
    ("@ana", "!ok"),
    ("@ana", "!meet fair"),
    ("@ana", "!meet link #1 https://meet.example.org/Xq7vB2-room"),
    ("@ana", "!meet ics #1"),
    ("@ana", "!ok"),
    ("@ana", "!agenda add 10m strike fund"),
    ("@ana", "!agenda done 1"),
    ("@ana", "!roles"),
    ("@ana", "!roles take notes"),
    ("@ana", "!action @ben print flyers by fri"),
    ("@ana", "!actions"),
    ("@ana", "!action done 1"),
    ("@ana", "!undo"),
    ("@ana", "!meet cancel #1"),
    ("@ana", "!meet every Weekly | thu 19:00"),
    ("@ana", "!ok"),
    ("@ana", "!meet poll When | fri 19:00, sat 12:00"),
    ("@ana", "!ok"),
    ("@ana", "!note M-1 hello"),
    ("@lea", "!undo of=@ana"),
    ("@lea", "!undo of=@ana why=slip --yes"),
    ("@ana", "!merge M-3 M-4 --yes"),
    ("@lea", "!unmerge M-3"),
    ("@lea", "!unmerge M-3 --yes"),
    ("@ana", "!meet cancel #2"),
    ("@kim", "!second 1"),
    ("@ana", "!meet cancel #2"),
    ("@ana", "sam reached 2 did yesterday"),
    ("@ana", "remind sam fri"),
    ("@ana", "!1on1 edit 3 who=M-2"),
    ("@ana", "!1on1 withdraw 3 slip"),
    ("@lea", '!coalition new "Games workers"'),
    ("@lea", "!coalition code"),
    ("@lea", '!coalition label "North"'),
    ("@lea", "!coalition give areas"),
    ("@lea", '!coalition test petition "On-call pay" goal=65% closes=3d'),
    ("@lea", "!coalition letter closes=3d Nights\nWe ask for pay."),
    ("@lea", '!coalition say "We won."'),
    ("@lea", "!coalition tests"),
    ("@lea", "!coalition"),
    ("@lea", "!coalition log"),
    ("@lea", "!ok"),
    ("@lea", "!coalition ok 1"),
    ("@lea", "!coalition tests"),
    ("@lea", "!coalition no 1"),
    ("@lea", "!coalition leave --yes"),
    ("@lea", "log alex reached"),
    ("@lea", "1"),
]

HELD = [
    ("@ana", "!attended M-1 M-2"),
    ("@lea", "!here M-3 at=3"),
    ("@ben", "!here\nBo Ito\nSam Okafor"),
    ("@lea", "!here\nBo Ito\nKit Moss"),
    ("@lea", "!attended not M-3 at=3"),
    ("@ana", "!attendance"),
    ("@lea", "!attendance"),
    ("@ana", "!contact show M-5"),
    ("@lea", '!test open rally "Rally" goal=60% --yes'),
    ("@lea", "!test mark rally from=3"),
    ("@lea", "!subject M-5"),
]
"""When the meetings of the week have begun."""


def scanned(plan: str) -> str | None:
    """The table a step of a query plan reads from end to end, or a committee's whole part of it."""
    step = re.fullmatch(r"SCAN (\w+)( USING .*)?|SEARCH (\w+) USING .* \(committee=\?\)", plan)
    index = re.search(r"USING (COVERING )?INDEX (\w+)", plan)
    if index and (index[2] in FEW or (index[1] and index[2] in COUNTED)):
        return None
    return step and (step[1] or step[3])


async def test_no_command_reads_a_whole_table(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    statements: dict[str, Sequence[object]] = {}
    for name in ("one", "all", "execute", "insert"):
        run = getattr(Transaction, name)

        async def recorded(
            tx: Transaction, sql: str, params: Sequence[object] = (), *, run: object = run
        ) -> object:
            statements[sql] = params
            return await run(tx, sql, params)  # type: ignore[operator]

        monkeypatch.setattr(Transaction, name, recorded)
    monkeypatch.setitem(RATES, Act.CANCEL_MEETING, Rate(1, 1))
    for who, text in WEEK:
        await chat.dm(who, text)
    chat.later(days=8)
    for who, text in HELD:
        await chat.dm(who, text)
    monkeypatch.undo()

    assert len(statements) > 40
    async with chat.database.transaction() as tx:
        tables = {row["name"] for row in await tx.all("SELECT name FROM sqlite_schema")}
        for sql, params in statements.items():
            if not sql.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")):
                continue
            aliases = dict(re.findall(r"\b(\w+) AS (\w+)", sql))
            names = {alias: table for table, alias in aliases.items()}
            for row in await tx.all(f"EXPLAIN QUERY PLAN {sql}", params):
                table = scanned(row["detail"])
                table = names.get(table or "", table)
                assert table not in tables - SMALL - GROUPED, f"{row['detail']}\n{sql}"


def test_a_scan_is_recognised() -> None:
    assert scanned("SCAN contacts") == "contacts"
    assert scanned("SCAN c USING INDEX contacts_by_name") == "c"
    assert scanned("SEARCH c USING INDEX contacts_by_name (committee=?)") == "c"
    assert scanned("SEARCH c USING INDEX contacts_by_name (committee=? AND sort_key>?)") is None
    assert scanned("SCAN imports USING INDEX imports_at_work") is None
    assert scanned("SCAN imports USING INDEX imports_by_age") == "imports"
    assert (
        scanned("SEARCH contacts USING COVERING INDEX contacts_placed (committee=?)") == "contacts"
    )
    assert scanned("SCAN p USING COVERING INDEX test_people_who_did") is None
    assert scanned("SCAN p USING INDEX test_people_who_did") == "p"
    assert scanned("SEARCH unit_counts USING PRIMARY KEY (committee=?)") == "unit_counts"
