"""A shared word is no identity, numbers as spreadsheets leave them, and names as they are."""

from pathlib import Path

import pytest

from tests.chat.conversation import Chat
from tests.chat.test_imports import imported, people

LISTS = Path(__file__).resolve().parents[1] / "support" / "lists"


async def checked(chat: Chat, content: str | bytes, number: int, name: str = "x.csv") -> str:
    await chat.send("@lea", name, content)
    return (await chat.dm("@lea", f"!import check {number}")).text


# -- a shared word is not an identity ----------------------------------------------------------


async def test_a_shared_address_makes_nobody_another(chat: Chat) -> None:
    await imported(chat, "Name,Email\nAna Lopez,lopez@home.example\n", number=1)
    await chat.dm("@lea", "!1on1 log M-1 reached rate=1 did")
    said = await checked(chat, "Name,Email\nBen Lopez,lopez@home.example\n", 2)
    assert "0 new · 0 updated · 1 ambiguous" in said
    assert "line 2: M-1 Ana Lopez has this number or email, and another name" in said
    assert await people(chat) == ["M-1 Ana Lopez ()"]
    # Decided once, both are known by name and address together, and nobody is asked again.
    await chat.dm("@lea", "!import decide 2 2 new")
    await chat.dm("@lea", "!import check 2")
    await chat.dm("@lea", "!import commit 2")
    both = "Name,Email\nAna Lopez,lopez@home.example\nBen Lopez,lopez@home.example\n"
    assert "0 new · 0 updated · 2 unchanged" in await checked(chat, both, 3)


@pytest.mark.parametrize("other", ["Ben Lopez", "Ina Lopez", "Ana Perez", "Lopez, Ben"])
async def test_a_family_on_one_list_is_asked_about(chat: Chat, other: str) -> None:
    rows = f'Name,Email\nAna Lopez,lopez@home.example\n"{other}",lopez@home.example\n'
    said = await checked(chat, rows, 1)
    assert "1 new · 0 updated · 1 ambiguous" in said
    assert "line 3: has the email of line 2, Ana Lopez: somebody else?" in said


@pytest.mark.parametrize("other", ["Luis Garcia", "Maria Perez", "Mia Chen"])
async def test_a_number_that_was_given_again_is_asked_about(chat: Chat, other: str) -> None:
    await imported(chat, "Emp #,Name,Team\n100,Maria Garcia,Pay\n", number=1)
    await chat.dm("@lea", "!contact left M-1")
    said = await checked(chat, f"Emp #,Name,Team\n100,{other},Pay\n", 2)
    assert "0 new · 0 updated · 1 ambiguous" in said
    assert "M-1 Maria Garcia (Pay) has this number or email, and another name" in said
    await chat.dm("@lea", "!import decide 2 2 new")
    await chat.dm("@lea", "!import check 2")
    await chat.dm("@lea", "!import commit 2")
    assert f"M-2 {other} (Pay)" in (await chat.dm("@lea", f"!contact find {other}")).text
    assert "M-1 Maria Garcia (Pay, left)" in (await chat.dm("@lea", "!contact find garcia")).text


async def test_a_number_with_almost_the_name_needs_a_place_that_agrees(chat: Chat) -> None:
    await imported(chat, "Emp #,Name,Team\n100,Maria Garcia,Pay\n", number=1)
    assert "1 updated" in await checked(chat, "Emp #,Name,Team\n100,Maria Garsia,Pay\n", 2)
    assert "1 ambiguous" in await checked(chat, "Emp #,Name,Team\n100,Maria Garsia,Search\n", 3)
    assert "1 updated" in await checked(chat, "Emp #,Name,Team\n100,Maria Garcia Ruiz,Search\n", 4)


async def test_the_answers_of_a_form_rename_nobody(chat: Chat) -> None:
    form = "ID,Start time,Completion time,Email,Name\n1,9:00,9:02,{}\n2,9:01,9:03,{}\n"
    await imported(chat, form.format("s@x.org,Sam Okafor", "m@x.org,Mia Chen"), number=1)
    said = await checked(chat, form.format("b@x.org,Sam Brown", "l@x.org,Mia Lopez"), 2)
    assert "2 new · 0 updated" in said
    await chat.dm("@lea", "!import commit 2")
    assert [name.split(" (")[0] for name in await people(chat)] == [
        "M-1 Sam Okafor", "M-2 Mia Chen", "M-3 Sam Brown", "M-4 Mia Lopez",
    ]  # fmt: skip


