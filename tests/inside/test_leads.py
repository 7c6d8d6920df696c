"""How far a hostile lead gets: people deleted, looks without a trace, acts that outlive the role."""

from datetime import timedelta

from commands.framework.context import Role
from tests.inside import leads
from tests.inside.conftest import Reach
from tests.inside.insider import Company, Insider, carry_out

DAY = timedelta(days=1)


def lea(company: Company, messages: int, span: timedelta = DAY) -> Insider:
    return Insider(company, leads.PERSON, messages, span)


async def _gone(company: Company) -> int:
    return 202 - len(await company.chat.contacts())


async def test_control_a_person_is_forgotten_who_asks(company: Company, control: Reach) -> None:
    """Deleting one person as the bot explains it works."""
    await carry_out(lambda: leads.forget_by_the_book(lea(company, 10), 1))
    control("forget", await _gone(company))


async def test_nobody_is_deleted_unseen(company: Company, now: Reach) -> None:
    await carry_out(lambda: leads.forget_storm(lea(company, 14), 14))
    now("forget", await _gone(company))


async def test_a_storm_of_deletions(company: Company, now: Reach) -> None:
    me = lea(company, 80, timedelta(hours=1))
    await carry_out(lambda: leads.forget_by_the_book(me, 40))
    now("forget shown", await _gone(company))


async def _with_old_ratings(company: Company) -> Company:
    chat = company.chat
    chat.later(days=40)
    await chat.dm("@lea", '!test open petition "RTO petition" --yes')
    for number in range(1, 6):
        await chat.dm("@kim", f"!assess M-{number} {6 - company.ratings[f'M-{number}']} heard")
    return company


async def test_control_a_card_shows_a_rating_and_leaves_a_trace(
    company: Company, control: Reach
) -> None:
    me = lea(company, 100)
    for number in range(1, 6):
        await me.ask(f"!contact show M-{number}")
    rated = sum(leads.RATED.search(said) is not None for said in me.heard)
    control("untraced", rated)
    assert len(await leads.traces(company, "@lea")) == rated


async def test_looking_around_leaves_a_trace(company: Company, now: Reach) -> None:
    await _with_old_ratings(company)
    shown = await leads.look_around(lea(company, 100))
    now("untraced", len(shown - await leads.traces(company, "@lea")))


async def test_control_cards_of_ones_own_are_read_without_a_trace(
    company: Company, control: Reach
) -> None:
    for number in range(1, 6):
        await company.chat.dm("@kim", f"!turf assign @lea M-{number} --transfer")
    me = lea(company, 20)
    shown = {
        f"M-{n}" for n in range(1, 6) if leads.RATED.search(await me.ask(f"!contact show M-{n}"))
    }
    control("own care", len(shown - await leads.traces(company, "@lea")))


async def test_taking_people_for_a_moment_leaves_a_trace(company: Company, now: Reach) -> None:
    payments = [f"M-{number}" for number in range(4, 24, 4)]
    shown = await leads.take_for_a_moment(lea(company, 20), "Payments", payments)
    assert shown == set(payments)
    now("own care", len(shown - await leads.traces(company, "@lea")))


async def test_what_was_checked_is_what_is_saved(company: Company, now: Reach) -> None:
    now("swap", await leads.swap_decisions(company))


async def test_control_a_lead_takes_back_what_they_did(company: Company, control: Reach) -> None:
    chat = company.chat
    await chat.dm("@lea", "!turf assign @ana M-3 --transfer")
    control("undo", int("Undone" in (await chat.dm("@lea", "!undo")).here))


async def test_whoever_is_a_lead_no_longer_takes_nothing_back(company: Company, now: Reach) -> None:
    now("undo", await leads.undo_when_demoted(company))


async def test_control_a_keeper_gets_what_was_approved(company: Company, control: Reach) -> None:
    chat = company.chat
    await chat.dm("@kim", '!export json why="for the vote" --ratings')
    said = await chat.dm("@lea", "!export approve 1")
    control("demoted", sum(reply.export is not None for reply in said.replies))


async def test_whoever_was_demoted_gets_no_file(company: Company, now: Reach) -> None:
    now("demoted", await leads.approve_for_the_demoted(company))
    assert company.chat.roles["@kim"] is Role.ORGANIZER


async def test_control_a_poll_is_open_for_as_long_as_was_said(company: Company) -> None:
    chat = company.chat
    chat.join("@eve", "@fay")
    await chat.room("@lea", '!poll yesno "Do we go?" closes=13d')
    await chat.room("@lea", "!ok")
    chat.later(days=12)
    assert len(await chat.polls.polls()) == 1


async def test_a_poll_is_not_put_off_for_ever(company: Company, now: Reach) -> None:
    now("postpone", await leads.postpone_for_ever(company))
