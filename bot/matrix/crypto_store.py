"""The store of Olm and Megolm sessions, in a file that is encrypted as a whole.

It has the tables and the methods of nio's ``SqliteStore``, which nio's Olm machine asks for, and writes the same
rows. nio's own stands on a table layer of which a start would load 3 MB, and that makes each query anew.

Everything here runs on one thread, the event loop's. Using the store from another thread fails.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import vodozemac
from nio.crypto import (
    DeviceStore,
    GroupSessionStore,
    InboundGroupSession,
    OlmAccount,
    OlmDevice,
    OutgoingKeyRequest,
    Session,
    SessionStore,
    TrustState,
)
from nio.crypto.sessions import derive_pickle_key

from bot.matrix import crypto_tables
from storage.core import driver, refusals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from storage.core.driver import Connection

_MOMENT: Final = "%Y-%m-%d %H:%M:%S.%f"


class CipherStore:
    """nio's store in SQLCipher: WAL, synchronous=FULL, secure_delete, mode 0600.

    Raises ``StorageRefusal`` when opened with the wrong key or on a damaged file. Close it.
    """

    def __init__(
        self,
        user_id: str,
        device_id: str,
        store_path: str,
        pickle_key: str,
        database_name: str,
        *,
        key: bytes,
    ) -> None:
        """Open or create the file, with what nio's client hands to a store."""
        self.user_id: Final = user_id
        self.device_id: Final = device_id
        self.pickle_key: Final = pickle_key
        self.database_path: Final = str(Path(store_path) / database_name)
        self._rooms_kept: set[str] | None = None
        self._connection: Connection | None = _opened(Path(self.database_path), key)
        self._thread = threading.get_ident()
        try:
            self._create_tables()
        except BaseException:
            self.close()
            raise

    @classmethod
    def at(
        cls, path: Path, *, key: bytes, pickle_key: bytes, user_id: str, device_id: str
    ) -> CipherStore:
        """Open or create the store file. Both keys are 32 random bytes (``bot.keys.keyring.Purpose``)."""
        return cls(user_id, device_id, str(path.parent), pickle_key.hex(), path.name, key=key)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'closed' if self._connection is None else 'open'})"

    def close(self) -> None:
        """Move SQLite's log into the file and close the store. Closing twice is fine."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # -- statements

    @property
    def connection(self) -> Connection:
        """The connection. Raises RuntimeError on another thread than the one that opened it, and when it is closed."""
        if self._connection is None:
            raise RuntimeError("the store is closed")
        if threading.get_ident() != self._thread:
            raise RuntimeError("the store is for the thread that opened it")
        return self._connection

    def _rows(self, sql: str, *values: object) -> list[Any]:
        found: list[Any] = self.connection.execute(sql, values).fetchall()
        return found

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Let several saves commit at once, or none of them.

        The block may contain no ``await``: what other tasks save meanwhile would share its fate.
        After an exception the file is as before the block, but nio's objects in memory have moved
        on: load the store anew before using them.
        """
        try:
            with _block(self.connection):
                yield
        except BaseException:
            self._rooms_kept = None
            raise

    def purge(self) -> None:
        """Move SQLite's log into the file and truncate the log, so that no older version of a row remains."""
        driver.checkpoint(self.connection)

    def _create_tables(self) -> None:
        with self.atomic():
            for statement in crypto_tables.CREATE:
                self.connection.execute(statement)
            found = self._rows("SELECT version FROM storeversion LIMIT 1")
            if not found:
                self._rows("INSERT INTO storeversion(version) VALUES (?)", crypto_tables.VERSION)
            elif found[0][0] != crypto_tables.VERSION:
                # Of a time before the first release.
                path = Path(self.database_path)
                raise refusals.damaged(path, f"a layout {found[0][0]}, which is not known")

    # -- our account

    def _account(self) -> int | None:
        found = self._rows(
            "SELECT id FROM accounts WHERE user_id = ? AND device_id = ?",
            *(self.user_id, self.device_id),
        )
        return found[0][0] if found else None

    def _our_account(self) -> int:
        found = self._account()
        if found is None:
            raise RuntimeError("nothing is saved before the account")
        return found

    def load_account(self) -> OlmAccount | None:
        """The account of this device; None before it is saved."""
        found = self._rows(
            "SELECT account, shared FROM accounts WHERE user_id = ? AND device_id = ?",
            *(self.user_id, self.device_id),
        )
        if not found:
            return None
        account = OlmAccount.from_pickle(_bytes(found[0][0]), self.pickle_key, bool(found[0][1]))
        if account.upgrade_pickle:
            # As libolm wrote it.
            account.upgrade_pickle = False
            self.save_account(account)
        return account

    def save_account(self, account: OlmAccount) -> None:
        """Save the account with its keys."""
        self._rows(
            "INSERT INTO accounts(account, user_id, device_id, shared) VALUES (?, ?, ?, ?)"
            " ON CONFLICT(user_id, device_id) DO UPDATE SET account = excluded.account, shared = excluded.shared",
            *(account.pickle(self.pickle_key), self.user_id, self.device_id, int(account.shared)),
        )

    # -- sessions with devices

    def load_sessions(self) -> SessionStore:
        """All Olm sessions."""
        store = SessionStore()
        found = self._rows(
            "SELECT sender_key, session, creation_time FROM olmsessions WHERE account_id = ? ORDER BY rowid",
            self._account(),
        )
        for sender_key, pickled, created in found:
            moment = datetime.fromisoformat(created)
            session = Session.from_pickle(_bytes(pickled), moment, self.pickle_key)
            store.add(sender_key, session)
            if session.upgrade_pickle:
                session.upgrade_pickle = False
                self.save_session(sender_key, session)
        return store

    def save_session(self, curve_key: str, session: Session) -> None:
        """Save an Olm session with the device that has this Curve25519 key."""
        self._rows(
            "REPLACE INTO olmsessions(account_id, sender_key, session, session_id, creation_time,"
            " last_usage_date) VALUES (?, ?, ?, ?, ?, ?)",
            *(self._our_account(), curve_key, session.pickle(self.pickle_key), session.id),
            *(session.creation_time.strftime(_MOMENT), session.use_time.strftime(_MOMENT)),
        )

    # -- room keys

    def load_inbound_group_sessions(self) -> GroupSessionStore:
        """All room keys."""
        store = GroupSessionStore()
        account = self._account()
        chains = self._rows(
            "SELECT session_id, sender_key FROM forwardedchains ORDER BY session_id, id"
        )
        forwarded = {
            session: [key for _session, key in rows]
            for session, rows in groupby(chains, key=lambda row: row[0])
        }
        found = self._rows(
            "SELECT session_id, sender_key, fp_key, room_id, session FROM megolminboundsessions"
            " WHERE account_id = ? ORDER BY rowid",
            account,
        )
        for name, sender_key, fp_key, room_id, pickled in found:
            chain = forwarded.get(name, [])
            session = InboundGroupSession.from_pickle(
                _bytes(pickled), fp_key, sender_key, room_id, self.pickle_key, chain
            )
            store.add(session)
            if session.upgrade_pickle:
                session.upgrade_pickle = False
                self.save_inbound_group_session(session)
        return store

    def save_inbound_group_session(self, session: InboundGroupSession) -> None:
        """Save a room key in a row of its own room and sending device.

        nio's rows are named by the session id alone, which everybody in the room knows: a second
        device that passes the key on as its own would take over the first one's row.
        """
        self._rows(
            "REPLACE INTO megolminboundsessions(session_id, sender_key, account_id, fp_key, room_id, session)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            *(_name(session), session.sender_key, self._our_account(), session.ed25519),
            *(session.room_id, session.pickle(self.pickle_key)),
        )

    def delete_inbound_group_session(self, session: InboundGroupSession) -> None:
        """Delete a room key, and every trace of the key in the pages of the file."""
        self._rows("DELETE FROM megolminboundsessions WHERE session_id = ?", _name(session))

    # -- devices

    def load_device_keys(self) -> DeviceStore:
        """All devices of people, with their keys and what was said of them."""
        store = DeviceStore()
        keys: dict[int, dict[str, str]] = {}
        for device, kind, key in self._rows(
            "SELECT device_id, key_type, key FROM keys ORDER BY id"
        ):
            keys.setdefault(device, {})[kind] = key
        found = self._rows(
            "SELECT d.id, d.user_id, d.device_id, d.display_name, d.deleted, t.state FROM devicekeys AS d"
            " LEFT JOIN devicetruststate AS t ON t.device_id = d.id WHERE d.account_id = ? ORDER BY d.id",
            self._account(),
        )
        for row, user, device, shown, deleted, state in found:
            trust = TrustState.unset if state is None else TrustState(state)
            store.add(OlmDevice(user, device, keys.get(row, {}), shown, bool(deleted), trust))
        return store

    def save_device_keys(self, device_keys: Mapping[str, Mapping[str, OlmDevice]]) -> None:
        """Save devices, by user and device id."""
        account = self._our_account()
        with self.atomic():
            for user, devices in device_keys.items():
                for name, device in devices.items():
                    self._save_device(account, user, name, device)

    def _save_device(self, account: int, user: str, name: str, device: OlmDevice) -> None:
        ((row,),) = self._rows(
            "INSERT INTO devicekeys(account_id, user_id, device_id, display_name, deleted) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT(account_id, user_id, device_id) DO UPDATE SET deleted = excluded.deleted RETURNING id",
            *(account, user, name, device.display_name, int(device.deleted)),
        )
        for kind, key in device.keys.items():
            self._rows(
                "REPLACE INTO keys(key_type, key, device_id) VALUES (?, ?, ?)", kind, key, row
            )

    # -- what was said of devices

    def _row_of(self, device: OlmDevice) -> int | None:
        found = self._rows(
            "SELECT id FROM devicekeys WHERE user_id = ? AND device_id = ? AND account_id = ?",
            *(device.user_id, device.id, self._account()),
        )
        return found[0][0] if found else None

    def _is(self, device: OlmDevice, state: TrustState) -> bool:
        row = self._row_of(device)
        found = self._rows("SELECT state FROM devicetruststate WHERE device_id = ?", row)
        return bool(found) and found[0][0] == state.value

    def _say(self, device: OlmDevice, state: TrustState) -> None:
        row = self._row_of(device)
        if row is None:
            raise RuntimeError("nothing is said of a device before it is saved")
        self._rows(
            "REPLACE INTO devicetruststate(device_id, state) VALUES (?, ?)", row, state.value
        )
        device.trust_state = state

    def _become(self, device: OlmDevice, state: TrustState) -> bool:
        if self._is(device, state):
            return False
        self._say(device, state)
        return True

    def _no_longer(self, device: OlmDevice, state: TrustState) -> bool:
        if not self._is(device, state):
            return False
        self._say(device, TrustState.unset)
        return True

    def verify_device(self, device: OlmDevice) -> bool:
        """Note that a device was verified; False where it is so already, as with the others."""
        return self._become(device, TrustState.verified)

    def unverify_device(self, device: OlmDevice) -> bool:
        """Note that a device is not verified any more."""
        return self._no_longer(device, TrustState.verified)

    def is_device_verified(self, device: OlmDevice) -> bool:
        """Whether a device was verified."""
        return self._is(device, TrustState.verified)

    def blacklist_device(self, device: OlmDevice) -> bool:
        """Note that nothing goes to a device."""
        return self._become(device, TrustState.blacklisted)

    def unblacklist_device(self, device: OlmDevice) -> bool:
        """Note that a device is not kept out any more."""
        return self._no_longer(device, TrustState.blacklisted)

    def is_device_blacklisted(self, device: OlmDevice) -> bool:
        """Whether nothing goes to a device."""
        return self._is(device, TrustState.blacklisted)

    def ignore_device(self, device: OlmDevice) -> bool:
        """Note that it does not matter whether a device is verified."""
        return self._become(device, TrustState.ignored)

    def unignore_device(self, device: OlmDevice) -> bool:
        """Note that it matters again whether a device is verified."""
        return self._no_longer(device, TrustState.ignored)

    def is_device_ignored(self, device: OlmDevice) -> bool:
        """Whether it does not matter that a device is not verified."""
        return self._is(device, TrustState.ignored)

    def ignore_devices(self, devices: Sequence[OlmDevice]) -> None:
        """Note of several devices that it does not matter whether they are verified."""
        with self.atomic():
            for device in devices:
                self._say(device, TrustState.ignored)

    # -- rooms

    def load_encrypted_rooms(self) -> set[str]:
        """The ids of encrypted rooms that nio has saved."""
        found = self._rows(
            "SELECT room_id FROM encryptedrooms WHERE account_id = ?", self._account()
        )
        rooms = {str(room) for (room,) in found}
        self._rooms_kept = set(rooms)
        return rooms

    def save_encrypted_rooms(self, rooms: Iterable[str]) -> None:
        """Save the rooms that are new; nio passes its whole list at every sync (9 % of our CPU)."""
        kept = self.load_encrypted_rooms() if self._rooms_kept is None else self._rooms_kept
        new = set(rooms) - kept
        if new:
            account = self._our_account()
            with self.atomic():
                for room in new:
                    self._rows(
                        "INSERT OR IGNORE INTO encryptedrooms(room_id, account_id) VALUES (?, ?)",
                        *(room, account),
                    )
            self._rooms_kept = kept | new

    def delete_encrypted_room(self, room: str) -> None:
        """Delete a room from nio's list of encrypted rooms."""
        self._rows("DELETE FROM encryptedrooms WHERE room_id = ?", room)
        self._rooms_kept = None

    # -- what nio asked other devices for, and where its own client was

    def load_outgoing_key_requests(self) -> dict[str, OutgoingKeyRequest]:
        """Requests for room keys that nobody has answered, by their ids."""
        found = self._rows(
            "SELECT request_id, session_id, room_id, algorithm FROM outgoingkeyrequests WHERE account_id = ?",
            self._account(),
        )
        return {row[0]: OutgoingKeyRequest(*row) for row in found}

    def add_outgoing_key_request(self, key_request: OutgoingKeyRequest) -> None:
        """Save a request for a room key."""
        self._rows(
            "INSERT OR IGNORE INTO outgoingkeyrequests(request_id, session_id, room_id, algorithm, account_id)"
            " VALUES (?, ?, ?, ?, ?)",
            *(key_request.request_id, key_request.session_id, key_request.room_id),
            *(key_request.algorithm, self._our_account()),
        )

    def remove_outgoing_key_request(self, key_request: OutgoingKeyRequest) -> None:
        """Delete a request for a room key."""
        self._rows(
            "DELETE FROM outgoingkeyrequests WHERE request_id = ? AND account_id = ?",
            *(key_request.request_id, self._our_account()),
        )

    def save_sync_token(self, token: str) -> None:
        """Save where nio's client was; ours keeps that with what it did (bot/incoming/checkpoint.py)."""
        self._rows(
            "REPLACE INTO synctokens(token, account_id) VALUES (?, ?)", token, self._our_account()
        )

    def load_sync_token(self) -> str | None:
        """Where nio's client was."""
        found = self._rows("SELECT token FROM synctokens WHERE account_id = ?", self._account())
        return str(found[0][0]) if found else None