async def test_the_number_of_an_answer_makes_no_signature_sure(chat: Chat) -> None:
    staff = "Badge,Name,Team\n1,Sam Okafor,Pay\n2,Mia Chen,Pay\n3,Jo Brand,Pay\n4,Kim Lee,Pay\n"
    await imported(chat, staff, number=1)
    await chat.dm("@lea", "!test open cards Cards goal=60% --yes")
    form = (
        "ID,Start time,Completion time,Email,Name\n1,a,b,,Sam Brown\n2,a,b,,Jo Brand\n"
        "3,a,b,,Mia Lopez Chen\n4,a,b,,Lee Carter\n"
    )
    said = (await chat.send("@lea", "form.csv", form, "!test mark cards did")).text
    assert "1 sure" in said
    # The same under a head that may be the employer's: whoever has another's number is asked about.
    badges = form.replace("ID,Start time,Completion time", "Badge,From,Until")
    said = (await chat.send("@lea", "form.csv", badges, "!test mark cards did")).text
    assert "sure" not in said.replace("surely", "")
    assert "4 unclear" in said


# -- numbers as spreadsheets leave them --------------------------------------------------------


async def test_the_unit_does_not_double_after_a_round_trip_through_a_spreadsheet(
    chat: Chat,
) -> None:
    await imported(chat, (LISTS / "staff.csv").read_bytes(), number=1)
    before = await people(chat)
    for number, name in enumerate(
        ("staff_after_calc.csv", "staff.xlsx", "staff.ods", "staff.xls", "staff.html"), 2
    ):
        said = await checked(chat, (LISTS / name).read_bytes(), number, name)
        assert "0 new · 0 updated · 4 unchanged" in said, name
    assert await people(chat) == before


async def test_zeros_before_a_number_and_after_it_say_nothing(chat: Chat) -> None:
    await imported(chat, "Emp #,Name,Team\n00123,Sam Okafor,QA\n", number=1)
    for number, said in enumerate(("123", "0123", "123.0", '="00123"', "'00123"), 2):
        row = f"Emp #,Name,Team\n{said},Sam O Okafor,QA\n"
        assert "1 updated" in await checked(chat, row, number), said


async def test_a_thousand_is_not_one(chat: Chat) -> None:
    await imported(chat, "Emp #,Name\n1,Sam Okafor\n", number=1)
    assert "1 new" in await checked(chat, 'Emp #,Name\n"1,000",Sam Brown\n', 2)
    await chat.dm("@lea", "!import commit 2")
    for number, said in enumerate(('"1.000"', "1000", "1 000", "1000.00", "1'000"), 3):
        row = f"Emp #,Name\n{said},Sam T Brown\n"
        assert "1 updated" in await checked(chat, row, number), said


async def test_a_number_cut_by_a_spreadsheet_is_said(chat: Chat) -> None:
    said = await checked(chat, "Emp #;Name\n1.23E+11;Sam Okafor\n1,23E+11;Mia Chen\n", 1)
    assert "2 new" in said
    assert "line 2: a spreadsheet kept only the first digits of the number 1.23E+11" in said
    assert "Format that column as text" in said


async def test_a_namesake_in_one_place_with_another_number_is_asked_about(chat: Chat) -> None:
    await imported(chat, "Emp #,Name,Team\n7,Alex Kim,Pay\n", number=1)
    said = await checked(chat, "Emp #,Name,Team\n9,Alex Kim,Pay\n", 2)
    assert "1 ambiguous" in said
    assert "line 2: M-1 Alex Kim (Pay) has another number: somebody else?" in said
    assert "1 new" in await checked(chat, "Emp #,Name,Team\n9,Alex Kim,Search\n", 3)


# -- names are never emptied or bent -----------------------------------------------------------


async def test_names_that_programs_take_for_nothing(chat: Chat) -> None:
    rows = "First,Last,Area\nChris,Null,NA\nNa,Kim,Pay\nSoo,Na,Ops\nNan,Goldin,None\nJo,None,-\n"
    await imported(chat, rows, number=1)
    assert await people(chat) == [
        "M-1 Chris Null (NA)",
        "M-2 Na Kim (Pay)",
        "M-3 Soo Na (Ops)",
        "M-4 Nan Goldin ()",
        "M-5 Jo None ()",
    ]


