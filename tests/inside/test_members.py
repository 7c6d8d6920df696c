"""How far a hostile member gets: names, marks, ratings, and the time of others."""

import re
from datetime import timedelta

import pytest

from commands.framework.context import Role
from tests.inside import members
from tests.inside.conftest import Reach
from tests.inside.insider import HANDLE, RATED, Company, Insider, carry_out
from tests.inside.loop import longest_block

DAY = timedelta(days=1)
ELEVEN_MINUTES = timedelta(minutes=11)
PETITION = '!test open petition "RTO petition" --yes'


def ana(company: Company, messages: int, span: timedelta = DAY) -> Insider:
    return Insider(company, "@ana", messages, span)


@pytest.fixture
async def unguarded(company: Company) -> Company:
    """The control: Ana is a lead, for whom the limit is not."""
    company.chat.roles["@ana"] = Role.LEAD
    return company


@pytest.fixture
async def petition(company: Company) -> Company:
    """A petition is on its way; thirty of Ben's people have answered."""
    chat = company.chat
    await chat.dm("@lea", PETITION)
    for number in range(1, 31):
        await chat.dm("@ben", f"!test mark petition {('did', 'yes', 'no')[number % 3]} M-{number}")
    return company


# -- names ----


async def test_control_a_lead_walks_through_everybody(unguarded: Company, control: Reach) -> None:
    me = ana(unguarded, 600)
    await carry_out(lambda: members.walk(me))
    control("walk", len(me.names))
    control("asks back", len(me.names))


async def test_names_by_how_they_begin(company: Company, now: Reach) -> None:
    me = ana(company, 600)
    await carry_out(lambda: members.walk(me))
    now("walk", len(me.names))


async def test_names_in_eleven_minutes(petition: Company, now: Reach) -> None:
    me = ana(petition, 600, ELEVEN_MINUTES)
    await carry_out(lambda: members.walk(me, members.WAYS))
    now("asks back", len(me.names))


async def test_control_a_lead_reads_every_handle(unguarded: Company, control: Reach) -> None:
    me = ana(unguarded, 210)
    await carry_out(lambda: members.by_handle(me))
    control("handles", len(me.names))


async def test_names_by_handle(company: Company, now: Reach) -> None:
    me = ana(company, 600)
    await carry_out(lambda: members.by_handle(me))
    now("handles", len(me.names))


async def _called_like(company: Company) -> int:
    """Ana calls one of hers like twenty of the employer's list; Lea says of doubles that they are two."""

    async def sweep() -> None:
        while pairs := re.findall(
            r"^• (\d+) ·", (await company.chat.dm("@lea", "!dupes")).text, re.MULTILINE
        ):
            for pair in pairs:
                await company.chat.dm("@lea", f"!dupes notsame {pair}")

    await sweep()
    me = ana(company, 60)
    return company.right(await members.be_called_like(me, company.directory[:20], sweep=sweep))


async def test_control_a_lead_sees_namesakes(unguarded: Company, control: Reach) -> None:
    control("namesakes", await _called_like(unguarded))


async def test_names_by_namesakes(company: Company, now: Reach) -> None:
    now("namesakes", await _called_like(company))


SHOW, FIND = "!contact show {}", "!contact find {}"


async def test_control_a_lead_checks_the_employers_list(unguarded: Company, control: Reach) -> None:
    me = ana(unguarded, 401)
    found = unguarded.right(await members.go_through(me, SHOW, unguarded.directory))
    control("directory", found)
    control("eleven", found)


async def test_who_of_the_employers_list_is_in_the_records(company: Company, now: Reach) -> None:
    me = ana(company, 600)
    now("directory", company.right(await members.go_through(me, FIND, company.directory)))


async def test_who_of_the_employers_list_in_eleven_minutes(company: Company, now: Reach) -> None:
    me = ana(company, 600, ELEVEN_MINUTES)
    now("eleven", company.right(await members.go_through(me, SHOW, company.directory)))


async def test_control_a_lead_writes_titles(unguarded: Company, control: Reach) -> None:
    me = ana(unguarded, 900)
    control("titles", unguarded.right(await members.by_titles(me, unguarded.directory)))


async def test_who_of_the_employers_list_by_titles(company: Company, now: Reach) -> None:
    me = ana(company, 900)
    now("titles", company.right(await members.by_titles(me, company.directory)))


