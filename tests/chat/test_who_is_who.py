"""One person written in two ways, through every job that may meet them: add, look up, dupes, forget."""

import pytest

from tests.chat.conversation import Chat

SPELLINGS = [
    ("Jürgen Müller", "Juergen Mueller"),
    ("Søren Kjær", "Soeren Kjaer"),
    ("Jo García López", "Jo Garcia"),
    ("Anna-Maria Lopez", "Annamaria Lopez"),
    ("Ann McDonald", "Mc Donald Ann"),
    ("Emma Moyse", "e mma moyse"),
    ("Conor O'Brien", "O Brien Conor"),
    ("William Smith", "Bill Smith"),
    ("Ignacio Vidal", "Nacho Vidal"),
    ("Sam Ortiz", "Sam Ortis"),
    ("Benjamin Novak", "Benjamn Novak"),
    ("Wang Xiaoming", "Xiao Ming Wang"),
]


@pytest.mark.parametrize(("known", "typed"), SPELLINGS)
async def test_adding_the_other_spelling_is_asked_about(chat: Chat, known: str, typed: str) -> None:
    for name, other in ((known, typed), (typed, known)):
        await chat.dm("@ana", f'!contact add "{name}"')
        for who in ("@ana", "@lea"):
            reply = await chat.dm(who, f'!contact add "{other}"')
            assert reply.says("Not saved yet", "--yes")
            assert name in reply.text
        reply = await chat.dm("@ben", f'!contact add "{other}"')
        assert reply.says("Not saved yet", "who is not one of your people", "--yes")
        assert "M-" not in reply.text
        await chat.dm("@ana", "!undo")
    assert await chat.contacts() == []


@pytest.mark.parametrize(("known", "typed"), SPELLINGS)
async def test_both_spellings_are_a_pair(chat: Chat, known: str, typed: str) -> None:
    await chat.dm("@ana", f'!contact add "{known}" --yes')
    await chat.dm("@ben", f'!contact add "{typed}" --yes')
    assert (await chat.dm("@lea", "!dupes")).says("1 pair", f"M-1 {known} | M-2 {typed}")


@pytest.mark.parametrize(("known", "typed"), SPELLINGS)
async def test_whoever_was_forgotten_does_not_come_back_in_another_spelling(
    chat: Chat, known: str, typed: str
) -> None:
    await chat.dm("@ana", f'!contact add "{known}"')
    await chat.sure("@lea", "!forget M-1")
    reply = await chat.dm("@ben", f'!contact add "{typed}"')
    assert reply.says("asked to be forgotten")
    assert await chat.contacts() == []


@pytest.mark.parametrize(("known", "typed"), SPELLINGS)
async def test_nor_when_it_was_the_other_spelling_that_was_forgotten(
    chat: Chat, known: str, typed: str
) -> None:
    await chat.dm("@ana", f'!contact add "{typed}"')
    await chat.sure("@lea", "!forget M-1")
    assert (await chat.dm("@ben", f'!contact add "{known}"')).says("asked to be forgotten")
    assert await chat.contacts() == []


@pytest.mark.parametrize(
    ("forgotten", "other"),
    [
        ("Sam Okafor", "Mia Okafor"), ("Maria Lopez", "Maria Gomez"), ("Paul Weber", "Paula Weber"),
        ("Ana Ruiz", "Ada Ruiz"), ("Jo Smith", "Jo Schmidt"), ("Jan van den Berg", "Piet van den Berg"),
        ("Tom Baker", "Tim Baker"), ("Mia Chen", "Mia Chan"),
    ],
)  # fmt: skip
async def test_others_are_not_held_for_who_was_forgotten(
    chat: Chat, forgotten: str, other: str
) -> None:
    await chat.dm("@ana", f'!contact add "{forgotten}"')
    await chat.sure("@lea", "!forget M-1")
    assert (await chat.dm("@ben", f'!contact add "{other}"')).says("Added")


async def test_a_spelling_that_may_be_anothers_is_asked_about_and_added_when_told(
    chat: Chat,
) -> None:
    await chat.dm("@ana", '!contact add "Thomas Baker" area=Payments')
    await chat.sure("@lea", "!forget M-1")
    reply = await chat.dm("@ben", '!contact add "Tom Baker" area=Payments')
    assert reply.says("Not saved yet: somebody with that name asked to be forgotten", "--yes")
    assert (await chat.dm("@ben", '!contact add "Tom Baker" area=Payments --yes')).says("Added")


async def test_one_name_with_its_umlauts_written_out_is_the_one_that_was_forgotten(
    chat: Chat,
) -> None:
    await chat.dm("@ana", '!contact add "Jürgen Müller" area=Payments')
    await chat.sure("@lea", "!forget M-1")
    reply = await chat.dm("@ben", '!contact add "Juergen Mueller" area=Payments --yes')
    assert reply.says("asked to be forgotten, so I do not add them")
    assert (await chat.sure("@lea", '!unforget "Juergen Mueller" area=Payments')).says("again")


async def test_how_many_markers_are_kept_does_not_tell_how_long_the_name_was(chat: Chat) -> None:
    counts = []
    for handle, name in (("M-1", "Bo Ng"), ("M-2", "Maximiliane Schwarzenberger")):
        await chat.dm("@ana", f'!contact add "{name}"')
        await chat.sure("@lea", f"!forget {handle}")
        async with chat.database.transaction() as tx:
            counts.append(await tx.value("SELECT COUNT(*) FROM seals"))
    assert counts == [64, 128]


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ("Sam Ortiz", "Ortis"), ("Jürgen Müller", "mueller"), ("Jürgen Müller", "Muler"),
        ("Søren Kjærgård", "kjaergaard"), ("Ann McDonald", "Mc Donald"), ("Ann Mc Donald", "McDonald"),
        ("Anna-Maria Lopez", "annamaria"), ("Conor O'Brien", "O Brien"), ("William Smith", "bill"),
        ("Łukasz Żółć", "Zolcc"), ("Priya Raghavan", "Raghvan"), ("Tariq Haddad", "tarik"),
        ("Alexandra Petrova", "Sasha Petrova"), ("Mia Chen", "Chen Mai"),
    ],
)  # fmt: skip
async def test_a_slip_in_a_look_up_is_answered_with_who_may_be_meant(
    chat: Chat, known: str, said: str
) -> None:
    await chat.dm("@ana", '!contact add "Tim Cook"')
    await chat.dm("@ana", f'!contact add "{known}"')
    reply = await chat.dm("@ana", f"!1on1 log '{said}' reached")
    assert reply.says("Did you mean")
    assert reply.lists(f"M-2 {known}")
    assert await chat.conversations() == []


@pytest.mark.parametrize("said", ["Okonkwo", "Cramer", "Tomas", "xyz", "Kuck"])
async def test_a_look_up_of_somebody_else_names_nobody(chat: Chat, said: str) -> None:
    await chat.dm("@ana", '!contact add "Tim Cook"')
    reply = await chat.dm("@ana", f"!1on1 log {said} reached")
    assert reply.says("I know nobody named")
    assert "Tim Cook" not in reply.text


async def test_finding_by_a_spelling_that_is_not_the_one_on_record(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Jürgen Müller"')
    for said in ("muel", "Mueller", "muller", "MÜLLER", "Muler"):
        assert "M-1 Jürgen Müller" in (await chat.dm("@ana", f"!contact find {said}")).text
