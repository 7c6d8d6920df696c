"""``steward verify``: an operator compares emoji with a person and answers for the result."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import typer

from bot.process import control
from bot.process.exit_codes import ExitCode, Stop

Say = Callable[[str], None]
Verification = dict[str, Any]

PAUSE: Final = 0.5
"""Seconds between questions to the running bot."""

CODES: Final = {
    "m.user": "they stopped it, or declined",
    "m.timeout": "it took too long",
    "m.mismatched_sas": "the two do not show the same",
    "m.key_mismatch": "a key is not the one that is known",
    "m.mismatched_commitment": "what their app got from the bot did not fit together. Either somebody is "
    "between the two, or their app compares in a way of its own (matrix-nio 0.26, older apps). Let them use "
    "another app, or compare the fingerprint (steward doctor)",
    "m.unexpected_message": "a message came that was not expected",
    "m.unknown_method": "the two apps have no method in common",
    "m.invalid_message": "a message was not as it should be",
    "m.accepted": "another device answered",
}

_DIFFERS: Final = (
    "Cancelled, and nothing is trusted. If you compared over a channel that you trust, somebody sits "
    "between the bot and this person, or the request came from somebody else. Tell the committee."
)


def verify(socket: Path, say: Say, minutes: float) -> None:
    """Wait for one request, show what to compare, pass on the answer. Raises Stop unless it matched."""
    try:
        _one(socket, say, time.monotonic() + minutes * 60)
    except control.NotRunning:
        raise Stop(
            ExitCode.NOT_RUNNING, "Steward is not running, so nobody can verify it. Start it first."
        ) from None
    except control.NoAnswer:
        raise Stop(
            ExitCode.NOT_READY, "Steward is running but did not answer. Ask again."
        ) from None


def _one(socket: Path, say: Say, deadline: float) -> None:
    earlier = {each["number"] for each in _ask(socket) if _is_over(each)}
    say(
        "Waiting for somebody to verify the bot. In their app they open the direct chat with it, tap\n"
        "on its picture or name, and choose to verify. Stay on the phone with them. Ctrl-C stops."
    )
    number: int | None = None
    try:
        while time.monotonic() < deadline:
            found = _next(_ask(socket), number, earlier)
            if found is not None:
                if number is None:
                    number = found["number"]
                    say(f"\n{found['user']} (device {found['device']}) asks to verify the bot.")
                if found["stage"] == "comparing":
                    _ask(socket, number, "yes" if _matches(found, say) else "no")
                elif _is_over(found):
                    _tell(found, say)
                    return
            time.sleep(PAUSE)
    except BaseException:
        _ask(socket, number, "stop")
        raise
    finally:
        _ask(socket, None, "leave")
    raise Stop(ExitCode.NOT_VERIFIED, "Nobody asked in time. Nothing changed.")


def _ask(socket: Path, number: int | None = None, decision: str = "look") -> list[Verification]:
    answer = control.ask(socket, {"verb": "verify", "number": number, "decision": decision})
    found = answer.get("verifications")
    return found if isinstance(found, list) else []


def _next(listed: list[Verification], number: int | None, earlier: set[int]) -> Verification | None:
    for each in listed:
        if each["number"] == number or (number is None and each["number"] not in earlier):
            return each
    return None


def _is_over(verification: Verification) -> bool:
    return verification["stage"] in {"done", "cancelled"}


def _matches(verification: Verification, say: Say) -> bool:
    symbols = "\n".join(f"    {symbol}  {name}" for symbol, name in verification["emoji"])
    numbers = "  ".join(str(number) for number in verification["decimals"])
    say(
        "\nTheir app shows seven emoji, or three numbers. Let them read theirs out; here it is\n\n"
        f"{symbols}\n\n    {numbers}\n"
    )
    while True:
        answer = str(typer.prompt("Do they match? Type yes or no", err=True)).strip().casefold()
        if answer in {"yes", "no"}:
            return answer == "yes"
        say("Please type yes or no, in full.")


def _tell(verification: Verification, say: Say) -> None:
    if verification["stage"] == "cancelled":
        if verification["code"] == "m.mismatched_sas" and not verification["by_them"]:
            raise Stop(ExitCode.NOT_VERIFIED, _DIFFERS)
        reason = CODES.get(verification["code"], "their app gave no reason that is known here")
        raise Stop(ExitCode.NOT_VERIFIED, f"Cancelled: {reason}. Nothing is trusted because of it.")
    if verification["identity"]:
        say("Verified, both ways: they know the bot, and the bot knows their identity.")
    else:
        say(
            "Verified: they know the bot. Their app vouched for this device alone and not for their\n"
            "identity, so the bot knows no more of them than before."
        )
