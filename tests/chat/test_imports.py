"""Imports: a list from a file to contacts and back, and an answer to whatever else is in the file."""

import pytest

from commands.framework.reply import Reply
from commands.imports import work
from commands.imports.read.pieces import SHEET
from storage.contacts.contacts import Contacts
from storage.core.database import Transaction
from storage.core.driver import OperationalError, Row
from storage.core.model import CommitteeId, Contact, UserId
from storage.reports.unit import Unit
from tests.chat.conversation import Chat
from tests.support.employee_list import AGAIN, BAD, NAMESAKES, employee_list

STAFF = """Emp #;Full Nm;Dept/Team;Shift;Salary
1001;Okafor, Sam;Payments;D;52000
1002;Chen, Mia;Search;N;51000
1003;Kim, Alex;Search;D;50000
"""
NAMES = ["M-1 Sam Okafor (Payments, D)", "M-2 Mia Chen (Search, N)", "M-3 Alex Kim (Search, D)"]


async def people(chat: Chat) -> list[str]:
    """Everybody as the list of contacts shows them, by handle."""
    found = sorted(await chat.contacts(), key=lambda c: c.number)
    return [
        f"{c.handle} {c.name} ({', '.join(part for part in (c.area, c.shift) if part)})"
        for c in found
    ]


async def imported(chat: Chat, content: str | bytes, *, number: int) -> None:
    await chat.send("@lea", "staff.csv", content)
    await chat.dm("@lea", f"!import check {number}")
    assert (await chat.dm("@lea", f"!import commit {number} --yes")).says("saved")


async def test_a_list_becomes_contacts_in_three_steps(chat: Chat) -> None:
    reply = await chat.send("@lea", "staff.csv", STAFF)
    assert reply.says("Import 1: staff.csv, 3 rows (UTF-8, “;”, headings in line 1).")
    assert reply.lists(
        "Emp # → number: 1001 · 1002 · 1003",
        "Full Nm → name: Okafor, Sam · Chen, Mia · Kim, Alex",
        "Dept/Team → area: Payments · Search",
        "Shift → shift: D · N",
    )
    assert reply.says("Not taken: Salary", "!import check 1")
    assert "52000" not in reply.text
    reply = await chat.dm("@lea", "!import check 1")
    assert reply.says("Import 1 checked, nothing saved yet: 3 new · 0 updated.", "!import commit 1")
    assert await people(chat) == []
    reply = await chat.dm("@lea", "!import commit 1")
    assert reply.says("Import 1 saved: 3 added, 0 updated.", "!import undo 1")
    assert await people(chat) == NAMES
    assert (await chat.dm("@lea", "!contact find sam")).lists(NAMES[0])
    assert (await chat.dm("@lea", "!contact show M-1")).says("Unassigned")


async def test_nothing_of_the_file_stays_that_was_not_taken(chat: Chat) -> None:
    await imported(chat, STAFF, number=1)
    async with chat.database.transaction() as tx:
        assert await tx.value("SELECT COUNT(*) FROM import_sheets WHERE rows IS NOT NULL") == 0
        assert await tx.value("SELECT COUNT(*) FROM import_sheets") == 1


