"""Several Synapses on loopback that federate over TLS, for whatever happens between homeservers.

They know each other by names like ``berlin.test:8448``, which exist nowhere else: each reaches the others
through a way out of its own (demo/wires.py) and believes a throw-away authority alone. Any of them can be
stopped and started, and any two can be cut apart while the people of both still reach their own.
"""

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from demo.certificates import CertificateAuthority
from demo.homeserver import Homeserver
from demo.homeserver_settings import FEDERATION, Outside
from demo.wires import Wires

PORT: Final = 8448
"""In every server's name; with a port in it, nobody looks for a delegation of the name."""

AWAY_FOR_LONG: Final[Mapping[str, object]] = {
    "federation": FEDERATION | {"destination_min_retry_interval": "2h"}
}
"""Settings by which a homeserver that was missed once is treated as one that was away for more than an
hour: nothing waits for it in memory (``CATCHUP_RETRY_INTERVAL`` of Synapse's per_destination_queue.py)."""


class Federation:
    """Homeservers by the town they are in; ``async with`` takes all of them away again.

    ``rate_limits`` and ``settings`` are what each Homeserver is given. They start when they are first
    asked for, side by side.
    """

    def __init__(
        self, *, rate_limits: bool = False, settings: Mapping[str, object] | None = None
    ) -> None:
        self.servers: dict[str, Homeserver] = {}
        self.wires = Wires()
        self._place = Path(tempfile.mkdtemp(prefix="steward-federation-"))
        self._authority = CertificateAuthority(self._place)
        self._rate_limits = rate_limits
        self._settings = dict(settings or {})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def __getitem__(self, town: str) -> Homeserver:
        return self.servers[town]

    async def close(self) -> None:
        """End all homeservers and remove what they kept."""
        async with AsyncExitStack() as stack:
            stack.callback(shutil.rmtree, self._place, ignore_errors=True)
            stack.callback(self.wires.close)
            for server in self.servers.values():
                stack.push_async_callback(server.close)

    async def open(self, *towns: str) -> list[Homeserver]:
        """Start the homeservers of towns that have none yet; returns those of all that are named."""
        for town in towns:
            if town not in self.servers:
                self.servers[town] = self._made(town)
        named = {town: self.servers[town] for town in towns}
        await asyncio.gather(*(self._begin(each) for each in named.values() if not each.running))
        return [named[town] for town in towns]

    def _made(self, town: str) -> Homeserver:
        host = f"{town}.test"
        name = f"{host}:{PORT}"
        way_out = self.wires.way_out(name)
        outside = Outside(self._authority.certify(host), self._authority.file, way_out)
        return Homeserver(
            server_name=name,
            rate_limits=self._rate_limits,
            settings=self._settings,
            outside=outside,
        )

    async def start(self, town: str) -> None:
        """Start a homeserver that was stopped; the others send it at once what waits for it."""
        server = self.servers[town]
        await self._begin(server)
        for other in self.servers.values():
            if other is not server and other.running:
                await other.speak_again(server.server_name)

    async def _begin(self, server: Homeserver) -> None:
        await server.start()
        self.wires.lead_to(server.server_name, server.federation_port)

    async def stop(self, town: str) -> None:
        """Stop a homeserver as its admin would; nobody reaches it, neither people nor servers."""
        await self.servers[town].stop()

    def cut(self, one: str, other: str) -> None:
        """Cut two homeservers apart; people still reach each of them, and so does every third."""
        self.wires.cut(self.servers[one].server_name, self.servers[other].server_name)

    def silence(self, one: str, other: str) -> None:
        """Cut two homeservers apart so that what they ask of each other is neither refused nor answered."""
        self.wires.silence(self.servers[one].server_name, self.servers[other].server_name)

    async def heal(self, one: str, other: str) -> None:
        """Let two homeservers reach each other, and send at once what waits for the other.

        By themselves they would try again after the pause that Synapse leaves a server that was away.
        """
        here, there = self.servers[one], self.servers[other]
        self.wires.mend(here.server_name, there.server_name)
        await here.speak_again(there.server_name)
        await there.speak_again(here.server_name)

    async def heal_after_long(self, one: str, other: str) -> None:
        """Heal as after more than an hour: both are told of the newest events alone, and ask for the rest.

        By then Synapse has given up what waited in memory, as it does when it is restarted. It takes
        homeservers that were started with AWAY_FOR_LONG, and messages that failed meanwhile.
        """
        await asyncio.gather(self.servers[one].restart(), self.servers[other].restart())
        await self.heal(one, other)

    async def mended(self) -> None:
        """Start whatever was stopped and heal whatever was cut, for whoever comes next."""
        for town, server in self.servers.items():
            if not server.running:
                await self.start(town)
        for one, other in self._apart():
            await self.heal(one, other)

    def _apart(self) -> Iterator[tuple[str, str]]:
        for one, other in itertools.combinations(self.servers, 2):
            names = self.servers[one].server_name, self.servers[other].server_name
            if self.wires.are_apart(*names):
                yield one, other
