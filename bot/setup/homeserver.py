"""The homeserver of a new bot: found at the address that was given, or the reason why not."""

import asyncio
from pathlib import Path

from bot.config import Config
from bot.process.exit_codes import ExitCode, Stop


def found_homeserver(config: Config) -> str:
    """The address at which a Matrix homeserver answers; its own, or the one its .well-known file names.

    Raises Stop, which says why there is none.
    """
    from bot.matrix.discovery import Unreached, Way, find  # noqa: PLC0415

    proxy = None if config.proxy is None else config.proxy.get_secret_value()
    seconds = min(config.timeouts.request_seconds, 15.0)
    try:
        return asyncio.run(find(Way(config.homeserver, proxy, config.ca_file), seconds=seconds))
    except Unreached as unreached:
        raise Stop(ExitCode.UNREACHABLE, f"{unreached.words}\n{unreached.cure}") from None


def refuse_unreached(config: Config, path: Path) -> None:
    """Raise Stop, with the reason, where no homeserver answers at the configured address."""
    found = found_homeserver(config)
    if found != config.homeserver:
        raise Stop(
            ExitCode.UNREACHABLE,
            f"{config.homeserver} is no Matrix homeserver; its .well-known file names {found}. "
            f'Write into {path}: homeserver = "{found}"',
        )