def _name(session: InboundGroupSession) -> str:
    return f"{session.id} {session.sender_key} {session.room_id}"


def _bytes(pickled: bytes | str) -> bytes:
    return pickled.encode() if isinstance(pickled, str) else pickled


def _opened(path: Path, key: bytes) -> Connection:
    connection = driver.open_connection(path, key)
    connection.row_factory = None
    return connection


@contextmanager
def _block(connection: Connection) -> Iterator[None]:
    """A transaction, or a part of the one that is open; all or nothing of it."""
    if connection.in_transaction:
        begin, keep, undo = "SAVEPOINT part", "RELEASE part", "ROLLBACK TO part; RELEASE part"
    else:
        begin, keep, undo = "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"
    connection.execute(begin)
    try:
        yield
        connection.execute(keep)
    except BaseException:
        # A full disk has undone the whole transaction already.
        for statement in undo.split("; ") if connection.in_transaction else ():
            connection.execute(statement)
        raise


def repickle(path: Path, key: bytes, *, old: bytes, new: bytes) -> None:
    """Wrap the account and all sessions in a store file under another pickle key: all or none."""
    before, after = derive_pickle_key(old.hex()), derive_pickle_key(new.hex())
    kinds: tuple[tuple[str, str, str, Any], ...] = (
        ("accounts", "id", "account", vodozemac.Account),
        ("olmsessions", "session_id", "session", vodozemac.Session),
        ("megolminboundsessions", "session_id", "session", vodozemac.InboundGroupSession),
    )
    connection = _opened(path, key)
    try:
        with _block(connection):
            for table, primary, column, secret in kinds:
                # Names from above.
                found = connection.execute(f"SELECT {primary}, {column} FROM {table}")
                for row, pickled in found.fetchall():
                    opened = secret.from_pickle(_bytes(pickled).decode(), before)
                    connection.execute(
                        f"UPDATE {table} SET {column} = ? WHERE {primary} = ?",
                        (opened.pickle(after).encode(), row),
                    )
    finally:
        connection.close()