async def test_what_may_be_a_database_s_nothing_is_asked_about(chat: Chat) -> None:
    said = await checked(chat, "First,Last\nSam,NULL\nMia,Chen\nNull,\n", 1)
    assert "1 new · 0 updated · 2 ambiguous" in said
    assert "“NULL” may be a name, or may mean “nothing” in a database" in said
    await chat.dm("@lea", "!import decide 1 2 new")
    await chat.dm("@lea", "!import check 1")
    await chat.sure("@lea", "!import commit 1")
    assert [name.split(" (")[0] for name in await people(chat)] == ["M-1 Sam NULL", "M-2 Mia Chen"]
    assert "2 unchanged" in await checked(chat, "First,Last\nSam,NULL\nMia,Chen\n", 2)


async def test_names_with_signs_before_them(chat: Chat) -> None:
    rows = "Name,Team\n\"'t Hooft, Jan\",Pay\n-Berg,Pay\n'-Meyer,Pay\n'=1+1,Pay\n-2+3,Pay\n"
    await imported(chat, rows, number=1)
    assert [name.split(" (")[0] for name in await people(chat)] == [
        "M-1 Jan 't Hooft", "M-2 -Berg", "M-3 -Meyer",
    ]  # fmt: skip
    assert "a formula in name" in (await chat.dm("@lea", "!import problems 1")).text


async def test_a_couple_a_total_and_an_organization(chat: Chat) -> None:
    rows = (
        "Contact Type,Name,Email\nIndividual,Jane and John Doe,\nOrganization,ACME Ltd,\n"
        "Individual,Sam Okafor,a@x.org ::: b@x.org\nIndividual,Mia Chen (On Leave),\n,TOTAL,\n"
    )
    said = await checked(chat, rows, 1)
    assert "2 new · 0 updated · 1 ambiguous · 2 left out" in said
    assert "line 2: “Jane and John Doe” may be two people" in said
    assert "line 3: is marked “Organization”, left out" in said
    said = (await chat.dm("@lea", "!import problems 1")).text
    assert "line 6: “TOTAL” ends the list and is not a person, left out" in said
    await chat.sure("@lea", "!import commit 1")
    assert [name.split(" (")[0] for name in await people(chat)] == [
        "M-1 Sam Okafor", "M-2 Mia Chen",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ("Voornaam;Tussenvoegsel;Achternaam\nAnna;van den;Berg\n", "Anna van den Berg"),
        ("Roepnaam;Voornamen;Achternaam\nAnneke;Anna Maria;Smit\n", "Anneke Smit"),
        ("Legal First Name,Legal Last Name,Preferred Name\nSamuel,Okafor,Sam\n", "Sam Okafor"),
        ("Legal First Name,Legal Last Name,Preferred Name\nSamuel,Okafor,\n", "Samuel Okafor"),
        ("Legal First Name,Legal Last Name,Preferred Name\nA,Okafor,Sam Okafor\n", "Sam Okafor"),
        ("Personalnummer;Name;Vorname\n7;Groß Meier;Max\n", "Max Groß Meier"),
        ("Primer apellido;Segundo apellido;Nombre\nGarcía;López;Ana\n", "Ana García López"),
        ('Last,First\n"Smith, Jr.",John\n', "John Smith Jr."),
        ("First,Last,Display Name\nSam,Okafor,Dr. Sam Okafor Jr.\n", "Sam Okafor"),
    ],
)  # fmt: skip
async def test_names_in_several_columns(chat: Chat, rows: str, name: str) -> None:
    await imported(chat, rows, number=1)
    assert (await people(chat))[0].startswith(f"M-1 {name} (")


async def test_how_to_name_two_columns_is_shown(chat: Chat) -> None:
    reply = await chat.send("@lea", "x.csv", "Wert;Ein Name;Foo\n1;van den;x\n2;van der;y\n")
    assert reply.says("Which column has the names? !import map 1 Wert=name")
    assert reply.says('!import map 1 Wert=first "Ein Name"=last')


# -- files -------------------------------------------------------------------------------------


