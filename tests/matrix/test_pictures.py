"""The wall chart on the real homeserver: a lead's app opens it; the homeserver does not; once."""

import signal
import struct
from collections.abc import Mapping
from typing import Any

import pytest
from nio.crypto.attachments import decrypt_attachment

from bot.process import failpoints
from demo.device import Message
from demo.organizer import Organizer
from tests.support.committee import Committee

PNG = b"\x89PNG\r\n\x1a\n"


async def opened(who: Organizer, file: Mapping[str, Any]) -> bytes:
    """An encrypted file as an app opens it; the homeserver has something else."""
    sealed = await who.api.download(file["url"])
    assert PNG not in sealed
    content: bytes = decrypt_attachment(
        sealed, file["key"]["k"], file["hashes"]["sha256"], file["iv"]
    )
    return content


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(PNG)
    wide, high = struct.unpack(">II", png[16:24])
    return wide, high


def is_image(message: Message) -> bool:
    return message.kind == "m.image"


def images(who: Organizer) -> list[Message]:
    return [message for message in who.messages if is_image(message)]


async def prepared(committee: Committee) -> str:
    """Ana's direct chat, with two people on the chart."""
    ana = committee.ana
    direct = await committee.open_direct(ana)
    await ana.hear(of=committee.steward.user, where=direct)
    for name in ("Sam Okafor", "שרה כהן"):
        await ana.ask(direct, f'!contact add "{name}" area=Payments', "Added", where=direct)
    return direct


async def test_an_app_opens_the_picture_and_reads_the_words(committee: Committee) -> None:
    ana, direct = committee.ana, await prepared(committee)
    mark = len(ana.messages)
    await ana.send(direct, "!chart")
    said = await ana.hear(is_image, of=committee.steward.user, since=mark, seconds=40)
    assert said.encrypted
    assert said.signed
    assert said.room == direct
    # Apps hide what is written below a picture: the words come before it, by themselves.
    words = next(m for m in ana.messages[mark:] if m.sender == committee.steward.user)
    assert "Payments 0/2" in words.body
    assert "– Sam Okafor –" in words.body
    assert "– שרה כהן –" in words.body
    assert said.body == "chart.png"
    content = said.content
    assert "url" not in content
    assert not any(key.startswith("org.steward") for key in content)
    assert content["filename"] == "chart.png"
    about = content["info"]
    full = await opened(ana, content["file"])
    assert size(full) == (about["w"], about["h"])
    assert (len(full), about["mimetype"]) == (about["size"], "image/png")
    small = await opened(ana, about["thumbnail_file"])
    assert size(small) == (about["thumbnail_info"]["w"], about["thumbnail_info"]["h"])
    assert content["m.mentions"] == {}


@pytest.mark.nightly
async def test_killed_while_the_picture_is_made_it_comes_once(committee: Committee) -> None:
    ana, steward, direct = committee.ana, committee.steward, await prepared(committee)
    for times, point in enumerate((*failpoints.DRAWING, "after_send"), 1):
        await steward.stop()
        await ana.send(direct, "!chart")
        await steward.start({"STEWARD_FAILPOINT": point}, wait=False)
        assert await steward.ended(60) == -signal.SIGKILL, steward.log()[-2000:]
        await steward.start()
        await ana.until(lambda: len(images(ana)) >= times, 40)  # noqa: B023
        # Whatever it would send twice, it would send before this.
        await ana.ask(direct, "!me", where=direct, of=steward.user)
        assert len(images(ana)) == times, point
