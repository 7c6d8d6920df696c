"""The bot is killed around somebody's leaving: what was on its way to them never arrives, the rest once."""

import signal

import pytest

from bot.process import failpoints
from demo.organizer import Organizer
from tests.crash.ledger import Ledger, inside
from tests.crash.test_killed_anywhere import killed_at
from tests.support.committee import Committee, SignIn


async def newcomer(committee: Committee, sign_in: SignIn) -> tuple[Organizer, str]:
    """Somebody new in the committee, and their direct chat with the bot."""
    steward, ana = committee.steward, committee.ana
    person = await sign_in("cara")
    await ana.api.invite(committee.room, person.user)
    await person.settled(committee.room, steward.user, ana.user)
    direct = await person.direct(steward.user)
    await person.settled(direct, steward.user)
    await person.hear(of=steward.user, where=direct)
    return person, direct


@pytest.mark.timeout(240)
@pytest.mark.parametrize("point", ["before_withdrawal", "after_departures"])
async def test_killed_between_withdrawing_and_sending(
    committee: Committee, sign_in: SignIn, point: str
) -> None:
    """Answers to two people wait in the table; one is removed while the bot is down."""
    steward, ana, ben = committee.steward, committee.ana, committee.ben
    cara, hers = await newcomer(committee, sign_in)
    his = await committee.open_direct(ben)
    await ben.hear(of=steward.user, where=his)
    ledger = Ledger(steward)
    ledger.watch(his, ben)
    await steward.stop()
    marks = len(cara.messages), len(ben.messages)
    await cara.send(hers, "!me")
    await ledger.ask(ben, his, "!me")
    # Both are handled and answered in the table; nothing has gone.
    await steward.start({"STEWARD_FAILPOINT": "before_send"}, wait=False)
    assert await steward.ended(60) == -signal.SIGKILL
    async with inside(steward) as database, database.transaction() as tx:
        waiting = [row["person"] for row in await tx.all("SELECT person FROM outbox")]
    assert {cara.user, ben.user} == set(waiting), "the control: it would have gone"
    await ana.api.remove(committee.room, cara.user)
    # The first look is at what the run before saw; the second is at the news.
    await killed_at(steward, f"{point}:2")
    async with inside(steward) as database, database.transaction() as tx:
        theirs = await tx.value("SELECT COUNT(*) FROM outbox WHERE person = ?", (cara.user,))
        seen = await tx.value("SELECT COUNT(*) FROM standings WHERE person = ?", (cara.user,))
    # In one transaction: that she left, and that nothing is on its way to her.
    assert (theirs, seen) == ((0, 0) if point == "after_departures" else (len(waiting) - 1, 1))
    await steward.start()
    assert await ledger.answered(), steward.log()[-3000:]
    # What she says herself comes after anything the homeserver had for her before.
    await cara.send(hers, "anything left?")
    await cara.until(lambda: any("anything left?" in each.body for each in cara.messages))
    assert [m for m in cara.messages[marks[0] :] if m.sender == steward.user] == []
    await steward.stop()
    table = await ledger.table(kept=False)
    assert table.clean, table


@pytest.mark.timeout(240)
async def test_killed_while_taking_an_invitation_back(
    committee: Committee, sign_in: SignIn
) -> None:
    """The intention is on disk with the leaving; it is carried out by whoever comes next."""
    steward, ana = committee.steward, committee.ana
    cara = await sign_in("cara", accepts_invites=False)
    await ana.api.invite(committee.room, cara.user)
    await cara.api.join(committee.room)
    await cara.settled(committee.room, steward.user, ana.user)
    await ana.settled(committee.room, cara.user)
    await committee.say(ana, "!status", "fingerprint")
    await cara.send(committee.room, "!direct")
    await cara.until(lambda: len(cara.invites) > 1)
    (direct,) = cara.invites.keys() - {committee.room}
    await steward.stop()
    await ana.api.remove(committee.room, cara.user)
    for point in ("after_departures:2", "after_uninviting"):
        await killed_at(steward, point)
        async with inside(steward) as database, database.transaction() as tx:
            wanted = await tx.all("SELECT room, person FROM uninvited")
        assert [(row["room"], row["person"]) for row in wanted] == [(direct, cara.user)], point
    await steward.start()
    await steward.until(lambda status: status.get("rooms") == 1)
    await steward.stop()
    async with inside(steward) as database, database.transaction() as tx:
        assert await tx.all("SELECT room FROM uninvited") == []
        assert await tx.all("SELECT room FROM directs") == []
    assert set(failpoints.ENDING) == {"before_withdrawal", "after_departures", "after_uninviting"}