async def test_undo_leaves_what_was_before(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add 'Mia Chen'")
    await chat.dm("@lea", "!contact add 'Jo Brand' area=Search")
    before = await people(chat)
    listed = STAFF.replace("Search;N", ";N") + "1004;Brand, Jo;Search;D;1\n"
    await imported(chat, listed, number=1)
    assert (await people(chat))[:2] == ["M-1 Mia Chen (N)", "M-2 Jo Brand (Search, D)"]
    reply = await chat.sure("@lea", "!import undo 1")
    assert reply.says("Import 1 undone: 2 people removed again, 2 changes undone.")
    assert await people(chat) == before
    assert (await chat.dm("@lea", "!contact find okafor")).says("Nobody by that name")
    reply = await chat.sure("@lea", "!import undo 1")
    assert reply.says("Import 1 is undone; you can undo only a saved one")
    # What a list said does not count any longer either: nobody is met by it.
    await chat.send("@lea", "again.csv", STAFF)
    assert (await chat.dm("@lea", "!import check 2")).says("2 new", "1 ambiguous")


async def test_people_worked_with_since_stay_when_the_import_goes(chat: Chat) -> None:
    await imported(chat, STAFF, number=1)
    await chat.dm("@lea", "!1on1 log M-2 reached rate=2 did")
    reply = await chat.sure("@lea", "!import undo 1")
    assert reply.says("2 people removed again", "1 kept because edited since")
    assert reply.says("M-2 Mia Chen (Search): somebody worked with them since")
    assert await people(chat) == [NAMES[1]]


async def test_one_undo_does_not_take_one_person_out_of_an_import(chat: Chat) -> None:
    await imported(chat, STAFF, number=1)
    assert (await chat.dm("@lea", "!undo")).says("a whole import", "!import undo 7")
    assert await people(chat) == NAMES


async def test_next_month_changes_only_what_changed(chat: Chat) -> None:
    await imported(chat, STAFF, number=1)
    async with chat.database.transaction() as tx:
        before = await tx.value("SELECT COUNT(*) FROM history")
    await chat.send("@lea", "staff.csv", STAFF)
    reply = await chat.dm("@lea", "!import check 2")
    assert reply.says("0 new · 0 updated · 3 unchanged", "nothing to save")
    later = STAFF.replace("Okafor, Sam;Payments", "Okafor-Lind, Sam;Risk").replace(
        "1003;Kim, Alex;Search;D;50000\n", "1004;Brand, Jo;Search;D;1\n"
    )
    await chat.send("@lea", "staff.csv", later)
    reply = await chat.dm("@lea", "!import check 3")
    assert reply.says("1 new · 1 updated · 1 unchanged")
    assert reply.says("1 of earlier lists is not on this one; nothing changes for them")
    assert (await chat.dm("@lea", "!import missing 3")).lists(NAMES[2])
    await chat.dm("@lea", "!import commit 3")
    assert await people(chat) == [
        "M-1 Sam Okafor-Lind (Risk, D)",
        NAMES[1],
        NAMES[2],
        "M-4 Jo Brand (Search, D)",
    ]
    async with chat.database.transaction() as tx:
        assert await tx.value("SELECT COUNT(*) FROM history") == int(str(before)) + 2
    await chat.sure("@lea", "!import undo 3")
    assert await people(chat) == NAMES
    assert (await chat.dm("@lea", "!contact find lind")).says("Nobody by that name")


async def test_blanks_erase_nothing_and_hands_win(chat: Chat) -> None:
    await imported(chat, STAFF, number=1)
    await chat.dm("@lea", "!contact move M-1 area=Treasury")
    later = STAFF.replace("Search;N", ";").replace("Payments", "Risk")
    await chat.send("@lea", "staff.csv", later)
    reply = await chat.dm("@lea", "!import check 2")
    assert reply.says("0 updated · 3 unchanged", "1 stays as one of you set it")
    assert reply.says("line 2: M-1 Sam Okafor (Treasury): area stays as set by hand")
    reply = await chat.dm("@lea", "!import check 2 --overwrite")
    assert reply.says("1 updated")
    await chat.dm("@lea", "!import commit 2")
    assert await people(chat) == ["M-1 Sam Okafor (Risk, D)", *NAMES[1:]]


async def test_a_number_is_surer_than_an_address_and_that_than_a_name(chat: Chat) -> None:
    await imported(chat, "Emp #,Name,Email,Area\n1,Sam Okafor,sam@x.org,Pay\n", number=1)
    for number, (row, verdict) in enumerate(
        [
            ("1,Sam O Okafor,,Pay", "1 updated"),
            ("1,Mia Chen,,Pay", "1 ambiguous"),
            (",Sammy Okafor,SAM@x.org,Pay", "1 updated"),
            ("2,Sam Okafor,sam@x.org,Pay", "1 ambiguous"),
            ("2,Sam Okafor,,Pay", "1 ambiguous"),
            ("2,Sam Okafor,,Search", "1 new"),
            (",Okafor Sam,,pay", "1 unchanged"),
            (",Sam Okafor,,Search", "1 ambiguous"),
            (",Sam Okafor,,", "1 ambiguous"),
            (",Samuel Okafor,,Pay", "1 ambiguous"),
            (",Samantha Reed,,Pay", "1 new"),
        ],
        start=2,
    ):
        await chat.send("@lea", "staff.csv", f"Emp #,Name,Email,Area\n{row}\n")
        assert (await chat.dm("@lea", f"!import check {number}")).says(verdict), row


async def test_two_people_with_one_name_are_never_guessed(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add 'Alex Kim' area=Search")
    await chat.dm("@ana", "!contact add 'Alex Kim' area=Search --yes")
    await chat.send("@lea", "staff.csv", "Name,Team,Shift\nAlex Kim,Search,D\nJo Brand,Search,D\n")
    reply = await chat.dm("@lea", "!import check 1")
    assert reply.says("1 new", "1 ambiguous")
    assert reply.says("line 2: could be M-1 Alex Kim (Search), M-2 Alex Kim (Search)")
    await chat.sure("@lea", "!import commit 1")
    assert len(await people(chat)) == 3
    await chat.send("@lea", "staff.csv", "Name,Team,Shift\nAlex Kim,Search,D\n")
    await chat.dm("@lea", "!import check 2")
    assert (await chat.dm("@lea", "!import decide 2 2 M-2")).says("Line 2 is M-2 Alex Kim")
    assert (await chat.dm("@lea", "!import check 2")).says("0 new · 1 updated")
    await chat.dm("@lea", "!import commit 2")
    assert (await people(chat))[:2] == ["M-1 Alex Kim (Search)", "M-2 Alex Kim (Search, D)"]


async def test_a_line_may_be_somebody_new_or_nobody(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add 'Alex Kim' area=Search")
    await chat.send("@lea", "staff.csv", "Name,Team\nAlex Kim,Pay\nKim Alex,Risk\n")
    assert (await chat.dm("@lea", "!import check 1")).says("2 ambiguous", "nothing to save")
    assert (await chat.dm("@lea", "!import decide 1 2 new")).says("Line 2 will be added")
    assert (await chat.dm("@lea", "!import decide 1 3 skip")).says("Line 3 is left out")
    assert (await chat.dm("@lea", "!import decide 1 9 new")).says("Import 1 has no line 9")
    assert (await chat.dm("@lea", "!import check 1")).says("1 new", "1 left out")
    await chat.dm("@lea", "!import commit 1")
    assert await people(chat) == ["M-1 Alex Kim (Search)", "M-2 Alex Kim (Pay)"]


async def test_one_person_twice_on_the_list_is_added_once(chat: Chat) -> None:
    rows = [
        "Emp #,Name,Team,Shift",
        "1,Sam Okafor,Pay,D",
        "1,Sam Okafor,Pay,D",
        "1,Jo Brand,Pay,D",
        ",Mia Chen,Pay,D",
        ",Mia Chen,Pay,D",
        ",Mia Chen,Pay,N",
        "5,Al Green,Pay,D",
        "6,Al Green,Pay,D",
    ]
    await chat.send("@lea", "staff.csv", "\n".join(rows))
    reply = await chat.dm("@lea", "!import check 1")
    assert reply.says("4 new", "2 ambiguous", "2 repeated")
    reply = await chat.dm("@lea", "!import problems 1")
    assert reply.lists(
        "line 3: repeats line 2",
        "line 4: has the number of line 2 and another name",
        "line 6: repeats line 5",
        "line 7: has the name and area of line 5, and differs",
    )
    await chat.sure("@lea", "!import commit 1")
    assert [name.split(" (")[0] for name in await people(chat)] == [
        "M-1 Sam Okafor", "M-2 Mia Chen", "M-3 Al Green", "M-4 Al Green",
    ]  # fmt: skip


async def test_bad_lines_are_named_and_left_out(chat: Chat) -> None:
    rows = [
        "Emp #;Name;Team;Email;Hired",
        "1;;Pay;;",
        "2;=HYPERLINK(1);Pay;;",
        "3;M-12;Pay;;",
        "4;Sam Okafor;=1+1;nobody;31.02.2020",
        "5;Mia Chen;Pay;;04/05/2020",
        "6;Jo Brand;Pay;;;surplus",
        "TOTAL;;;;",
        '="007";Al Green;Pay;al@x.org;2020-01-01',
    ]
    await chat.send("@lea", "staff.csv", "\n".join(rows))
    reply = await chat.dm("@lea", "!import check 1")
    assert reply.says("3 new", "5 bad", "!import problems 1")
    reply = await chat.dm("@lea", "!import problems 1")
    assert reply.lists(
        "line 2: no name",
        "line 3: a formula in name, left out",
        "line 4: “M-12” is not a name",
        "line 5: a formula in area, left out",
        "line 5: the email is not an address",
        "line 5: “31.02.2020” is not a date",
        "line 6: “04/05/2020” can be read two ways",
        "line 7: more cells than columns; a name with a comma needs quotes",
    )
    reply = await chat.dm("@lea", "!import problems 1 after=7")
    assert reply.lists("line 8: no name")
    await chat.dm("@lea", "!import commit 1")
    assert len(await people(chat)) == 3


async def test_a_wrong_column_is_noticed_before_it_does_harm(chat: Chat) -> None:
    rows = [f"{n},Person N{chr(97 + n)}x,Team {n % 3},Site {n}" for n in range(12)]
    await imported(chat, "\n".join(["Emp #,Name,Team,Place", *rows]), number=1)
    before = await people(chat)
    await chat.send("@lea", "staff.csv", "\n".join(["Emp #,Name,Team,Place", *rows]))
    await chat.dm("@lea", "!import map 2 Team=none Place=area")
    reply = await chat.dm("@lea", "!import check 2")
    assert reply.says("Careful: area would change for 12 of the 12 I know.")
    reply = await chat.dm("@lea", "!import commit 2")
    assert reply.says("Not saved yet: area would change for 12 people", "!import commit 2 --yes")
    assert await people(chat) == before


async def test_columns_are_said_by_heading_or_letter(chat: Chat) -> None:
    await chat.send("@lea", "x.csv", "Wert,Bez,Wo hin\n17,Sam Okafor,Pay\n18,Mia Chen,Pay\n")
    reply = await chat.dm("@lea", '!import map 1 A=id "Wo hin"=area bez=name')
    assert reply.lists(
        "Wert → number: 17 · 18",
        "Bez → name: Sam Okafor · Mia Chen",
        "Wo hin → area: Pay",
    )
    assert (await chat.dm("@lea", "!import map 1 Wertt=id")).says("Did you mean Wert?")
    assert (await chat.dm("@lea", "!import map 1 Z=id")).says("letter, A to C")
    assert (await chat.dm("@lea", "!import map 1 A=salary")).says("“salary” is not one of these")
    assert (await chat.dm("@lea", "!import map 1 nonsense")).says("is not a pair")
    reply = await chat.dm("@lea", "!import map 1 Bez=none")
    assert reply.says("Which column has the names? !import map 1 Wert=name")
    assert (await chat.dm("@lea", "!import check 1")).says("Which column has the names?")


async def test_first_and_last_names_in_two_columns(chat: Chat) -> None:
    await imported(chat, "Nachname\tVorname\tAbteilung\nMüller\tZoë\tLager\n", number=1)
    assert await people(chat) == ["M-1 Zoë Müller (Lager)"]


async def test_codes_are_put_into_words(chat: Chat) -> None:
    await chat.send("@lea", "staff.csv", STAFF)
    await chat.dm("@lea", "!import values 1 shift D=day N=late_night")
    assert (await chat.dm("@lea", "!import values 1 name D=day")).says(
        "Only areas, shifts and ratings"
    )
    await chat.dm("@lea", "!import check 1")
    await chat.dm("@lea", "!import commit 1")
    assert (await people(chat))[1] == "M-2 Mia Chen (Search, late night)"


async def test_who_begins_later_does_not_count_yet(chat: Chat) -> None:
    await imported(
        chat, "Name,Team,Hire date\nSam O,Pay,2026-12-24\nMia C,Pay,5 Mar 2020\n", number=1
    )
    reply = await chat.dm("@lea", "!contact show M-2")
    assert reply.says("Mia C (Pay)")
    async with chat.database.transaction() as tx:
        rows = await tx.all("SELECT contact, state, from_day FROM memberships ORDER BY id")
    assert [tuple(row) for row in rows] == [
        (1, "not yet", "0001-01-01"),
        (1, "employed", "2026-12-24"),
        (2, "not yet", "0001-01-01"),
        (2, "employed", "2020-03-05"),
    ]


async def test_a_pasted_list(chat: Chat) -> None:
    reply = await chat.dm("@lea", "!import paste\nName\tTeam\nSam Okafor\tPay\nMia Chen\tPay")
    assert reply.says("Import 1: pasted list, 2 rows (UTF-8, tab")
    long = "\n".join(f"Person {chr(97 + n % 26)}{'x' * (n // 26)}, Pay" for n in range(300))
    reply = await chat.dm("@lea", "!import paste\nName, Team\n" + long)
    assert reply.says("Import 2: pasted list, 300 rows")
    assert (await chat.dm("@lea", "!import paste")).says("Put the list under !import paste")


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (b"", "That file is empty. In the spreadsheet: Save as, CSV"),
        (b"PK\x03\x04rest", "That workbook is damaged, or of a kind I do not know."),
        (bytes(range(256)) * 9, "That is no text I can read."),
        ("a\nb\nc\n", "I find only one column in that, and no heading I know."),
        ("Name,Team\n", "That has headings and nobody under them."),
        ('Name,Team\nSam,"Pay\nMia,Pay\n', "In line 2 a quote opens and never closes"),
        ("1,2\n" * 200_021, "That is larger than a list of people; I stopped at line 200,021"),
    ],
)
async def test_odd_files_get_an_answer(chat: Chat, content: bytes | str, answer: str) -> None:
    reply = await chat.send("@lea", "staff.csv", content)
    assert reply.text.startswith(answer)
    assert len(reply.text.splitlines()) == 1
    assert (await chat.dm("@lea", "!import list")).says("Send the list as a CSV file")


async def test_a_list_without_headings(chat: Chat) -> None:
    reply = await chat.send("@lea", "x.csv", "1001,Sam Okafor,Pay\n1002,Mia Chen,Search\n")
    assert reply.says("no headings, so columns are called A, B, C")
    assert reply.lists("B → name: Sam Okafor · Mia Chen")
    await chat.dm("@lea", "!import map 1 A=id C=area")
    await chat.dm("@lea", "!import check 1")
    await chat.dm("@lea", "!import commit 1")
    assert await people(chat) == ["M-1 Sam Okafor (Pay)", "M-2 Mia Chen (Search)"]


async def test_only_leads_import(chat: Chat) -> None:
    assert (await chat.send("@ana", "staff.csv", STAFF)).says("!import file is for leads")
    assert (await chat.dm("@ana", "!import commit 1")).says("is for leads")
    assert (await chat.dm("@lea", "!import list")).says("Send the list as a CSV file")


async def test_steps_out_of_order_are_refused_helpfully(chat: Chat) -> None:
    assert (await chat.dm("@lea", "!import commit 1")).says("There is no import 1")
    assert (await chat.dm("@lea", "!import file")).says("Send the list as a CSV file in this chat")
    await chat.send("@lea", "staff.csv", STAFF)
    assert (await chat.dm("@lea", "!import commit 1")).says("!import check 1")
    assert (await chat.sure("@lea", "!import undo 1")).says("is columns to be confirmed")
    assert (await chat.dm("@lea", "!import decide 1 2 new")).says("First !import check 1")
    await chat.dm("@lea", "!import check 1")
    await chat.dm("@lea", "!import map 1 Shift=none")
    assert (await chat.dm("@lea", "!import commit 1")).says("!import check 1")
    assert (await chat.dm("@lea", "!import drop 1")).says("Import 1 is gone")
    assert (await chat.dm("@lea", "!import check 1")).says("Import 1 is dropped")


async def test_others_are_answered_between_two_sheets(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "\n".join(f"{n},Person {chr(97 + n % 26)}{n // 26 * 'x'},Pay" for n in range(350))
    await chat.send("@lea", "staff.csv", "Emp #,Name,Team\n" + rows)
    await chat.dm("@lea", "!import check 1")
    chat.works = False
    assert (await chat.dm("@lea", "!import commit 1")).says("Saving 350 rows; I tell you here")
    monkeypatch.setattr(Transaction, "wanted", True)
    assert await chat.step() == ()
    assert (await chat.dm("@lea", "!import drop 1")).says("I am still working on import 1")
    assert (await chat.dm("@ana", '!contact add "Sam Okafor"')).says(
        f"Added M-{SHEET + 1} Sam Okafor"
    )
    await chat.restart()
    said: list[Reply] = []
    while (more := await chat.step()) is not None:
        said += more
    assert len(said) == 1
    assert len(await chat.contacts()) == 351
    chat.works = True
    assert (await chat.sure("@lea", "!import undo 1")).says("350 people removed again")
    assert [c.name for c in await chat.contacts()] == ["Sam Okafor"]


@pytest.mark.parametrize("at_once", [1, 2, 9])
async def test_while_nobody_waits_several_sheets_are_saved_in_one_transaction(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(work, "SAVED_AT_ONCE", at_once)
    rows = "\n".join(f"{n},Person {chr(97 + n % 26)}{n // 26 * 'x'},Pay" for n in range(350))
    await chat.send("@lea", "staff.csv", "Emp #,Name,Team\n" + rows)
    await chat.dm("@lea", "!import check 1")
    chat.works = False
    await chat.dm("@lea", "!import commit 1")
    saved = []
    while await chat.step() is not None:
        saved.append(len(await chat.contacts()))
        await chat.restart()
    assert saved == [*range(at_once * SHEET, 350, at_once * SHEET), 350]
    chat.works = True
    assert (await chat.sure("@lea", "!import undo 1")).says("350 people removed again")


async def test_of_a_transaction_that_comes_to_nothing_nothing_is_remembered(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "SAVED_AT_ONCE", 1)
    rows = "\n".join(f"{n},Person {chr(97 + n % 26)}{n // 26 * 'x'},Pay" for n in range(250))
    await chat.send("@lea", "staff.csv", "Emp #,Name,Team\n" + rows)
    await chat.dm("@lea", "!import check 1")
    chat.works = False
    await chat.dm("@lea", "!import commit 1")
    await chat.step()
    with monkeypatch.context() as failing:
        failing.setattr(Unit, "recompute", _refused)
        with pytest.raises(OperationalError):
            await chat.step()
    # Somebody gets the number that a person of the second sheet had for a moment; the list means them.
    added = await chat.dm("@ana", '!contact add "Person uxx" area=Pay --yes')
    assert added.says(f"Added M-{SHEET + 1}")
    said: list[Reply] = []
    while (more := await chat.step()) is not None:
        said += more
    names = [contact.name for contact in await chat.contacts()]
    assert len(names) == len(set(names)) == 250


async def _refused(_self: Unit) -> None:
    raise OperationalError


async def test_a_list_whose_every_step_fails_once_comes_to_the_same(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "PAGE", 2)
    rows = [f"{n},Person {chr(97 + n)},Pay" for n in range(9)]
    await chat.send("@lea", "first.csv", "Emp #,Name,Team\n" + "\n".join(rows))
    await chat.dm("@lea", "!import check 1")
    await chat.dm("@lea", "!import commit 1")
    chat.works = False
    await chat.send(
        "@lea", "second.csv", "Emp #,Name,Team\n" + "\n".join([rows[3], "77,New Kim,Pay"])
    )
    for what in ("check", "commit"):
        await chat.dm("@lea", f"!import {what} 2")
        while True:
            with pytest.raises(OperationalError):
                async with chat.database.transaction() as tx:
                    await chat._work.step(tx, chat.now)
                    raise OperationalError
            if await chat.step() is None:
                break
    assert len(await chat.contacts()) == 10
    missing = await chat.dm("@lea", "!import missing 2")
    assert missing.says(*(f"Person {chr(97 + n)}" for n in range(9) if n != 3))


@pytest.mark.parametrize("steps", [1, 2, 3, 4])
async def test_a_check_that_was_interrupted_begins_again(chat: Chat, steps: int) -> None:
    rows = "\n".join(f"{n % 120},Person {chr(97 + n % 120 % 26)},Pay" for n in range(250))
    await chat.send("@lea", "staff.csv", "Emp #,Name,Team\n" + rows)
    chat.works = False
    await chat.dm("@lea", "!import check 1")
    for _step in range(steps):
        await chat.step()
    await chat.restart()
    chat.works = True
    reply = await chat.dm("@lea", "!import list")
    assert reply.says("120 new", "130 repeated")


async def test_one_line_that_cannot_be_saved_stops_no_other(chat: Chat) -> None:
    await chat.send("@lea", "staff.csv", STAFF)
    await chat.dm("@lea", "!import check 1")
    async with chat.database.transaction() as tx:
        await tx.execute(
            "CREATE TRIGGER no_mia BEFORE INSERT ON contacts WHEN NEW.name = 'Mia Chen' "
            "BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    reply = await chat.dm("@lea", "!import commit 1")
    assert reply.says("2 added", "1 row was left out")
    assert (await chat.dm("@lea", "!import problems 1")).says("line 3: could not be saved")
    assert [c.name for c in await chat.contacts()] == ["Alex Kim", "Sam Okafor"]
    async with chat.database.transaction() as tx:
        await tx.execute("DROP TRIGGER no_mia")
        await tx.execute(
            "CREATE TRIGGER no_undo BEFORE INSERT ON history "
            "WHEN NEW.reverses = (SELECT entry FROM contacts WHERE name = 'Sam Okafor') "
            "BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    reply = await chat.sure("@lea", "!import undo 1")
    assert reply.says("1 person removed again", "1 failed")
    assert [c.name for c in await chat.contacts()] == ["Sam Okafor"]


async def test_the_merged_are_met_by_either_record(chat: Chat) -> None:
    await imported(chat, STAFF + "1009;Kim, Alexander;Search;D;1\n", number=1)
    await chat.sure("@lea", "!merge M-3 M-4")
    later = STAFF.replace("1003;Kim, Alex;", "1009;Kim, Alexander;")
    await chat.send("@lea", "staff.csv", later)
    assert (await chat.dm("@lea", "!import check 2")).says("0 new · 0 updated · 3 unchanged")
    reply = await chat.sure("@lea", "!import undo 1")
    assert reply.says("2 people removed again", "2 kept because edited since")


async def test_somebody_who_left_is_not_taken_back_by_a_list(chat: Chat) -> None:
    await imported(chat, STAFF, number=1)
    await chat.dm("@lea", "!contact left M-2 2026-11-01")
    await chat.send("@lea", "staff.csv", STAFF)
    reply = await chat.dm("@lea", "!import check 2")
    assert reply.says(
        "0 new", "line 3: M-2 Mia Chen (Search) is on the list, but you noted that they left"
    )
    assert [c.handle for c in await chat.contacts()] == ["M-3", "M-1"]


# -- two thousand rows, badly made ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "separator"), [("cp1252", ";"), ("utf-16", "\t"), ("utf-8-sig", ",")]
)
async def test_a_badly_made_list_of_two_thousand(chat: Chat, encoding: str, separator: str) -> None:
    made = employee_list()
    async with chat.database.transaction() as tx:
        contacts = Contacts(tx, CommitteeId(1), chat.now.date())
        for person in (*made.known, *made.namesakes):
            await contacts.add(
                person.name,
                area=person.area,
                shift=None,
                author=UserId("@ana:example.org"),
                at=chat.now,
                from_day=chat.now.date(),
            )
    before = await everything(chat)
    content = made.text(separator).encode(encoding)
    reply = await chat.send("@lea", "staff.csv", content)
    assert reply.says("Import 1: staff.csv,", "headings in line 4", "Emp # → number", "Not taken")
    assert "Street" not in reply.text
    reply = await chat.dm("@lea", "!import check 1")
    assert reply.says(
        f"{2_000 - 96 - NAMESAKES - BAD:,} new · 96 updated · "
        f"{NAMESAKES} ambiguous · {AGAIN} repeated · {BAD + 1} bad"
    )
    lines = [
        int(line.partition(": ")[0].rpartition(" ")[2])
        for line in (await chat.dm("@lea", "!import problems 1")).text.splitlines()
        if "line " in line and ": " in line
    ]
    assert lines == list(range(5, 13))
    assert await everything(chat) == before
    reply = await chat.sure("@lea", "!import commit 1")
    assert reply.says("Import 1 saved: 1,874 added, 96 updated.")
    committed = await everything(chat)
    assert len(committed) == len(before) + 1_874
    # Next month nothing is different, so nothing happens.
    await chat.send("@lea", "staff.csv", content)
    assert (await chat.dm("@lea", "!import check 2")).says("0 new · 0 updated · 1,970 unchanged")
    await chat.dm("@lea", "!import drop 2")
    reply = await chat.sure("@lea", "!import undo 1")
    assert reply.says("1,874 people removed again, 96 changes undone.")
    assert await everything(chat) == before


async def everything(chat: Chat) -> list[tuple[object, ...]]:
    """All that commands can see of everybody."""
    async with chat.database.transaction() as tx:
        contacts = Contacts(tx, CommitteeId(1), chat.now.date())
        found = await contacts.page(organizer=None, after=None, limit=9_999)
        words = await tx.all("SELECT word, contact FROM name_words ORDER BY word, contact")
        keys = await tx.all("SELECT key, contact FROM name_keys ORDER BY key, contact")
        listed = await tx.all(
            "SELECT contact, external_id, email FROM listings AS l WHERE NOT EXISTS "
            "(SELECT 1 FROM history AS back WHERE back.reverses = l.entry) ORDER BY id"
        )
    seen: list[tuple[object, ...]] = [
        (c.handle, c.name, c.area, c.shift, c.organizer, c.state, c.since) for c in found
    ]
    seen[:] = [
        (*one, index) for one, index in zip(seen, _by_contact(found, words, keys), strict=True)
    ]
    assert len(listed) <= len(seen)
    return seen


def _by_contact(
    found: list[Contact], words: list[Row], keys: list[Row]
) -> list[tuple[tuple[str, ...], ...]]:
    index: dict[int, tuple[list[str], list[str]]] = {c.id: ([], []) for c in found}
    for row in words:
        index[row["contact"]][0].append(row["word"])
    for row in keys:
        index[row["contact"]][1].append(row["key"])
    return [(tuple(index[c.id][0]), tuple(index[c.id][1])) for c in found]
