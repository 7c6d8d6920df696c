"""The wall chart: everybody by area for leads, in a picture and in words; counts for the room."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.outgoing import outgoing
from bot.matrix.render import LARGEST, render
from bot.pictures.protocol import as_json, read
from commands.framework.reply import Audience
from commands.picture import Bars, Wall
from commands.wall_chart import commands as typed
from commands.wall_chart import rules
from storage.chat.outbox import ContentKind
from storage.core.model import Assessment, ContactId, UserId
from storage.core.rows import millis
from storage.reports.wall_chart import Charted
from tests.chat.conversation import Chat, Said


async def payments(chat: Chat) -> None:
    """Two areas and somebody of whom nobody said where they work."""
    for name, area in (
        ("Sam Okafor", "Payments"),
        ("Mia Chen", "Payments"),
        ("Alex Kim", "Search"),
    ):
        await chat.dm("@ana", f'!contact add "{name}" area={area}')
    await chat.dm("@ana", '!contact add "Zoë Haddad"')
    await chat.dm("@ana", "!1on1 log M-1 reached rate=1 did")
    await chat.dm("@ana", "!contact role M-1 leader")
    await chat.dm("@ana", "!assess M-3 4 heard")
    await chat.dm("@ben", "!assess M-3 2 said")
    chat.later(days=3)


def walls(said: Said) -> list[Wall]:
    return [r.picture for r in said.replies if isinstance(r.picture, Wall)]


def bars(said: Said) -> list[Bars]:
    return [r.picture for r in said.replies if isinstance(r.picture, Bars)]


async def test_leads_see_people_by_area_and_read_the_same(chat: Chat) -> None:
    await payments(chat)
    said = await chat.dm("@lea", "!chart")
    (wall,) = walls(said)
    sections = [section for column in wall.columns for section in column]
    assert [(s.name, s.figure) for s in sections] == [
        ("Payments", "1/2"),
        ("Search", "1/1"),
        ("no area", "0/1"),
    ]
    rows = [
        (row.mark, row.badges, row.name, row.figures)
        for section in sections
        for row in section.rows
    ]
    assert rows == [
        (1, "★", "Sam Okafor", ("3 d",)),
        (0, "", "Mia Chen", ("–",)),
        (4, "≠", "Alex Kim", ("–",)),
        (0, "", "Zoë Haddad", ("–",)),
    ]
    said.lists(
        "1 ★ Sam Okafor 3 d",
        "– Mia Chen –",
        "4 ≠ Alex Kim –",
        "– Zoë Haddad –",
    )
    assert said.says("Payments 1/2", "Search 1/1", "no area 0/1")
    assert said.says("1 organizes · 2 supports", "★ natural leader", "3/4: 3 of 4 assessed")
    assert said.says("keep them to yourself", "4 people")
    assert [meaning for _mark, meaning in wall.keys][:2] == ["organizes", "supports"]


async def test_one_area_and_those_of_no_area(chat: Chat) -> None:
    await payments(chat)
    said = await chat.dm("@lea", "!chart area=search")
    assert said.lists("4 ≠ Alex Kim –")
    assert said.says("Search 1/1")
    assert "Zoë" in (await chat.dm("@lea", '!chart area="no area"')).text
    missing = await chat.dm("@lea", "!chart area=Payroll")
    assert missing.says("There is no area “Payroll”. !report coverage shows the areas.")


async def test_who_left_or_moved_is_where_they_are_today(chat: Chat) -> None:
    await payments(chat)
    await chat.dm("@ana", "!contact left M-2 today")
    await chat.dm("@ana", "!contact move M-3 area=Payments")
    (wall,) = walls(await chat.dm("@lea", "!chart"))
    assert [(s.name, [r.name for r in s.rows]) for column in wall.columns for s in column] == [
        ("Payments", ["Sam Okafor", "Alex Kim"]),
        ("no area", ["Zoë Haddad"]),
    ]


async def test_organizers_do_not_see_it_and_the_room_never(chat: Chat) -> None:
    await payments(chat)
    refused = await chat.dm("@ana", "!chart")
    assert refused.says("!chart is for leads; ask one of them. For everybody: !chart counts")
    assert not walls(refused)
    said = await chat.room("@lea", "!chart")
    assert said.retracted
    assert "Sam" not in said.here
    assert {r.audience for r in said.replies if r.picture} == {Audience.PERSON}


async def test_it_is_kept_who_was_shown_whom(chat: Chat) -> None:
    await payments(chat)
    async with chat.database.transaction() as tx:
        await tx.execute("DELETE FROM views")
    await chat.dm("@lea", "!chart")
    await chat.dm("@lea", "!chart area=Search")
    chat.later(hours=2)
    await chat.dm("@lea", "!chart area=Search")
    async with chat.database.transaction() as tx:
        rows = await tx.all("SELECT viewer, at, contact FROM views ORDER BY id")
    lea, now = UserId("@lea:example.org"), millis(chat.now)
    then = now - 2 * 3_600_000
    assert sorted(tuple(row) for row in rows[:4]) == [(lea, then, n) for n in (1, 2, 3, 4)]
    # Who looks again within the hour is on record once.
    assert [tuple(row) for row in rows[4:]] == [(lea, now, 3)]


async def test_nobody_yet(chat: Chat) -> None:
    assert (await chat.dm("@lea", "!chart")).says("Nobody is on the chart yet.")
    assert (await chat.room("@ana", "!chart counts")).says("Fewer than five people")


async def test_the_room_gets_the_counts_of_the_weekly_report(chat: Chat) -> None:
    await payments(chat)
    for name in ("Bo", "Cy", "Di", "Ed"):
        await chat.dm("@ana", f'!contact add "{name} Rossi" area=Payments')
    said = await chat.room("@ana", "!chart counts")
    (chart,) = bars(said)
    told = await chat.room("@ben", "!report coverage")
    assert said.text == told.text, "the same figures, whoever asks first"
    assert [(bar.label, bar.parts) for bar in chart.bars] == [("Payments and 2 more", (2, 6))]
    assert "Sam" not in as_json(chart) + said.text
    # Until Monday nothing that is recorded shows in the picture.
    await chat.dm("@ana", "!assess M-2 2 said")
    assert bars(await chat.room("@ana", "!chart counts")) == [chart]


async def test_movement_is_drawn_as_it_is_told(chat: Chat) -> None:
    for number in range(1, 8):
        await chat.dm("@ana", f'!contact add "{chr(64 + number)}ia Rossi" area=Payments --yes')
        await chat.dm("@ana", f"!assess M-{number} 2 said")
    said = await chat.room("@ana", "!chart movement")
    (chart,) = bars(said)
    assert [(bar.parts, bar.figure) for bar in chart.bars] == [((7, 0), "7/7 (100 %)")]
    assert said.text == (await chat.room("@ben", "!report movement")).text


async def test_a_picture_is_queued_after_its_words(chat: Chat) -> None:
    await payments(chat)
    words, picture = (await chat.dm("@lea", "!chart")).outgoing
    assert words.content["msgtype"] == "m.notice"
    assert "Sam Okafor" in words.content["body"]
    assert words.kind is ContentKind.EVENT
    assert picture.kind is ContentKind.PICTURE
    assert isinstance(read(picture.source), Wall)
    assert "Sam" not in str(picture.content)


async def test_six_hundred_people_take_pages_that_fit(chat: Chat) -> None:
    async with chat.database.transaction() as tx:
        entry = await tx.insert(
            "INSERT INTO history(committee, author, at, kind) VALUES (1, 'x', 0, 'listed')"
        )
        for n in range(1, 601):
            await tx.insert(
                "INSERT INTO contacts(committee, number, name, sort_key, entry) VALUES (1, ?, ?, ?, ?)",
                (n, f"{'Wolfeschlegelsteinhausenbergerdorff' * 2} {n}", f"w {n}", entry),
            )
    said = await chat.dm("@lea", "!chart")
    leaves = walls(said)
    assert len(leaves) == 7
    assert len(bars(said)) == 1, "an overview comes first"
    assert [w.subtitle.rpartition("· ")[2] for w in leaves][:2] == ["page 1 of 7", "page 2 of 7"]
    for reply in said.replies:
        if reply.audience is Audience.LEADS:
            assert said.says("@lea looked at 600 people within a day")
            continue
        (words,) = render(reply)
        assert len(outgoing(reply)) == 2, "the words, then the picture"
        assert len(words["body"]) < LARGEST


async def test_more_people_than_a_chart_holds(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    await payments(chat)
    assert rules.MOST >= 600
    monkeypatch.setattr(typed, "MOST", 1)
    refused = await chat.dm("@lea", "!chart")
    assert refused.says("More than 1 people do not fit on a chart", "!chart area=Payments")
    cut = await chat.dm("@lea", "!chart area=Payments")
    assert cut.says("There are more people than one chart has room for.")


async def test_more_pages_than_a_phone_leafs_through(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await payments(chat)
    monkeypatch.setattr(typed, "MOST_PAGES", 0)
    refused = await chat.dm("@lea", "!chart")
    assert refused.says("more than 0 pages: one area at a time", "!chart area=Payments")


def test_as_many_people_as_fit_take_few_pages() -> None:
    """With an area of two people for each ten, the worst that a workplace looks like."""
    spread = [charted(n, n // 10 if n % 10 > 1 else 1000 + n // 10) for n in range(rules.MOST)]
    _form, leaves = rules.layout(rules.by_area(spread))
    assert len(leaves) <= rules.MOST_PAGES


def test_a_small_chart_has_an_area_in_each_column() -> None:
    form, [page] = rules.layout(rules.by_area(charted(n, n % 3) for n in range(12)))
    assert form.columns == 3
    assert [[(area.id, len(area.people)) for area in column] for column in page] == [
        [(1, 4)],
        [(2, 4)],
        [(0, 4)],
    ]


def charted(number: int, area: int) -> Charted:
    unrated = Assessment.NOT_ASSESSED
    return Charted(ContactId(number), number, f"P {number}", None, area, unrated, False, (), None)


people = st.lists(
    st.builds(
        Charted,
        id=st.just(1),
        number=st.integers(1, 10**6),
        name=st.text(min_size=1, max_size=8),
        organizer=st.none(),
        area=st.integers(0, 6),
        rating=st.sampled_from(Assessment),
        disputed=st.booleans(),
        parts=st.just(()),
        talked=st.none(),
    ),
    max_size=300,
)


@given(people)
def test_everybody_is_on_exactly_one_page(everybody: list[Charted]) -> None:
    numbered = [replace(person, number=n) for n, person in enumerate(everybody)]
    areas = rules.by_area(numbered)
    assert sum(area.size for area in areas) == len(everybody)
    form, leaves = rules.layout(areas)
    found = [p.number for page in leaves for column in page for area in column for p in area.people]
    assert sorted(found) == list(range(len(everybody)))
    for page in leaves:
        assert 0 < len(page) <= form.columns
        for column in page:
            assert sum(form.head + len(area.people) for area in column) <= form.lines
            assert all(area.people for area in column)


async def test_the_chart_shows_what_became_of_everybody_in_the_last_tests(chat: Chat) -> None:
    for name in ("Ada Roe", "Bea Roe", "Cem Roe"):
        await chat.dm("@ana", f'!contact add "{name}" area=Payments --yes')
    for kind, did, yes in (("petition", "M-1 M-2", "M-3"), ("photoboard", "M-1", "M-2")):
        await chat.dm("@lea", f"!test open {kind} --yes")
        await chat.dm("@lea", f"!test mark did {did}")
        await chat.dm("@lea", f"!test mark yes {yes}")
        await chat.sure("@lea", "!test close")
    await chat.dm("@lea", "!test open mockvote --countonly --yes")
    [reply] = (await chat.dm("@lea", "!chart")).replies
    assert isinstance(reply.picture, Wall)
    [[section]] = reply.picture.columns
    assert {row.name: (row.marks, row.figures) for row in section.rows} == {
        "Ada Roe": ("✓✓", ("–",)), "Bea Roe": ("✓○", ("–",)), "Cem Roe": ("○–", ("–",)),
    }  # fmt: skip
    assert "Petition, Photo board: ✓ did ○ yes" in reply.picture.signs
    assert "Bea Roe ✓○ –" in Said((reply,)).text
