"""How far somebody gets who is in two committees and leads one of them."""

from datetime import timedelta

from commands.framework.context import Role
from tests.inside import committees
from tests.inside.conftest import Reach
from tests.inside.insider import Company, Insider, carry_out


async def test_control_a_lead_of_the_committee_reads_its_names(
    company: Company, control: Reach
) -> None:
    company.chat.roles["@ana"] = Role.LEAD
    me = Insider(company, "@ana", 50, timedelta(days=1))
    for number in range(1, 11):
        await me.ask(f"!contact show M-{number}")
    control("across", len(me.names))


async def test_names_of_the_other_committee(company: Company, now: Reach) -> None:
    await committees.found_another(company, "Hikers")
    me = Insider(company, "@ana", 700, timedelta(days=1))
    found = await carry_out(lambda: committees.look_across(me)) or set()
    now("across", len(found))


async def test_control_two_names_of_their_own(company: Company, control: Reach) -> None:
    """Whoever chooses a committee by its own name adds people there."""
    await committees.found_another(company, "Hikers")
    chat = company.chat
    await chat.dm("@ben", "!use Hikers")
    await chat.dm("@ben", '!contact add "Zo Newbe" --yes')
    control("twin", 203 - len(await chat.contacts()))


async def test_a_committee_that_takes_the_others_name(company: Company, now: Reach) -> None:
    now("twin", await committees.twin(company, 5))
