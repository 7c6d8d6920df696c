"""What the bot gives to commands beside the database, for measuring them without the bot."""

import secrets
from typing import Final

from commands.imports.upload import Bell, Upload
from storage.forgotten import Seal

SEAL: Final = Seal(secrets.token_bytes(32))
_GIVEN: Final[dict[type, object]] = {Seal: SEAL, Bell: Bell(), Upload: Upload()}


async def provide(kind: type) -> object:
    """Give what a command asks for by its type; LookupError for what no measured one asks for."""
    return _GIVEN[kind]
