"""Lines beside talks, typed as an experienced organizer types them: marks, new people, agendas."""

import pytest

from tests.chat.conversation import Chat


@pytest.fixture
async def petition(chat: Chat) -> Chat:
    for name in ("Sam Okafor", "Priya Nair", "Mei Lin"):
        await chat.dm("@ana", f'!contact add "{name}" area=Payments')
    await chat.sure("@lea", '!test open petition "On-call petition" goal=60%')
    return chat


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("test mark priya yes", "yes M-2 Priya Nair"),
        ("test mark M-2 asked", "asked M-2 Priya Nair"),
        ("mark priya said yes", "yes M-2 Priya Nair"),
        ("mark M-2 no", "no M-2 Priya Nair"),
        ("signed priya", "did M-2 Priya Nair"),
        ("priya signed", "did M-2 Priya Nair"),
        ("priya has signed", "did M-2 Priya Nair"),
        ("signed priya, mei", "did M-2 Priya Nair, M-3 Mei Lin"),
        ("test mark T-1 asked M-2", "asked M-2 Priya Nair"),
    ],
)
async def test_one_person_is_marked_in_any_order(petition: Chat, typed: str, marked: str) -> None:
    assert (await petition.dm("@ana", typed)).says(f"On-call petition: {marked}.")


@pytest.mark.parametrize("typed", ["priya did", "yes priya", "priya no"])
async def test_of_one_person_other_words_may_mean_many_things(petition: Chat, typed: str) -> None:
    assert "On-call petition:" not in (await petition.dm("@ana", typed)).text


async def test_area_and_shift_behind_a_name_never_become_one(chat: Chat) -> None:
    said = await chat.dm("@ana", "add Nina Roy, payments, nights")
    assert said.says('!contact add "Nina Roy" area=payments shift=nights')
    assert await chat.contacts() == []
    assert (await chat.dm("@ana", "yes")).says("Added M-1 Nina Roy (payments, nights)")
    said = await chat.dm("@ana", "add Ida Holm, payments")
    assert said.says('!contact add "Ida Holm" area=payments')
    assert len(await chat.contacts()) == 1


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("add Roy, Nina Maria", "Nina Maria Roy"),
        ("add King, Martin Luther, Jr.", "Martin Luther King Jr."),
        ("add García López, María", "María García López"),
        ("add Ana O'Brien, MD", "Ana O'Brien"),
        ("add Ana María López, PhD, MD", "Ana María López"),
    ],
)
async def test_names_with_commas_in_them_are_names(chat: Chat, typed: str, name: str) -> None:
    await chat.dm("@ana", typed)
    assert [each.name for each in await chat.contacts()] == [name]


@pytest.fixture
async def planned(chat: Chat) -> Chat:
    chat.join("@dan", "@eva")
    await chat.room("@lea", "!meet new Planning thu 19:00")
    await chat.room("@lea", "!ok")
    return chat


@pytest.mark.parametrize(
    ("typed", "item"),
    [
        ("agenda add Who talks to Platform | 15m | @ben", "Who talks to Platform – @ben, 15 min"),
        ("agenda add Who talks to Platform | 15m", "Who talks to Platform, 15 min"),
        ('agenda add "Who talks to Platform" 15m @ben', "Who talks to Platform @ben, 15 min"),
        ("agenda add 15m Who talks to Platform @ben", "Who talks to Platform @ben, 15 min"),
        ("agenda add Who talks | to whom", "Who talks – to whom, 5 min"),
        ("agenda add The 15m rule", "The 15m rule, 5 min"),
    ],
)
async def test_minutes_of_the_agenda_stand_where_people_put_them(
    planned: Chat, typed: str, item: str
) -> None:
    assert (await planned.dm("@ana", typed)).lists(f"1) {item}")


@pytest.mark.parametrize(
    ("typed", "task"),
    [
        ("!action @ben flyers | sat", "flyers, Sat 28 Nov"),
        ("!action @ben print leaflets friday", "print leaflets, Fri 27 Nov"),
        ("!action @ben print leaflets on friday", "print leaflets, Fri 27 Nov"),
        ("!action @ben print leaflets by fri", "print leaflets, Fri 27 Nov"),
        ("!action @ben print leaflets for friday", "print leaflets for friday, no day"),
        ("!action @ben look at the sun", "look at the sun, no day"),
        ("!action @ben talk to 5", "talk to 5, no day"),
    ],
)
async def test_the_day_of_something_to_do_is_a_day(chat: Chat, typed: str, task: str) -> None:
    assert (await chat.room("@ana", typed)).says(f"1) ben: {task}.")