async def test_control_a_lead_spells_names(unguarded: Company, control: Reach) -> None:
    control("spelled", unguarded.spelled(await members.spell(ana(unguarded, 500))))


async def test_names_letter_by_letter(company: Company, now: Reach) -> None:
    now("spelled", company.spelled(await members.spell(ana(company, 500))))


async def test_control_before_the_limit_commands_tell(
    petition: Company, control: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def not_spent(_me: Insider) -> None:
        pass

    monkeypatch.setattr(members, "spend", not_spent)
    petition.chat.roles["@ana"] = Role.LEAD
    control("spent", len(await members.telling(ana(petition, 900))))


async def test_control_two_nobodies_are_told_alike(petition: Company) -> None:
    """Else the program would take any two answers for different ones."""
    strangers = members.nobodies()
    me = ana(petition, 100)
    assert not [
        way
        for way in members.questions()
        if await members.tell_apart(me, way, next(strangers), next(strangers))
    ]


async def test_once_the_limit_is_spent_no_command_tells_a_name(
    petition: Company, now: Reach
) -> None:
    found = await members.telling(ana(petition, 900))
    print("still telling:", *found, sep="\n  ")  # noqa: T201 (shown when it fails)
    now("spent", len(found))


async def test_control_a_lead_pastes_the_employers_list(petition: Company, control: Reach) -> None:
    petition.chat.roles["@ana"] = Role.LEAD
    control("paste", petition.right(await members.paste(ana(petition, 100))))


async def test_the_employers_list_as_signatures(petition: Company, now: Reach) -> None:
    now("paste", petition.right(await members.paste(ana(petition, 100))))


# -- marks and ratings ----


async def test_control_marks_in_ones_care_are_told(petition: Company, control: Reach) -> None:
    me = Insider(petition, "@ben", 100, DAY)
    control("marks", len(await members.read_marks(me)))
    await carry_out(lambda: members.void_marks(me))
    control("void", await _voided(petition))


async def test_marks_in_others_turf_are_not_told(petition: Company, now: Reach) -> None:
    now("marks", len(await members.read_marks(ana(petition, 100))))


async def test_marks_in_others_turf_stay(petition: Company, now: Reach) -> None:
    me = ana(petition, 100)
    await carry_out(lambda: members.void_marks(me))
    now("void", await _voided(petition))


async def _voided(company: Company) -> int:
    """Of the thirty marks that Ben made, how many are void."""
    async with company.chat.database.transaction() as tx:
        void = await tx.value(
            "SELECT COUNT(*) FROM (SELECT contact, mark, MAX(id) FROM test_marks GROUP BY contact)"
            " WHERE mark = 0"
        )
    return int(str(void or 0))


async def test_control_leads_see_counts_move(petition: Company, control: Reach) -> None:
    petition.chat.roles["@ana"] = Role.LEAD
    control("live", await _watched_marks(petition))


async def test_counts_do_not_move_with_each_mark(petition: Company, now: Reach) -> None:
    now("live", await _watched_marks(petition))


async def _watched_marks(company: Company) -> int:
    """Ben notes one person after the other as having done it: how often an area's count showed."""
    me, shown = ana(company, 600), 0
    for number in range(41, 53):
        before = await members.area_counts(me)
        await company.chat.dm("@ben", f"!test mark petition did M-{number}")
        after = await members.area_counts(me)
        shown += any(before.get(area) != after[area] for area in after)
    return shown


DESKS = [f"Desk {number}" for number in range(1, 5)]
DID = {desk: number % 2 == 1 for number, desk in enumerate(DESKS, 1)}


async def _grouped(company: Company) -> dict[str, str]:
    """Four of Ben's work alone at their desks; Ana plants somebody at each; a petition comes and goes."""
    chat = company.chat
    for number, desk in enumerate(DESKS, 1):
        await chat.dm("@ben", f"!assess M-{number} 0")
        await chat.dm("@ben", f'!contact move M-{number} area="{desk}"')
    planted = await members.plant_leaders(ana(company, 20), DESKS)
    await chat.dm("@lea", PETITION)
    for number, desk in enumerate(DESKS, 1):
        await chat.dm("@ben", f"!test mark petition {'did' if DID[desk] else 'no'} M-{number}")
    await chat.sure("@lea", "!test close petition")
    return planted


def _right(found: dict[str, bool]) -> int:
    return sum(DID[desk] is did for desk, did in found.items())


async def test_control_a_lead_reads_the_groups(company: Company, control: Reach) -> None:
    planted = await _grouped(company)
    company.chat.roles["@ana"] = Role.LEAD
    control("leaders", _right(await members.read_groups(ana(company, 1), planted)))


async def test_groups_of_a_few_tell_no_marks(company: Company, now: Reach) -> None:
    planted = await _grouped(company)
    assert len(planted) == len(DESKS)
    now("leaders", _right(await members.read_groups(ana(company, 1), planted)))


async def _handed_on(company: Company, *, to: str | None) -> int:
    """Ana rates five of her own; some time later they did it; what she reads of that."""
    chat, me = company.chat, ana(company, 20)
    strangers = members.nobodies()
    handles = []
    for rating in range(1, 6):
        said = await me.ask(f'!contact add "{next(strangers)}" area=Ops --yes')
        handles += HANDLE.findall(said)[:1]
        await me.ask(f"!assess {handles[-1]} {rating} did")
    await chat.dm("@lea", PETITION)
    if to is not None:
        await chat.dm("@lea", f"!turf assign {to} {' '.join(handles)} --transfer")
    for rating, handle in enumerate(handles, 1):
        did = "did" if rating % 2 else "no"
        await chat.dm(to or "@ana", f"!test mark petition {did} {handle}")
    found = await members.read_beliefs(me)
    return sum(did is (rating % 2 == 1) for rating, did in found.items())


async def test_control_ratings_of_ones_own_meet_deeds(company: Company, control: Reach) -> None:
    control("beliefs", await _handed_on(company, to=None))


async def test_marks_of_whoever_went_to_another_are_not_told(company: Company, now: Reach) -> None:
    now("beliefs", await _handed_on(company, to="@ben"))


async def test_control_a_leads_reports_move(company: Company, control: Reach) -> None:
    company.chat.roles["@ana"] = Role.LEAD
    control("reports", await _watched_ratings(company))


async def test_reports_do_not_move_with_a_rating(company: Company, now: Reach) -> None:
    now("reports", await _watched_ratings(company))


async def _watched_ratings(company: Company) -> int:
    me, shown = ana(company, 900), 0
    await members.figures(me)
    for number in range(RATED + 1, RATED + 11):
        before = await members.figures(me)
        await company.chat.dm("@ben", f"!assess M-{number} {number % 5 + 1} did")
        shown += before != await members.figures(me)
    return shown


# -- cover ----


COVERED = [f"M-{number}" for number in range(1, 11)]


async def test_control_whoever_stands_in_sees(company: Company, control: Reach) -> None:
    await company.chat.dm("@ben", "!away until=fri cover=@ana")
    control("cover", await members.held(company, "@ana", COVERED))


async def test_cover_ends(company: Company, now: Reach) -> None:
    await company.chat.dm("@ben", "!away until=fri cover=@ana")
    me = ana(company, 200, timedelta(hours=6))
    await carry_out(lambda: members.keep_what_was_covered(me, COVERED))
    company.chat.later(days=9)
    now("cover", await members.held(company, "@ana", COVERED))


# -- storms ----


async def test_control_ordinary_meetings_are_announced(company: Company) -> None:
    """What an organizer plans in a usual week is said, and is little."""
    chat = company.chat
    assert await members.plan_storm(ana(company, 40), 2, 0) == 2
    said = await chat.pass_time(chat.now + timedelta(days=7))
    assert 0 < len(said) < 30


async def test_a_storm_of_meetings(company: Company, now: Reach) -> None:
    chat = company.chat
    me = ana(company, 400)
    await carry_out(lambda: members.plan_storm(me, 100, 40))
    said = await chat.pass_time(chat.now + DAY)
    now("storm", len(said))


async def test_control_a_block_is_noticed(company: Company, control: Reach) -> None:
    async def busy() -> None:
        sum(n * n for n in range(6_000_000))

    control("block", await longest_block(busy()))


async def test_no_message_holds_the_loop(petition: Company, now: Reach) -> None:
    me = ana(petition, 10)
    now("block", await longest_block(members.match_badly(me, 6)))
