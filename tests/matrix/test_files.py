"""Files over the wire: encrypted, uploaded, fetched by the bot, read in a process of its own."""

import aiohttp
import psutil
import pytest
from nio.crypto.attachments import encrypt_attachment

from demo.organizer import Organizer
from tests.support.committee import Committee

LIST = b"Emp #,Name,Team\n" + b"".join(b"%d,Sam%d Okafor,QA\n" % (n, n) for n in range(300))


async def upload(who: Organizer, content: bytes) -> str:
    """Leave bytes with the homeserver, as an app does."""
    headers = {"Authorization": f"Bearer {who.api.token}"}
    url = f"{who.api.homeserver}/_matrix/media/v3/upload"
    async with (
        aiohttp.ClientSession() as http,
        http.post(url, data=content, headers=headers) as answer,
    ):
        assert answer.ok, await answer.text()
        return str((await answer.json())["content_uri"])


async def send_file(
    who: Organizer, room: str, name: str, content: bytes, *, there: bool = True
) -> None:
    """Send an encrypted file; one that is not ``there`` was never uploaded."""
    sealed, keys = encrypt_attachment(content)
    where = await upload(who, bytes(sealed)) if there else "mxc://nowhere.test/never"
    event = {
        "msgtype": "m.file",
        "body": name,
        "filename": name,
        "file": {**keys, "url": where},
        "info": {"size": len(content)},
    }
    await who.send_event(room, "m.room.message", event)


@pytest.mark.timeout(300)
async def test_a_list_arrives_although_others_do_not(committee: Committee) -> None:
    ana, steward = committee.ana, committee.steward
    await committee.say(ana, "!setup name=Payments tz=Madrid", "This is Payments")
    direct = await committee.open_direct(ana)
    for number in range(3):
        await send_file(ana, direct, f"never{number}.csv", LIST, there=False)
    await send_file(ana, direct, "staff.csv", LIST)
    said = await ana.hear("staff.csv, 300 rows", of=steward.user, where=direct, seconds=90)
    assert "Import" in said.body

    def readers() -> list[psutil.Process]:
        templates = psutil.Process(steward.pid).children()
        assert len(templates) <= 1
        return [reader for each in templates for reader in each.children()]

    # Nobody is left of those who read; they are split off one that reads nothing itself.
    await steward.sees(lambda: not readers())
