"""Ana and Ben in an encrypted room, made once for all workers of a run and copied with the homeserver.

Making two accounts, devices and identities and their room takes a homeserver half of what it takes to gather a
committee. A pair that was made sleeps: its devices have offered their keys and read nothing yet. Whoever
wakes it reads the room from its beginning, as an app does that is opened later. A pair is for one test.
"""

import asyncio
import fcntl
import json
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from nio.crypto import OlmAccount

from bot.matrix.identity import CrossSigning
from demo.homeserver import Homeserver
from demo.homeserver_settings import DATABASE
from demo.matrix_api import MatrixApi
from demo.organizer import Organizer
from tests.support.committee import PASSWORD

PAIRS: Final = 16
"""About as many as a worker needs; whoever finds none left makes one anew."""
NAMES: Final = ("ana", "ben")
ROOM: Final = "Committee"
_PICKLE_KEY: Final = "keys of throw-away accounts"


@dataclass(frozen=True, slots=True)
class Asleep:
    """A device with everything that it keeps, cross-signed, as long as nobody reads with it."""

    user: str
    device: str
    token: str
    account: str
    identity: str

    @classmethod
    async def made(cls, homeserver: Homeserver, name: str) -> "Asleep":
        """Make an account with one device, and offer its keys."""
        user = await homeserver.register(name, PASSWORD)
        api = MatrixApi(homeserver.url)
        await api.login(user, PASSWORD, "organizer")
        async with Organizer(api, signed_only=False, accepts_invites=True) as person:
            await person._encryption.publish_keys()
            await person.cross_sign()
            assert person.identity is not None
            return cls(
                user,
                api.device,
                api.token,
                person._encryption._nio.olm.account.pickle(_PICKLE_KEY).decode(),
                person.identity.to_json(),
            )

    def api(self, url: str) -> MatrixApi:
        """Speak as the device without reading."""
        api = MatrixApi(url)
        api.user, api.device, api.token = self.user, self.device, self.token
        return api

    async def woken(self, url: str, *, signed_only: bool) -> Organizer:
        """Read along as the device, from the beginning."""
        person = Organizer(self.api(url), signed_only=signed_only, accepts_invites=True)
        account = OlmAccount.from_pickle(self.account.encode(), _PICKLE_KEY, shared=True)
        person._encryption._nio.olm.account = account
        person.identity = CrossSigning.from_json(self.identity)
        await person._read_once(poll_ms=0)
        person.listen()
        return person


@dataclass(frozen=True, slots=True)
class Pair:
    """Two who sleep, in their room."""

    name: str
    """What their names end with."""
    ana: Asleep
    ben: Asleep
    room: str

    @classmethod
    async def made(cls, homeserver: Homeserver) -> "Pair":
        """Make both and their room, with Ben in it."""
        name = secrets.token_hex(4)
        ana, ben = [await Asleep.made(homeserver, f"{start}-{name}") for start in NAMES]
        async with ana.api(homeserver.url) as anas, ben.api(homeserver.url) as bens:
            room = await anas.create_room(ROOM, invite=(ben.user,))
            await bens.join(room)
        return cls(name, ana, ben, room)

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Pair":
        """Make one of what ``asdict`` made of it."""
        return cls(kept["name"], Asleep(**kept["ana"]), Asleep(**kept["ben"]), kept["room"])


@dataclass(frozen=True, slots=True)
class Together:
    """Ana and Ben, who read along in their room."""

    name: str
    """What their names end with."""
    ana: Organizer
    ben: Organizer
    room: str


class HomeserverWithPairs(Homeserver):
    """A homeserver at which pairs sleep; ``folder`` is where ``pairs_in`` made them."""

    def __init__(self, folder: Path) -> None:
        kept = json.loads((folder / "pairs.json").read_text("utf-8"))
        # What it signed it signed with that key.
        super().__init__(settings={"signing_key": kept["signing_key"]})
        self.asleep = [Pair.read(each) for each in kept["pairs"]]
        shutil.copyfile(folder / DATABASE, self.directory / DATABASE)


async def pairs_in(folder: Path) -> Path:
    """Return the folder with pairs in it: whichever worker comes first makes them for all."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "pairs.json").exists():
            await _make(folder)
    return folder


async def _make(folder: Path) -> None:
    async with Homeserver() as homeserver:
        pairs = await asyncio.gather(*(Pair.made(homeserver) for _ in range(PAIRS)))
        await homeserver.stop()
        settings = json.loads((homeserver.directory / "homeserver.yaml").read_text("utf-8"))
        shutil.copyfile(homeserver.directory / DATABASE, folder / DATABASE)
    kept = {"signing_key": settings["signing_key"], "pairs": [asdict(each) for each in pairs]}
    (folder / "pairs.json").write_text(json.dumps(kept), "utf-8")


@asynccontextmanager
async def together(
    homeserver: Homeserver, *, ben_signed_only: bool = False
) -> AsyncIterator[Together]:
    """Wake a pair, or make one where none sleeps."""
    asleep = getattr(homeserver, "asleep", None)
    pair = asleep.pop() if asleep else await Pair.made(homeserver)
    async with AsyncExitStack() as stack:
        ana, ben = [
            await stack.enter_async_context(await each.woken(homeserver.url, signed_only=strict))
            for each, strict in ((pair.ana, False), (pair.ben, ben_signed_only))
        ]
        # He accepted it while he slept, and would have read of it.
        ben.invites[pair.room] = ana.user
        yield Together(pair.name, ana, ben, pair.room)
