"""``steward move``: the same bot under another account, with everything that committees told it.

In this order, so that an interruption at any moment is gone on from by the same command: log in to the
new account, let the old one invite it, write both down in one transaction, then the configuration, then
keys and identity as ``steward init`` makes them, and last the end of the old account.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from bot.backup import offline
from bot.config import Config, load
from bot.keys import keyring
from bot.keys.data_key import DataKey, Purpose
from bot.process import failpoints
from bot.process.data_directory import DataDirectory, write_private
from bot.process.exit_codes import ExitCode, Stop
from bot.setup.draft import with_line
from bot.setup.homeserver import found_homeserver
from bot.setup.initialisation import set_up
from bot.setup.options import Given, login_alone
from bot.setup.questions import credentials_of
from storage.chat.account_move import AccountLogin, AccountMove, AccountMoves
from storage.chat.facts import Facts
from storage.core.database import Database
from storage.core.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from bot.matrix.client import Client

Say = Callable[[str], None]

_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_CODE: Final = 12
"""Letters of a code: 59 random bits."""
_TRIES: Final = 3
_BETWEEN_TRIES: Final = 1.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class MoveOptions:
    """What was given on the command line."""

    config: Path
    homeserver: str
    user: str
    password_file: Path | None
    login_token_file: Path | None
    access_token_file: Path | None
    passphrase_file: Path | None
    end_polls: bool
    yes: bool


@dataclass(frozen=True, slots=True)
class Carried:
    """What came along, and what did not."""

    move: AccountMove
    together: int
    """Committees in whose room the new account is already."""
    waited: int
    """Answers that waited and are not sent."""


def move(wanted: MoveOptions, say: Say) -> None:
    """Give everything to another account. Raises Stop, and whatever ends ``steward init``."""
    before = load(wanted.config)
    directory = offline.directory_of(before)
    text = wanted.config.read_text("utf-8")
    after = _adapted(wanted, text)
    found = found_homeserver(after[1])
    if found != after[1].homeserver:
        say(f"{after[1].homeserver} names {found} as its homeserver.")
        after = _adapted(replace(wanted, homeserver=found), text)
    new_text, config = after
    offline.refuse_running(before)
    secret = offline.secret_of(before, wanted.passphrase_file)
    given = credentials_of(login_alone(wanted), config)
    if not wanted.yes and not typer.confirm(
        f"Move from {before.user} to {config.user}? Everything is kept; people verify again.",
        default=False,
        err=True,
    ):
        raise Stop(ExitCode.INTERRUPTED, "Nothing was changed.")
    with DataDirectory.open(directory.path) as held:
        key = keyring.unlock(held.keyslots, secret)
        carried = asyncio.run(_carry(wanted, before, config, held, key, given, say))
        # An earlier run came so far that only the old account was left.
        was_set_up = before.user == config.user and held.recovery_key_shown.exists()
        if not was_set_up:
            # The new account's secrets are sealed under a recovery key; the one on paper is not here.
            held.recovery_key_shown.unlink(missing_ok=True)
            write_private(wanted.config, new_text.encode())
            failpoints.reach("move_configured")
    if not was_set_up:
        set_up(login_alone(wanted), config, secret, given, say)
        failpoints.reach("move_set_up")
    with DataDirectory.open(directory.path) as held:
        ended = asyncio.run(_end_old(before, config, held, key, carried.move))
    _tell(wanted, config, carried, say, ended=ended)


def _adapted(wanted: MoveOptions, text: str) -> tuple[str, Config]:
    """The configuration for the new account, and what it says; refused where .env says otherwise."""
    values = {"homeserver": wanted.homeserver.rstrip("/"), "user": wanted.user}
    new_text = text
    for key, value in values.items():
        new_text = with_line(key, value, new_text)
    # Beside the file, so that .env counts as it will.
    draft = wanted.config.with_name(f".{wanted.config.name}.new")
    write_private(draft, new_text.encode())
    try:
        config = load(draft)
    finally:
        draft.unlink(missing_ok=True)
    if (config.homeserver, config.user) != (values["homeserver"], values["user"]):
        raise Stop(
            ExitCode.CONFIG,
            "A STEWARD_ variable or .env says which homeserver or user it is. Change it there first.",
        )
    return new_text, config


# ------------------------------------------------------------------ into the new account
async def _carry(
    wanted: MoveOptions,
    before: Config,
    after: Config,
    held: DataDirectory,
    key: DataKey,
    given: Given,
    say: Say,
) -> Carried:
    from bot.account import client_of  # noqa: PLC0415

    database = await Database.open(held.app_database, key.derive(Purpose.APP_DATABASE))
    client, old = client_of(after), client_of(before)
    try:
        async with database.transaction() as tx:
            done = await AccountMoves(tx).last()
            former = await _login(Facts(tx), before)
            rooms = await AccountMoves(tx).committees()
        finished = before.user == after.user and held.recovery_key_shown.exists()
        if done is not None and done.user == after.user and not (finished and done.old is None):
            say("The records are the new account's already; going on from there.")
            if before.user != after.user:
                # Nothing of the new account is in these yet.
                _drop_of_the_account(held)
            return Carried(done, len(rooms), 0)
        if before.user == after.user:
            raise Stop(ExitCode.USAGE, f"The bot is {after.user} already. Name another account.")
        open_polls = await _open_polls(held, key)
        if open_polls and not wanted.end_polls:
            raise Stop(
                ExitCode.USAGE,
                f"{open_polls} secret polls are open, and a move ends them without a result: votes "
                "come to the old account. Wait for their end, or add --end-polls.",
            )
        new = await _new_login(client, given)
        failpoints.reach("move_login")
        try:
            old.resume(former.device, former.token)
            say("Bringing the new account into the committees' rooms ...")
            there = await _bring_along(old, client, [room for _id, room in rooms])
            codes = {_code(): str(number) for number, _room in rooms}
            made = AccountMove(former if former.token else None, before.user, after.user, codes)
            async with database.transaction() as tx:
                waited = await AccountMoves(tx).begin(made, new, there, datetime.now(UTC))
                made = await AccountMoves(tx).last() or made
        except BaseException:
            await _give_up(client, given)
            raise
    finally:
        await database.close()
        await client.close()
        await old.close()
    failpoints.reach("move_written")
    _drop_of_the_account(held)
    return Carried(made, len(there), waited)


async def _login(facts: Facts, config: Config) -> AccountLogin:
    device, token = await facts.get("device_id"), await facts.get("access_token")
    return AccountLogin(config.homeserver, config.user, device or "", token or "")


async def _new_login(client: Client, given: Given) -> AccountLogin:
    """A new device of the new account; refused where somebody has made an identity for it."""
    from bot.first_login import DEVICE_NAME  # noqa: PLC0415
    from bot.matrix import identity  # noqa: PLC0415
    from bot.matrix.login import Credentials, log_in  # noqa: PLC0415

    device, token = await log_in(client, Credentials(*given), DEVICE_NAME)
    answer = await identity.keys_of(client, client.user)
    if identity.published_master(answer, client.user) is not None:
        await _give_up(client, given)
        raise identity.IdentityConflict
    return AccountLogin(client.url, client.user, device, token)


async def _give_up(client: Client, given: Given) -> None:
    """End a session that was made for nothing; one that somebody else made stays theirs."""
    from bot.matrix.login import log_out  # noqa: PLC0415

    _password, _login_token, access_token = given
    if access_token is None:
        await log_out(client)


async def _bring_along(old: Client, new: Client, rooms: Iterable[str]) -> set[str]:
    """The rooms in which the new account is, by the old one's invitation."""
    from bot.matrix.client import quoted  # noqa: PLC0415

    there = set()
    for room in rooms:
        await _politely(old, f"/rooms/{quoted(room)}/invite", {"user_id": new.user})
        if await _joined(new, room):
            there.add(room)
    return there


