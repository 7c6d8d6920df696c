"""The words for a login that the homeserver refuses, each with what to do about it."""

import math
from typing import Final

from bot.matrix.login import LoginRefusal

ANOTHER_ACCOUNT: Final = (
    "The token belongs to another account than the configured one. Make one for the bot's account."
)
DEVICE_TAKEN: Final = (
    "Another program already encrypts with the session of this token, and two cannot share one. "
    "Make a new token that no program has used."
)

_REFUSED: Final = {
    LoginRefusal.PASSWORD: (
        "The homeserver does not take this user id with this password. Look at both: homeservers "
        "do not say which is wrong. Then type the command again, with --user ID if it was that."
    ),
    LoginRefusal.NO_PASSWORDS: (
        "This homeserver lets nobody in with a password: accounts belong to a provider. Have a "
        "token made for the bot, and give it with --access-token-file FILE."
    ),
    LoginRefusal.CLOSED: (
        "The account was deactivated, locked or suspended. Ask whoever runs the homeserver."
    ),
    LoginRefusal.SPENT: (
        "The login token was used before, or is too old: it is good for one login, for a short "
        "time. Have a new one made."
    ),
    LoginRefusal.UNKNOWN_TOKEN: (
        "The homeserver does not know this token. It was mistyped or cut off, or its session has "
        "ended. Have a new one made."
    ),
    LoginRefusal.NO_DEVICE: (
        "The token belongs to no device, as that of an application service does. Without a device "
        "nothing can be encrypted. Have one made by a login."
    ),
}


def refused(refusal: LoginRefusal) -> str:
    """Say why nobody was let in, and what to do."""
    return _REFUSED[refusal]


def limited(seconds: float) -> str:
    """Say how long a login has to wait; ``seconds`` as the homeserver asked."""
    minutes = max(1, math.ceil(seconds / 60))
    wait = "one minute" if minutes == 1 else f"{minutes} minutes"
    return (
        f"There were too many logins from here, so the homeserver takes none for {wait}. The "
        "password may be right. Nothing is lost: wait, then type the same command again."
    )
