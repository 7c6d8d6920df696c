"""What was given to `steward init`, or to whatever else makes one login."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from storage.core.lazy_dataclass import dataclass

Say = Callable[[str], None]
Given = tuple[str | None, str | None, str | None]
"""Password, login token and access token."""


@dataclass(frozen=True, slots=True)
class InitOptions:
    """The options of `steward init`; None and empty mean not given."""

    config: Path
    homeserver: str | None
    user: str | None
    password_file: Path | None
    login_token_file: Path | None
    access_token_file: Path | None
    passphrase_file: Path | None
    allow_inviters: tuple[str, ...]
    data_dir: Path | None
    yes: bool
    fast_kdf: bool
    ca_file: Path | None = None


class LoginOptions(Protocol):
    """What restoring and moving are given for the one login that they make."""

    @property
    def config(self) -> Path:
        """The configuration, which names account and homeserver."""

    @property
    def password_file(self) -> Path | None:
        """A file with the password."""

    @property
    def login_token_file(self) -> Path | None:
        """A file with a token for one login."""

    @property
    def access_token_file(self) -> Path | None:
        """A file with the token of a session."""


def login_alone(wanted: LoginOptions) -> InitOptions:
    """The options of a login to an account whose configuration and passphrase are known."""
    return InitOptions(
        config=wanted.config,
        homeserver=None,
        user=None,
        password_file=wanted.password_file,
        login_token_file=wanted.login_token_file,
        access_token_file=wanted.access_token_file,
        passphrase_file=None,
        allow_inviters=(),
        data_dir=None,
        yes=True,
        fast_kdf=False,
    )
