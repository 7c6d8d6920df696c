"""The bot's face: the name and picture that its account shows, given at `init` and, from then on, at each start.

So a bot from before there were faces gets one as well. What somebody else put there stays.
"""

import asyncio
import hashlib
from enum import Enum
from pathlib import Path
from typing import Final

from bot.config.account import NONE, AccountTable
from bot.matrix import profile
from bot.matrix.client import Client
from bot.pictures import avatar
from storage.core.database import Database
from storage.core.lazy_dataclass import dataclass

LARGEST_PICTURE: Final = 1 << 20
"""Bytes."""
KINDS: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""Media types by how a file begins."""


class FaceTrouble(Enum):
    """Why the account shows less than the configuration says."""

    NO_PICTURE = "no picture"
    """The file is no PNG or JPEG, or larger than a megabyte."""
    NOT_TAKEN = "not taken"
    """The homeserver did not take the name or the picture."""


@dataclass(frozen=True, slots=True)
class Face:
    """The name and picture of the configuration, and the account that is to show them."""

    table: AccountTable
    client: Client
    database: Database

    async def run(self) -> None:
        """Show the face once; where that fails, everything else goes on, and the next start tries again."""
        await self.show()

    async def show(self) -> frozenset[FaceTrouble]:
        """Give the account its name and picture, unless somebody else gave it others. Returns what failed."""
        trouble = set[FaceTrouble]()
        picture = None
        if self.table.avatar != NONE:
            picture = await asyncio.to_thread(_picture, self.table.avatar or avatar.FILE)
            if picture is None:
                trouble.add(FaceTrouble.NO_PICTURE)
        name = self.table.display_name
        if not await profile.give(self.client, self.database, name=name, picture=picture):
            trouble.add(FaceTrouble.NOT_TAKEN)
        return frozenset(trouble)


def _picture(path: Path) -> profile.Picture | None:
    """Read a picture; None if the file is none, or too large."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_PICTURE + 1)
    except OSError:
        return None
    kind = next((kind for start, kind in KINDS.items() if content.startswith(start)), None)
    if kind is None or len(content) > LARGEST_PICTURE:
        return None
    return profile.Picture(content, kind, hashlib.sha256(content).hexdigest())
