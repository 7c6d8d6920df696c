"""An outage in words: what is in the way of the homeserver, and what an admin can do about it."""

from collections.abc import Mapping
from typing import Any, Final

from bot.matrix.outages import Outage

LIMITS: Final = (
    'Ask for a higher limit for the bot\'s account: docs/admin.md, "The homeserver", "Limits"'
)

_WORDS: Final[Mapping[Outage, tuple[str, str]]] = {
    Outage.NO_NAME: (
        "its name could not be looked up",
        "Check the spelling of `homeserver`, and this machine's name servers",
    ),
    Outage.NO_NETWORK: (
        "this machine has no way to it",
        "Check this machine's network and firewall",
    ),
    Outage.PROXY: (
        "the proxy is away, or finds no way to it",
        "Start the proxy, or correct `proxy`",
    ),
    Outage.REFUSED: (
        "nothing listens at its address",
        "Check the address and the port, and whether the homeserver runs",
    ),
    Outage.SILENT: (
        "no answer in time",
        "Check the network, the firewall, and how busy the homeserver is",
    ),
    Outage.CERTIFICATE: (
        "its certificate is not valid for this address",
        "Renew the certificate, check address and clock, or name your own authority (ca_file)",
    ),
    Outage.NO_TLS: (
        "what answers there does not speak https as it should",
        "Check the port: a plain one cannot be used with https://",
    ),
    Outage.CUT_OFF: (
        "the connection breaks off",
        "Check the network, and the web server in front of the homeserver",
    ),
    Outage.ELSEWHERE: (
        "it sends the bot to another address",
        "Put the address that it names into `homeserver`",
    ),
    Outage.NOT_MATRIX: (
        "what answers there is not a Matrix homeserver",
        "Use the address of the homeserver itself, as its .well-known file names it",
    ),
    Outage.FAULTY: (
        "it says that it cannot work now",
        "Look at the homeserver's log, or ask whoever runs it",
    ),
    Outage.STRIPPED: (
        "something in between takes the bot's login off its requests",
        "Let the web server in front of it pass on the header Authorization",
    ),
    Outage.CLOSED: (
        "it takes nothing from the bot's account for now",
        "Ask whoever runs it: the account is locked, or a limit is reached",
    ),
    Outage.UNKNOWN: (
        "an error that Steward does not know",
        "Read its log, and tell us the line `transport_unknown`",
    ),
}


def what(outage: Outage) -> str:
    """What is in the way, as part of a sentence about the homeserver."""
    return _WORDS[outage][0]


def cure(outage: Outage) -> str:
    """What an admin can do."""
    return _WORDS[outage][1]


def named(value: object) -> Outage:
    """The outage of that value, as a running bot of any version told it."""
    try:
        return Outage(value)
    except ValueError:
        return Outage.UNKNOWN


def limited(told: Mapping[str, Any]) -> str:
    """How often and how long the homeserver had the bot wait, since the start."""
    times, seconds = told.get("times", 0), told.get("seconds", 0)
    return f"the homeserver told the bot to wait {times} times since the start, {seconds} s in all"
