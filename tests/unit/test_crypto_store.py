"""A store like nio's in an encrypted file: same behaviour, quiet disk, several saves in one commit."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from nio import AsyncClient, AsyncClientConfig
from nio.crypto import (
    InboundGroupSession,
    Olm,
    OlmAccount,
    OlmDevice,
    OutboundGroupSession,
    OutboundSession,
    OutgoingKeyRequest,
)
from nio.store import SqliteStore

from bot.matrix.crypto_store import CipherStore
from storage.core import driver
from storage.core.refusals import DamagedFile, PlainFile, WrongKey

KEY = bytes(range(32))
PICKLE_KEY = bytes(reversed(range(32)))
BOT = "@steward-canary:example.org"
DEVICE = "CANARYDEVICE"
ROOM = "!canary-room:example.org"
WORDS = (BOT.encode(), DEVICE.encode(), ROOM.encode(), b"CREATE TABLE", b"megolm")


def opened(path: Path, key: bytes = KEY, user: str = BOT) -> CipherStore:
    return CipherStore.at(path, key=key, pickle_key=PICKLE_KEY, user_id=user, device_id=DEVICE)


def group_session(room: str = ROOM) -> Any:
    session = OutboundGroupSession()
    return InboundGroupSession(session.session_key, "f" * 43, "s" * 43, room)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "nio.db"


@pytest.fixture
def store(path: Path) -> Iterator[CipherStore]:
    opened_store = opened(path)
    Olm(BOT, DEVICE, opened_store)
    yield opened_store
    opened_store.close()


def sessions(store: CipherStore) -> set[str]:
    return {session.id for session in store.load_inbound_group_sessions()}


def test_what_nio_saves_is_there_after_opening_again(path: Path) -> None:
    first = opened(path)
    olm = Olm(BOT, DEVICE, first)
    session = group_session()
    first.save_inbound_group_session(session)
    device = OlmDevice("@ana:example.org", "ANA", {"ed25519": "e", "curve25519": "c"})
    first.save_device_keys({device.user_id: {device.id: device}})
    first.verify_device(device)
    first.close()

    second = opened(path)
    again = Olm(BOT, DEVICE, second)
    assert again.account.identity_keys == olm.account.identity_keys
    assert sessions(second) == {session.id}
    assert second.is_device_verified(again.device_store["@ana:example.org"]["ANA"])
    second.close()


async def test_nio_can_open_it_by_itself(path: Path) -> None:
    config = AsyncClientConfig(
        store=partial(CipherStore, key=KEY), store_name=path.name, pickle_key=PICKLE_KEY.hex()
    )
    client = AsyncClient(
        "http://127.0.0.1:1", BOT, DEVICE, store_path=str(path.parent), config=config
    )
    client.restore_login(BOT, DEVICE, "token")
    assert client.olm is not None
    assert isinstance(client.store, CipherStore)
    client.store.close()
    await client.close()


# Several saves, one commit


def test_saves_in_one_block_are_kept_together(store: CipherStore) -> None:
    with store.atomic():
        for _ in range(5):
            store.save_inbound_group_session(group_session())
        store.save_encrypted_rooms({ROOM})
    assert len(sessions(store)) == 5


def test_saves_in_one_block_are_lost_together(store: CipherStore) -> None:
    device = OlmDevice("@ana:example.org", "ANA", {"ed25519": "e", "curve25519": "c"})
    kept = group_session()
    store.save_inbound_group_session(kept)

    def one_block() -> None:
        with store.atomic():
            store.save_inbound_group_session(group_session())
            store.save_device_keys({device.user_id: {device.id: device}})  # has its own savepoint
            store.save_encrypted_rooms({ROOM})
            raise KeyError(1)

    with pytest.raises(KeyError):
        one_block()
    assert sessions(store) == {kept.id}
    assert list(store.load_device_keys().users) == []
    # The memory of what is saved goes back too, or the room would never be saved.
    store.save_encrypted_rooms({ROOM})
    assert store.load_encrypted_rooms() == {ROOM}


def test_nobody_sees_half_a_block(store: CipherStore, path: Path) -> None:
    with store.atomic():
        store.save_inbound_group_session(group_session())
        other = driver.open_connection(path.with_name("copy.db"), KEY)
        other.execute("ATTACH ? AS live KEY ?", (str(path), f"x'{KEY.hex()}'"))
        (seen,) = other.execute("SELECT count(*) FROM live.megolminboundsessions").fetchone()
        assert seen == 0
    (seen,) = other.execute("SELECT count(*) FROM live.megolminboundsessions").fetchone()
    other.close()
    assert seen == 1


def test_what_was_saved_survives_a_process_that_just_ends(path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from nio.crypto import Olm\n"
        "from tests.unit.test_crypto_store import *\n"
        "store = opened(Path(sys.argv[1])); Olm(BOT, DEVICE, store)\n"
        "with store.atomic(): store.save_inbound_group_session(group_session())\n"
        "block = store.atomic(); block.__enter__()\n"
        "store.save_inbound_group_session(group_session())\n"
        "os._exit(7)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script, str(path)], check=False)  # noqa: S603
    assert ended.returncode == 7
    store = opened(path)
    assert len(sessions(store)) == 1
    store.close()


def test_encrypted_rooms_are_written_only_when_new(store: CipherStore) -> None:
    store.save_encrypted_rooms({ROOM, "!b:x"})
    changes = store.connection.total_changes
    store.save_encrypted_rooms([ROOM, "!b:x"])
    assert store.connection.total_changes == changes
    store.save_encrypted_rooms({ROOM, "!b:x", "!c:x"})
    store.delete_encrypted_room("!b:x")
    assert store.load_encrypted_rooms() == {ROOM, "!c:x"}
    store.save_encrypted_rooms({"!b:x"})
    assert store.load_encrypted_rooms() == {ROOM, "!b:x", "!c:x"}


def test_stores_side_by_side_do_not_mix(path: Path, tmp_path: Path) -> None:
    """There is one set of table classes in a process; each call has to reach its own file."""
    ours, other = opened(path), opened(tmp_path / "other.db", user="@other:x")
    plain = SqliteStore("@plain:x", DEVICE, str(tmp_path), "k", "plain.db")
    stores = [(ours, BOT, "!1:x"), (other, "@other:x", "!2:x"), (plain, "@plain:x", "!3:x")]
    for store, user, _ in stores:
        Olm(user, DEVICE, store)
    for _ in range(2):
        for store, _, room in stores:
            store.save_encrypted_rooms({room})
    for store, _, room in reversed(stores):
        assert store.load_encrypted_rooms() == {room}
    for store in (ours, other):
        store.close()
    plain.database.close()


# What the file tells, and whom it lets in


def test_the_file_tells_nothing_where_the_plain_one_tells_all(
    store: CipherStore, tmp_path: Path
) -> None:
    plain = SqliteStore(BOT, DEVICE, str(tmp_path), PICKLE_KEY.hex(), "plain.db")
    Olm(BOT, DEVICE, plain)
    for each in (store, plain):
        each.save_inbound_group_session(group_session())
        each.save_encrypted_rooms({ROOM})
    ours = b"".join(p.read_bytes() for p in tmp_path.glob("nio.db*"))
    theirs = b"".join(p.read_bytes() for p in tmp_path.glob("plain.db*"))
    plain.database.close()
    assert [word for word in WORDS if word in ours] == []
    assert [word for word in WORDS if word in theirs] == list(WORDS), "the control"


def test_the_files_are_private(store: CipherStore, tmp_path: Path) -> None:
    store.save_encrypted_rooms({ROOM})
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir()}
    assert modes == {"nio.db": 0o600, "nio.db-wal": 0o600, "nio.db-shm": 0o600}


def test_every_pragma_is_in_force(store: CipherStore) -> None:
    for name, (_, expected) in driver.PRAGMAS.items():
        (found,) = store.connection.execute(f"PRAGMA {name}").fetchone()
        assert (name, found) == (name, expected)


def test_another_key_is_refused(store: CipherStore, path: Path) -> None:
    store.close()
    with pytest.raises(WrongKey):
        opened(path, key=bytes(32))


def test_a_plain_store_is_refused(path: Path) -> None:
    SqliteStore(BOT, DEVICE, str(path.parent), "", path.name).database.close()
    with pytest.raises(PlainFile):
        opened(path)


def test_a_flipped_byte_is_noticed(store: CipherStore, path: Path) -> None:
    store.close()
    whole = path.read_bytes()
    for position in range(0, len(whole), len(whole) // 40):
        changed = bytearray(whole)
        changed[position] ^= 0x10
        path.write_bytes(changed)
        with pytest.raises(DamagedFile):
            opened(path)


def test_another_thread_gets_an_error_not_a_second_connection(store: CipherStore) -> None:
    errors: list[BaseException] = []

    def work() -> None:
        try:
            store.load_encrypted_rooms()
        except RuntimeError as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert len(errors) == 1


def test_printing_it_prints_no_key(store: CipherStore) -> None:
    assert repr(store) == "CipherStore(open)"
    store.close()
    store.close()
    assert repr(store) == "CipherStore(closed)"
    assert [p.name for p in Path(store.database_path).parent.iterdir()] == ["nio.db"]


# One layout, whoever wrote the file


def filled(store: Any) -> Any:
    """A store with a row of each kind."""
    olm = Olm(BOT, DEVICE, store)
    theirs = OlmAccount()
    theirs.generate_one_time_keys(1)
    (once,) = theirs.one_time_keys["curve25519"].values()
    curve = theirs.identity_keys["curve25519"]
    with_one = OutboundSession(olm.account, curve, once)
    store.save_session(curve, with_one)
    with_one.use_time = with_one.creation_time
    store.save_session(curve, with_one)
    store.save_inbound_group_session(group_session())
    devices = {
        name: OlmDevice(
            "@ana:example.org", name, {"ed25519": f"e{name}", "curve25519": "c"}, "Ana's"
        )
        for name in ("ONE", "TWO", "THREE", "FOUR")
    }
    store.save_device_keys({"@ana:example.org": devices})
    devices["FOUR"].deleted = True
    store.save_device_keys({"@ana:example.org": devices})
    store.verify_device(devices["ONE"])
    store.blacklist_device(devices["TWO"])
    store.ignore_devices([devices["THREE"]])
    store.save_encrypted_rooms({ROOM, "!b:x"})
    for number in range(2):
        store.add_outgoing_key_request(OutgoingKeyRequest(f"r{number}", "s", ROOM, "megolm"))
    store.remove_outgoing_key_request(OutgoingKeyRequest("r0", "s", ROOM, "megolm"))
    store.save_sync_token("s1")
    return store


def told(store: Any) -> dict[str, Any]:
    """All that a store says, so that two can be compared."""
    sessions = list(store.load_sessions())
    account = store.load_account()
    assert account is not None
    return {
        "account": (account.identity_keys, account.shared),
        "sessions": [(s.id, s.creation_time, s.use_time) for s in sessions],
        "room keys": [
            (s.id, s.sender_key, s.ed25519, s.room_id, s.export_session(s.first_known_index))
            for s in store.load_inbound_group_sessions()
        ],
        "devices": sorted(
            (d.user_id, d.id, sorted(d.keys.items()), d.display_name, d.deleted, d.trust_state.name)
            for d in store.load_device_keys()
        ),
        "rooms": store.load_encrypted_rooms(),
        "requests": store.load_outgoing_key_requests(),
        "token": store.load_sync_token(),
    }


def plain_ours(path: Path) -> CipherStore:
    """Ours, in a file that nio can open."""
    return opened(path, key=None)  # type: ignore[arg-type]  # the driver takes it for controls


def plain_nios(path: Path) -> SqliteStore:
    return SqliteStore(BOT, DEVICE, str(path.parent), PICKLE_KEY.hex(), path.name)


@pytest.mark.parametrize("ours_first", [True, False])
def test_either_store_reads_what_the_other_wrote(path: Path, *, ours_first: bool) -> None:
    writes, reads = (plain_ours, plain_nios) if ours_first else (plain_nios, plain_ours)
    first = filled(writes(path))
    said = told(first)
    close(first)
    assert len(said["sessions"]) == len(said["room keys"]) == len(said["requests"]) == 1
    assert [each[-1] for each in said["devices"]] == ["unset", "verified", "ignored", "blacklisted"]
    second = reads(path)
    assert told(second) == said
    close(second)


def close(store: Any) -> None:
    (store if isinstance(store, CipherStore) else store.database).close()


def test_both_lay_their_files_out_alike(tmp_path: Path) -> None:
    def layout(store: Any) -> set[str]:
        close(store)
        file = driver.open_connection(Path(store.database_path), None)
        found = file.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        file.close()
        return {row[0] for row in found}

    ours = layout(plain_ours(tmp_path / "ours.db"))
    assert ours == layout(plain_nios(tmp_path / "nios.db"))
    assert len(ours) > 10


def test_a_layout_that_is_not_known_is_refused(path: Path) -> None:
    store = plain_ours(path)
    store.connection.execute("UPDATE storeversion SET version = 1")
    store.close()
    with pytest.raises(DamagedFile):
        plain_ours(path)


def test_a_block_in_a_block_is_lost_alone(store: CipherStore) -> None:
    def inner() -> None:
        with store.atomic():
            store.save_encrypted_rooms({"!b:x"})
            raise KeyError(1)

    with store.atomic():
        store.save_encrypted_rooms({ROOM})
        with pytest.raises(KeyError):
            inner()
    assert store.load_encrypted_rooms() == {ROOM}