async def test_a_bar_before_something_that_is_no_day_is_asked_about(chat: Chat) -> None:
    assert (await chat.room("@ana", "!action @ben flyers | posters")).says("posters")
    assert (await chat.room("@ana", "!actions")).says("There is nothing to do")


@pytest.mark.parametrize("behind", ["thu 9pm", "until thu 9pm", "closes: thu 9pm"])
async def test_a_deadline_behind_a_bar_is_no_part_of_the_question(
    planned: Chat, behind: str
) -> None:
    said = await planned.room("@lea", f"!poll yesno March on the boss? | {behind}")
    assert said.says('!poll yesno "March on the boss?" closes="2026-11-26 21:00"')


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("contact list undecided", "M-1 Sam Okafor (Payments)"),
        ("contact list supports", "M-2 Priya Nair (Payments)"),
        ("contact list payments supporters", "M-2 Priya Nair (Payments)"),
        ("contact list not assessed", "M-3 Mei Lin (Payments)"),
        ("contact list rated 3", "M-1 Sam Okafor (Payments)"),
    ],
)
async def test_people_are_listed_by_where_they_stand_in_words(
    petition: Chat, typed: str, who: str
) -> None:
    await petition.dm("@ana", "rate M-1 3 said")
    await petition.dm("@ana", "rate M-2 2 said")
    assert (await petition.dm("@ana", typed)).lists(who)


async def test_whose_leaving_is_undone_is_not_called_gone(petition: Chat) -> None:
    await petition.dm("@lea", "!contact left M-1")
    undone = await petition.dm("@lea", "!undo")
    assert undone.says("Undone: the change to M-1 Sam Okafor (Payments)")
    assert "left" not in undone.text


@pytest.mark.parametrize(
    "typed",
    ["assign me all payments", "assign me payments", "turf assign me everybody in Payments"],
)
async def test_an_area_is_assigned_in_bare_words_and_me_is_me(chat: Chat, typed: str) -> None:
    for name in ("Sam Okafor", "Priya Nair"):
        await chat.dm("@lea", f'!contact add "{name}" area=Payments')
        await chat.dm("@lea", f'!turf release "{name}" why="to share them out"')
    assert (await chat.dm("@lea", typed)).says("@lea has 2 people in Payments now.")


async def test_somebody_called_like_an_area_is_that_person(chat: Chat) -> None:
    await chat.dm("@lea", '!contact add "Sam Okafor" area=Paris')
    await chat.dm("@lea", '!contact add "Paris" area=Search --yes')
    await chat.dm("@lea", "!turf release M-2 why=x")
    assert (await chat.dm("@lea", "assign @ana Paris")).says("M-2 Paris")


async def test_several_people_are_rated_in_one_line(petition: Chat) -> None:
    said = await petition.dm("@ana", "rate M-1 3 M-2 2 said")
    assert said.says(
        "M-1 Sam Okafor (Payments): 3 undecided", "M-2 Priya Nair (Payments): 2 supports"
    )
    said = await petition.dm("@ana", "rate sam 2, priya 1")
    assert said.says("What do these ratings rest on? Nothing is saved yet.", "2. did")
    said = await petition.dm("@ana", "2")
    assert said.says(
        "Sam Okafor (Payments): 2 supports (did)", "Priya Nair (Payments): 1 organizes (did)"
    )
    assert (await petition.dm("@ana", "rate sam 2 did, came to lunch")).says("2 supports (did")


async def test_the_number_of_the_only_list_that_waits_need_not_be_said(chat: Chat) -> None:
    await chat.send(
        "@lea", "list.csv", "Name;Team;Score\nSam Okafor;Payments;1\nMei Lin;Support;2\n"
    )
    said = await chat.dm("@lea", "import map Team=area Score=rating")
    assert said.says("Team → area", "Score → rating")
    assert (await chat.dm("@lea", "import values rating same")).says("Noted. Next: !import check 1")
    assert (await chat.dm("@lea", "import values")).says("Like this: !import values 1 shift")
