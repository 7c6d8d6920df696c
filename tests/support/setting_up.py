"""Setting up a bot inside the test process: a process of its own takes seconds to import."""

import asyncio

from bot.setup.initialisation import initialise
from bot.setup.options import InitOptions
from demo.steward import NO_LIMITS, Steward


async def set_up(bot: Steward, settings: str = "") -> None:
    """What ``steward init`` does once it has read its options; tests of ``init`` itself call that."""
    wanted = InitOptions(
        config=bot.config,
        homeserver=bot.homeserver,
        user=bot.user,
        password_file=bot.directory / "password",
        login_token_file=None,
        access_token_file=None,
        passphrase_file=bot.directory / "passphrase",
        allow_inviters=bot.inviters,
        data_dir=bot.data,
        yes=True,
        fast_kdf=True,
    )
    await asyncio.to_thread(initialise, wanted, lambda _text: None)
    limits = "" if "[limits]" in settings else NO_LIMITS
    bot.config.write_text(bot.config.read_text() + settings + limits)