async def _joined(new: Client, room: str) -> bool:
    """Join a room; False where the account is not let in, or every homeserver of that room is away."""
    from bot.matrix.client import MatrixError, NotNow, quoted  # noqa: PLC0415

    for _attempt in range(_TRIES):
        try:
            answer = await new.request("POST", f"/join/{quoted(room)}", {})
        except NotNow as later:
            await asyncio.sleep(max(later.limited, _BETWEEN_TRIES))
        except MatrixError:
            return False
        else:
            if "room_id" in answer:
                return True
    return False


async def _politely(client: Client, path: str, body: dict[str, str]) -> bool:
    """Ask an account that may be gone; whether it did."""
    from bot.matrix.client import MatrixError, NotNow, TokenRejected  # noqa: PLC0415

    for _attempt in range(_TRIES):
        try:
            await client.request("POST", path, body)
        except NotNow as later:
            if not later.limited:
                return False
            await asyncio.sleep(later.after)
        except (MatrixError, TokenRejected):
            return False
        else:
            return True
    return False


def _code() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_CODE))


async def _open_polls(held: DataDirectory, key: DataKey) -> int:
    from storage.polls.ballots import Ballots  # noqa: PLC0415

    if not held.ballots.exists():
        return 0
    ballots = await Ballots.open(held.ballots, key.derive(Purpose.BALLOTS))
    try:
        return len(await ballots.boxes())
    finally:
        await ballots.close()


