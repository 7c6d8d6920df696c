"""The homeserver ended the bot's session: the operator logs in anew, and nothing is lost."""

from bot.process.exit_codes import ExitCode
from demo.matrix_api import MatrixApi
from tests.support.committee import PASSWORD, Committee


async def test_init_logs_in_anew_and_keeps_the_records(committee: Committee) -> None:
    steward, ana = committee.steward, committee.ana
    direct = await committee.open_direct(ana)
    await ana.ask(direct, "!contact add Kim Park", "M-1", of=steward.user, where=direct)
    identity = (await ana.api.keys_of(steward.user))["master_keys"][steward.user]["keys"]

    async with MatrixApi(steward.homeserver) as elsewhere:
        await elsewhere.login(steward.user, PASSWORD, "elsewhere")
        await elsewhere.call("POST", "/logout/all", {})
    assert await steward.ended() == ExitCode.TOKEN_REJECTED

    assert "is not shown again" in await steward.init()
    await steward.start()
    for room in (committee.room, direct):
        await ana.ask(room, "!tz", of=steward.user, where=room, seconds=40)
    await ana.ask(direct, "!contact show M-1", "Kim Park", of=steward.user, where=direct)
    after = (await ana.api.keys_of(steward.user))["master_keys"][steward.user]["keys"]
    assert after == identity
