"""Published keys of people's devices, queried again when they change, as apps do."""

import asyncio
from collections.abc import Iterable

from nio import AsyncClient, KeysQueryResponse, SyncResponse

from demo.cross_signing import chain_holds
from demo.matrix_api import JsonObject, MatrixApi


class PublishedKeys:
    """Keys queried once, and again after the homeserver announces a change of somebody's devices."""

    def __init__(self, api: MatrixApi, nio: AsyncClient) -> None:
        self._api = api
        self._nio = nio
        self._answers: dict[str, JsonObject] = {}
        self._outdated: set[str] = set()
        self._asking = asyncio.Lock()

    def heard(self, news: SyncResponse) -> None:
        """Note whose devices changed, from one answer of sync and from nio's own list."""
        self._outdated.update(news.device_list.changed, self._nio.olm.users_for_key_query)

    async def up_to_date(self, users: Iterable[str]) -> None:
        """Query the keys of users whose devices are unknown or have changed."""
        users = set(users)
        async with self._asking:
            while wanted := {u for u in users if u in self._outdated or u not in self._answers}:
                await self._ask(wanted)

    async def _ask(self, users: set[str]) -> None:
        # Taken off before asking: what changes while the answer is on its way is asked for again.
        self._outdated -= users
        try:
            answer = await self._api.keys_of(*sorted(users))
        except BaseException:
            self._outdated |= users
            raise
        self._answers |= dict.fromkeys(users, answer)
        await self._nio.receive_response(KeysQueryResponse.from_dict(answer))

    def devices(self, user: str) -> JsonObject:
        """The published devices of somebody who is known, by id."""
        found: JsonObject = self._answers[user].get("device_keys", {}).get(user, {})
        return found

    def signed(self, user: str, device: str) -> bool:
        """Whether a device is cross-signed by its owner, from device to master key."""
        return chain_holds(self._answers.get(user, {}), user, device)
