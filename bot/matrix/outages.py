"""What keeps the homeserver from answering: every error of the way there is one of a few kinds.

Which error is which stands in ``http_session.py``; what an admin is told in ``bot/cli/outage_words.py``.
"""

from enum import Enum


class Outage(Enum):
    """Why there is no answer; the value stands in log lines, answers of ``status`` and figures."""

    NO_NAME = "no_name"
    """Its name has no address: name servers are away, or it is misspelt."""
    NO_NETWORK = "no_network"
    """This machine has no way out."""
    PROXY = "proxy"
    """The configured proxy is away, or finds no way to the homeserver."""
    REFUSED = "refused"
    """Nothing listens at that address."""
    SILENT = "silent"
    """No answer in time."""
    CERTIFICATE = "certificate"
    """Its certificate is not valid for the address."""
    NO_TLS = "no_tls"
    """What answers there speaks no TLS that we do."""
    CUT_OFF = "cut_off"
    """The connection broke, or a part of the answer is missing."""
    ELSEWHERE = "elsewhere"
    """It sends us to another address, where our login does not go."""
    NOT_MATRIX = "not_matrix"
    """The answer is none of a Matrix homeserver: something in between gave it."""
    FAULTY = "faulty"
    """It says that it cannot work now (5xx)."""
    STRIPPED = "stripped"
    """Something in between takes our login off the requests."""
    CLOSED = "closed"
    """It takes nothing from this account for now: locked, suspended, or its own limits are reached."""
    UNKNOWN = "unknown"
    """An error that this table does not know."""


class Unreachable(Exception):
    """Raised instead of every error of the way to the homeserver."""

    def __init__(self, outage: Outage) -> None:
        super().__init__(outage.value)
        self.outage = outage
