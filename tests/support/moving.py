"""Moving the bot: its backup, and a new machine to restore the backup on."""

import re
from collections import Counter
from pathlib import Path
from typing import Final

from bot.delivery.transaction_ids import digest
from bot.keys.recovery_key import RecoveryKey
from bot.matrix import secret_storage
from demo.matrix_api import MatrixApi
from demo.steward import Steward
from tests.crash.ledger import Ledger, Typed, inside
from tests.support.committee import PASSWORD
from tests.support.proxy import FaultyProxy

UPLOAD: Final = "/keys/upload"
KEY_ON_PAPER: Final = re.compile(r"^ {4}((?:\w{4} ){11}\w{4})$", re.MULTILINE)


async def backed_up(steward: Steward, file: Path) -> str:
    """Take a backup; returns what the operator sees."""
    return await done(steward, "backup", str(file), *unlocking(steward))


async def done(steward: Steward, *words: str) -> str:
    """Run a command that has to succeed; returns what the operator sees."""
    status, output = await steward.command(*words)
    assert status == 0, f"{words[0]} ended with {status}:\n{output}"
    return output


def unlocking(steward: Steward) -> tuple[str, str]:
    return "--passphrase-file", str(steward._passphrase_file)


def new_machine(directory: Path, lost: Steward) -> Steward:
    """Make an empty directory for the same account."""
    return Steward(directory, lost.homeserver, lost.user, PASSWORD)


async def restored(machine: Steward, file: Path) -> str:
    """Restore on a machine without configuration and data; returns what the operator sees."""
    return await done(machine, "restore", *onto(machine, file))


def onto(machine: Steward, file: Path) -> tuple[str, ...]:
    password = ("--password-file", str(machine._password_file))
    return str(file), "--data-dir", str(machine.data), *unlocking(machine), *password


def answered(ledger: Ledger) -> list[Typed]:
    """Return the commands whose answers are in the room, as far as the room was read."""
    stems = {reference.rpartition("-")[0] for reference in ledger._references()}
    return [typed for typed in ledger.typed if f"st-{digest(typed.event_id)}" in stems]


async def records(steward: Steward) -> tuple[Counter[str], set[str]]:
    """The contacts a stopped bot has by name, and the messages it handled."""
    async with inside(steward) as database, database.transaction() as tx:
        names = Counter(str(row["name"]) for row in await tx.all("SELECT name FROM contacts"))
        handled = {str(row["event_id"]) for row in await tx.all("SELECT event_id FROM handled")}
    return names, handled


def offered_twice(proxy: FaultyProxy) -> list[str]:
    """One-time keys that were uploaded more than once, by whichever device."""
    offered = Counter(
        key["key"]
        for path, body in proxy.bodies
        if path.endswith(UPLOAD)
        for kind in ("one_time_keys", "fallback_keys")
        for key in body.get(kind, {}).values()
    )
    assert len(offered) > 50, "the control: keys were uploaded"
    return [key for key, times in offered.items() if times > 1]


def refused_keys(proxy: FaultyProxy) -> list[tuple[str, int]]:
    """Return uploads of keys that the homeserver refused because an id was used again."""
    return [(path, status) for path, status in proxy.refused if path.endswith(UPLOAD)]


async def recovers_identity(steward: Steward, paper: str) -> bool:
    """Whether the key on paper opens the copies of the bot's identity at the homeserver."""
    key = RecoveryKey.parse(paper)
    assert key is not None
    async with MatrixApi(steward.homeserver) as api:
        await api.login(steward.user, PASSWORD, "somebody's app")
        news = await api.call("GET", "/sync?timeout=0")
        await api.call("POST", "/logout", {})
    stored = {each["type"]: each["content"] for each in news["account_data"]["events"]}
    name = stored["m.secret_storage.default_key"]["key"]
    seed = "m.cross_signing.master"
    try:
        secret_storage.decrypt(key.secret, seed, stored[seed]["encrypted"][name])
    except ValueError:
        return False
    return True