def _drop_of_the_account(held: DataDirectory) -> None:
    """Remove the old device's sessions, and the boxes of polls in which nobody can vote any more."""
    for path in (held.nio_store, held.ballots):
        for kind in ("", "-wal", "-shm"):
            path.with_name(path.name + kind).unlink(missing_ok=True)


# ------------------------------------------------------------------ out of the old one
async def _end_old(
    before: Config, after: Config, held: DataDirectory, key: DataKey, made: AccountMove
) -> bool:
    """Leave the old account's rooms and log it out; whether that is done."""
    from bot.account import client_of  # noqa: PLC0415
    from bot.matrix.client import MatrixError, NotNow, TokenRejected, quoted  # noqa: PLC0415
    from bot.matrix.login import log_out  # noqa: PLC0415

    if made.old is None:
        return True
    old = before if before.user == made.old.user else after
    client = client_of(replace(old, homeserver=made.old.homeserver, user=made.old.user))
    client.resume(made.old.device, made.old.token)
    try:
        joined = (await client.request("GET", "/joined_rooms")).get("joined_rooms", [])
        for room in joined if isinstance(joined, list) else []:
            await _politely(client, f"/rooms/{quoted(str(room))}/leave", {})
        ended = await log_out(client)
    except TokenRejected:
        ended = True
    except (MatrixError, NotNow):
        ended = False
    finally:
        await client.close()
    if ended:
        database = await Database.open(held.app_database, key.derive(Purpose.APP_DATABASE))
        try:
            async with database.transaction() as tx:
                kept = await AccountMoves(tx).last()
                if kept is not None:
                    await AccountMoves(tx).keep(replace(kept, old=None))
        finally:
            await database.close()
    return ended


# ------------------------------------------------------------------ words
def _tell(wanted: MoveOptions, config: Config, carried: Carried, say: Say, *, ended: bool) -> None:
    made = carried.move
    if carried.waited:
        say(f"{carried.waited} answers waited to be sent by the old account. They are not sent.")
    if carried.together:
        say(f"{config.user} is in the rooms of {carried.together} committees already.")
    listed = "\n".join(f"    !moved {code}   (committee {one})" for code, one in made.codes.items())
    say(
        f"For every other committee somebody invites {config.user} into its room, and it goes on "
        "there. Where a committee gets a new room instead: invite the bot into the new one. Then "
        f"somebody who led before types there, with the code of their committee:\n\n{listed}\n"
    )
    if made.parted:
        say(
            f"{len(made.parted)} committees were in a coalition. Its other bots know the old account "
            "alone; I tell the leads how to pair again."
        )
    say(
        "Tell people, outside of Matrix, that this is no impostor: they compare emoji (steward "
        "verify), or the fingerprint above with what !status shows. Direct chats begin anew: !direct."
    )
    if not config.may_invite(f"@x:{config.user.partition(':')[2]}"):
        say(f"Look at allow_inviters in {wanted.config}: nobody of the new server may invite it.")
    if not ended:
        say(
            f"The old account {made.former} could not be ended. Log in to it with an app: leave its "
            "rooms, end its sessions, change its password. `steward move` again tries it once more."
        )
