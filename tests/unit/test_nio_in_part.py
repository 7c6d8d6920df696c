"""nio loaded in part is nio, and what is asked of it later is loaded then."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.matrix import nio_in_part

ROOT = Path(__file__).resolve().parents[2]

BEGIN = """
import sys
from bot.matrix import machine, crypto_store, media, nio_in_part
from nio.crypto import Olm
rest = [m for m in ("nio.client", "h2", "h11", "Crypto", "aiofiles", "aiohttp_socks") if m in sys.modules]
assert rest == [], rest
"""

LATER = {
    "a function that is seldom needed": """
sealed, keys = media.encrypt_attachment(b"abc")
assert len(sealed) == 3 and keys["v"] == "v2"
from nio.crypto import decrypt_attachment
opened = decrypt_attachment(sealed, keys["key"]["k"], keys["hashes"]["sha256"], keys["iv"])
assert opened == b"abc"
assert "Crypto.Cipher.AES" in sys.modules and "nio.client" not in sys.modules
""",
    "the package itself": """
from nio import AsyncClient
import nio
assert nio.client.AsyncClient is AsyncClient and nio.crypto.Olm is Olm
left = [
    (m, name) for m, module in list(sys.modules.items()) if m.startswith("nio")
    for name, value in vars(module).items() if isinstance(value, nio_in_part._Named)
]
assert left == [], left
assert all(
    type(sys.modules[name]) is type(sys)
    for name in ("nio", *nio_in_part.SELDOM, *nio_in_part.SELDOM_EVENTS)
)
""",
    "what an event is": """
from nio.crypto import olm_machine
assert "nio.events.room_events" in nio_in_part.SELDOM_EVENTS
assert type(sys.modules["nio.events.room_events"]) is not type(sys)
assert not isinstance(object(), olm_machine.MegolmEvent)
real = sys.modules["nio.events.room_events"]
event = real.MegolmEvent({"event_id": "$1", "sender": "@a:b", "origin_server_ts": 1}, "", "", "", "")
assert isinstance(event, olm_machine.MegolmEvent) and isinstance(event, olm_machine.Event)
assert not isinstance(real.Event(event.source), olm_machine.MegolmEvent)
""",
    "a name that there is not": """
import nio
assert not hasattr(nio, "nothing") and not hasattr(nio.crypto, "nothing")
""",
}


def run(program: str) -> None:
    done = subprocess.run(  # noqa: S603  (this interpreter)
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("later", LATER)
def test_what_is_asked_for_later_is_there(later: str) -> None:
    run(BEGIN + LATER[later])


def test_the_package_itself_is_loaded_first() -> None:
    run("import bot.matrix\nfrom nio import AsyncClient\nfrom bot.matrix import machine")


def test_nio_that_is_loaded_already_stays_as_it_is() -> None:
    run(
        "import sys, nio; from nio import AsyncClient\nbefore = dict(sys.modules)\nimport bot.matrix\n"
        "assert all(sys.modules[name] is module for name, module in before.items())"
    )


def test_every_module_that_is_left_out_is_there() -> None:
    run("import nio, sys\n" + f"assert all(name in sys.modules for name in {nio_in_part.SELDOM})")
