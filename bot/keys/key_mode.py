"""Where the passphrase came from, in one word for ``!status``."""

import os
import sys
from enum import StrEnum

from bot.config import Config
from bot.keys.passphrase import CREDENTIAL


class KeyMode(StrEnum):
    """Where the passphrase came from; decides what a seized disk tells."""

    PASSPHRASE = "passphrase"  # noqa: S105 (a word for people)
    SECRET_FILE = "secret file"  # noqa: S105

    @classmethod
    def of(cls, config: Config) -> "KeyMode":
        """The mode of a configuration and the process's environment."""
        credentials = os.environ.get("CREDENTIALS_DIRECTORY")
        if config.passphrase_file is not None or (
            credentials and os.path.exists(os.path.join(credentials, CREDENTIAL))  # noqa: PTH110, PTH118
        ):
            return cls.SECRET_FILE
        return cls.PASSPHRASE if sys.stdin.isatty() else cls.SECRET_FILE