async def test_a_workbook_with_two_lists_becomes_two_imports(chat: Chat) -> None:
    reply = await chat.send("@lea", "book.xlsx", (LISTS / "book.xlsx").read_bytes())
    assert reply.says("That workbook has several sheets with a list. Which do you mean?")
    assert reply.lists(
        "Import 1 · Staff · book.xlsx, 3 rows", "Import 2 · Night shift · book.xlsx, 1 row"
    )
    reply = await chat.dm("@lea", "!import map 1")
    assert reply.says("Import 1: Staff · book.xlsx, 3 rows (Excel, headings in line 4).")
    await chat.dm("@lea", "!import check 1")
    await chat.dm("@lea", "!import commit 1")
    assert await people(chat) == [
        "M-1 Sam OKAFOR (Payments)",
        "M-2 Mia Chen (Payments)",
        "M-3 Chris Null (NA)",
    ]
    assert (await chat.dm("@lea", "!import drop 2")).says("Import 2 is gone")


async def test_a_locked_workbook_says_what_to_do(chat: Chat) -> None:
    reply = await chat.send("@lea", "x.xlsx", (LISTS / "locked.xlsx").read_bytes())
    assert reply.says("That workbook has a password", "save it without the password")


async def test_contacts_of_a_phone_become_contacts(chat: Chat) -> None:
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:O'Brien;Ana;;;\r\nFN:Ana O'Brien\r\nEND:VCARD\r\n"
    reply = await chat.send("@lea", "ana.vcf", card)
    assert reply.says("Import 1: ana.vcf, 1 row (vCard).")
    await chat.dm("@lea", "!import check 1")
    await chat.dm("@lea", "!import commit 1")
    assert await people(chat) == ["M-1 Ana O'Brien ()"]


async def test_a_signature_list_is_read_by_the_same_reader(chat: Chat) -> None:
    await imported(chat, (LISTS / "staff.csv").read_bytes(), number=1)
    await chat.dm("@lea", "!test open cards Cards goal=60% --yes")
    reply = await chat.send(
        "@lea", "staff.xlsx", (LISTS / "staff.xlsx").read_bytes(), "!test mark cards did"
    )
    assert reply.says("4 sure")
    reply = await chat.send(
        "@lea", "book.xlsx", (LISTS / "book.xlsx").read_bytes(), "!test mark cards did"
    )
    assert reply.says("several sheets with a list: Staff, Night shift")


# -- what is typed -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("O'Brien, Ana", "Ana O'Brien"),
        ('"Jane Doe, RN"', "Jane Doe"),
        ("John Smith, Jr.", "John Smith Jr."),
        ("'t Hooft", "'t Hooft"),
        ("-Berg", "-Berg"),
        ("Na Kim", "Na Kim"),
        ("Chris Null", "Chris Null"),
        ("Ana García López", "Ana García López"),
        ("Anna van den Berg", "Anna van den Berg"),
        ("José Ortega y Gasset", "José Ortega y Gasset"),
    ],
)
async def test_a_typed_name_is_saved_as_it_is_said(chat: Chat, typed: str, name: str) -> None:
    assert (await chat.dm("@ana", f"!contact add {typed}")).says(f"Added M-1 {name}")


async def test_the_third_word_may_be_the_area(chat: Chat) -> None:
    reply = await chat.dm("@ana", "!contact add Jo Klein Payments")
    assert reply.says("is Payments the area?", '!contact add "Jo Klein" area=Payments', "--yes")
    assert await chat.contacts() == []
    await chat.dm("@ana", '!contact add "Sam Okafor" area="Blue Hall"')
    reply = await chat.dm("@ana", "!contact add Jo Klein blue hall")
    assert reply.says('!contact add "Jo Klein" area="blue hall"')
    assert (await chat.dm("@ana", "!contact add Jo Klein QA")).says("is QA the area?")
    assert (await chat.dm("@ana", "!contact add Jo Klein Team 4")).says("is Team 4 the area?")
    assert (await chat.dm("@ana", "!contact add Jo Klein Payments --yes")).says(
        "Added M-2 Jo Klein Payments"
    )
    assert (await chat.dm("@ana", "!contact add Ana Ruiz Soto")).says("Added M-3 Ana Ruiz Soto")


async def test_two_people_are_not_added_as_one(chat: Chat) -> None:
    reply = await chat.dm("@ana", "!contact add Jane and John Doe")
    assert reply.says("“Jane and John Doe” may be two people", "--yes")
    assert await chat.contacts() == []
