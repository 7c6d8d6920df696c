"""What bots say of committees: who comes in, what it is called, who leaves. Every text is bounded."""

import re
from datetime import datetime
from typing import Annotated

from commands.coalition.labels import fit_label
from commands.coalition.wire import OneLine
from storage.core.bounds import Length
from storage.core.lazy_dataclass import dataclass

LONGEST_LABEL = 40
"""Letters of what a committee is called."""
Label = Annotated[str, OneLine(LONGEST_LABEL), fit_label]
_ACCOUNT = re.compile(r"@[!-9;-~]+:[!-~]+")
"""An account of Matrix: signs that can be seen alone (specification, historical user ids)."""
_BASE64 = re.compile(r"[A-Za-z0-9+/]*")


def _account(value: str) -> str:
    if not _ACCOUNT.fullmatch(value):
        raise ValueError("must be an account of Matrix")
    return value


def _key_in_base64(value: str) -> str:
    if not _BASE64.fullmatch(value):
        raise ValueError("must be unpadded base64")
    return value


Bot = Annotated[str, Length(255), _account]
"""Leads read it, so it is nothing but an account."""
MasterKey = Annotated[str, Length(43), _key_in_base64]


@dataclass(frozen=True, slots=True)
class Hello:
    """What a committee says of itself when it comes in, and what others then say to it."""

    label: Label
    members: Annotated[str, Length(64)]
    """A digest of all bots with their master keys, as the sender knows them: the same for everybody."""


@dataclass(frozen=True, slots=True)
class Called:
    """What a committee is called from now on."""

    label: Label


@dataclass(frozen=True, slots=True)
class Applicant:
    """A committee that wants to come in."""

    bot: Bot
    master: MasterKey
    label: Label


@dataclass(frozen=True, slots=True)
class Parting:
    """A committee is in no more; there is nothing else to say."""


@dataclass(frozen=True, slots=True)
class Return:
    """A bot was restored from a backup."""

    made: datetime
    """When the backup was made: what its bot heard since then it does not know."""
