"""The running bot's answers to ``steward backup``, ``recovery-key`` and ``panic``."""

from __future__ import annotations

import asyncio
import os
from dataclasses import field
from datetime import datetime
from typing import Any, ClassVar, Final

from bot.backup import create
from bot.backup.pending_recovery_key import SECRET_STORAGE_KEY, keep_for_secret_storage
from bot.keys.data_key import DataKey
from bot.logging import logs
from bot.matrix import identity
from bot.matrix.client import Client, MatrixError, NotNow
from bot.matrix.identity import CrossSigning
from bot.process.data_directory import DataDirectory
from bot.process.exit_codes import ExitCode
from storage.chat.facts import Facts
from storage.core.database import Database
from storage.core.lazy_dataclass import dataclass

PATIENCE: Final = 30.0
"""Seconds the homeserver may take while somebody waits at a terminal."""

LAST_WORDS: Final = 0.2
"""Seconds between an answer and the end of the process."""

log = logs.get("bot.safekeeping")


@dataclass(slots=True)
class BackupControl:
    """Answers on the control socket; its database, keys and client are open already."""

    VERBS: ClassVar = ("backup", "backed_up", "recovery_key", "panic")

    directory: DataDirectory
    key: DataKey = field(repr=False)
    database: Database
    client: Client
    signing: CrossSigning
    _taking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def answer(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """The answer to a request about backups, keys or panic; None for any other request."""
        match request:
            case {"verb": "backup", "configuration": str(configuration)}:
                return await self._back_up(configuration)
            case {"verb": "backed_up", "made_at": str(made_at)}:
                await create.note(self.database, datetime.fromisoformat(made_at))
                create.discard(self.directory)
                return {"ok": True}
            case {"verb": "recovery_key", "key": str(key)}:
                return {"ok": await self._replace_recovery_key(bytes.fromhex(key))}
            case {"verb": "panic"}:
                return self._end()
        return None

    async def _back_up(self, configuration: str) -> dict[str, Any]:
        async with self._taking:
            made_at = await create.take(self.directory, self.database, self.key, configuration)
        log.info("backup")
        return {"made_at": made_at.isoformat()}

    async def _replace_recovery_key(self, key: bytes) -> bool:
        await keep_for_secret_storage(self.database, key)
        try:
            async with asyncio.timeout(PATIENCE):
                await self.store_secrets()
        except (TimeoutError, MatrixError, NotNow):
            return False
        return True

    async def store_secrets(self) -> None:
        """Encrypt the bot's identity keys under a new recovery key and store them at the homeserver."""
        async with self.database.transaction() as tx:
            waiting = await Facts(tx).get(SECRET_STORAGE_KEY)
        if waiting is None:
            return
        await identity.store_secrets(self.client, self.signing, bytes.fromhex(waiting))
        async with self.database.transaction() as tx:
            if await Facts(tx).get(SECRET_STORAGE_KEY) == waiting:
                await Facts(tx).drop(SECRET_STORAGE_KEY)

    def _end(self) -> dict[str, Any]:
        """Give the login away, so that it can be ended later, and be gone: no more writing."""
        asyncio.get_running_loop().call_later(LAST_WORDS, os._exit, int(ExitCode.OK))
        client = self.client
        return {
            "homeserver": client.url,
            "user": client.user,
            "device": client.device,
            "token": client.token,
        }
