"""nio's store of Olm and Megolm sessions, in a file that is encrypted as a whole.

Everything here runs on one thread, the event loop's. Opening the store anywhere else, or using it
from another thread, fails instead of making a second connection.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import vodozemac
from nio.crypto import InboundGroupSession
from nio.crypto.sessions import derive_pickle_key
from nio.store import SqliteStore
from nio.store.database import use_database
from nio.store.models import Accounts, MegolmInboundSessions, OlmSessions
from playhouse.sqlcipher_ext import SqlCipherDatabase

from storage.core import driver

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storage.core.driver import Connection


class _EncryptedDatabase(SqlCipherDatabase):  # type: ignore[misc]  # peewee has no types
    """peewee's view of a connection that our own driver opened, keyed, checked and set up."""

    def __init__(self, path: Path, key: bytes) -> None:
        # A forgotten connect() in another thread has to be an error.
        super().__init__(str(path), autoconnect=False)
        self._path = path
        self._key = key

    def _connect(self) -> Connection:
        connection = driver.open_connection(self._path, self._key)
        connection.row_factory = None
        return connection

    @contextmanager
    def bind_ctx(
        self, models: Iterable[Any], bind_refs: object = None, bind_backrefs: object = None
    ) -> Iterator[None]:
        """Point nio's models at this database, and leave them there until another store asks.

        nio asks around every single call, and peewee walks the graph of all eleven models each
        time, twice: measured at two thirds of a save. The list it passes is complete, so there
        are no references to follow.
        """
        del bind_refs, bind_backrefs
        for model in models:
            if model._meta.database is not self:  # noqa: SLF001 -- peewee's documented name
                model._meta.set_database(self)  # noqa: SLF001
        yield


@dataclass
class CipherStore(SqliteStore):  # type: ignore[misc]  # nio has no types
    """``SqliteStore`` in SQLCipher: WAL, synchronous=FULL, secure_delete, mode 0600.

    Raises ``StorageRefusal`` when opened with the wrong key or on a damaged file. Close it.
    """

    key: bytes = field(default=b"", kw_only=True)

    def __post_init__(self) -> None:
        self._rooms_kept: set[str] | None = None
        super().__post_init__()

    @classmethod
    def at(
        cls, path: Path, *, key: bytes, pickle_key: bytes, user_id: str, device_id: str
    ) -> CipherStore:
        """Open or create the store file. Both keys are 32 random bytes (``bot.keys.keyring.Purpose``)."""
        return cls(user_id, device_id, str(path.parent), pickle_key.hex(), path.name, key=key)

    def __repr__(self) -> str:
        # A dataclass would print both keys.
        return f"{type(self).__name__}({'closed' if self.database.is_closed() else 'open'})"

    def close(self) -> None:
        """Move SQLite's log into the file and close the store. Closing twice is fine."""
        self.database.close()

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Let several saves commit at once, or none of them.

        The block may contain no ``await``: what other tasks save meanwhile would share its fate.
        After an exception the file is as before the block, but nio's objects in memory have moved
        on: load the store anew before using them.
        """
        try:
            with self.database.atomic("IMMEDIATE"):
                yield
        except BaseException:
            self._rooms_kept = None
            raise

    def purge(self) -> None:
        """Move SQLite's log into the file and truncate the log, so that no older version of a row remains."""
        driver.checkpoint(self.database.connection())

    @use_database  # type: ignore[untyped-decorator]  # nio has no types
    def save_inbound_group_session(self, session: InboundGroupSession) -> None:
        """Save a room key in a row of its own room and sending device.

        nio's rows are named by the session id alone, which everybody in the room knows: a second
        device that passes the key on as its own would take over the first one's row.
        """
        MegolmInboundSessions.replace(
            sender_key=session.sender_key,
            account=self._get_account(),
            fp_key=session.ed25519,
            room_id=session.room_id,
            session=session.pickle(self.pickle_key),
            session_id=f"{session.id} {session.sender_key} {session.room_id}",
        ).execute()

    @use_database  # type: ignore[untyped-decorator]  # nio has no types
    def delete_inbound_group_session(self, session: InboundGroupSession) -> None:
        """Delete a room key, and every trace of the key in the pages of the file."""
        name = f"{session.id} {session.sender_key} {session.room_id}"
        MegolmInboundSessions.delete().where(MegolmInboundSessions.session_id == name).execute()

    def load_encrypted_rooms(self) -> set[str]:
        """The ids of encrypted rooms that nio has saved."""
        rooms: set[str] = super().load_encrypted_rooms()
        self._rooms_kept = set(rooms)
        return rooms

    def save_encrypted_rooms(self, rooms: Iterable[str]) -> None:
        """Save the rooms that are new; nio passes its whole list at every sync (9 % of our CPU)."""
        kept = self.load_encrypted_rooms() if self._rooms_kept is None else self._rooms_kept
        new = set(rooms) - kept
        if new:
            super().save_encrypted_rooms(new)
            self._rooms_kept = kept | new

    def delete_encrypted_room(self, room: str) -> None:
        """Delete a room from nio's list of encrypted rooms."""
        super().delete_encrypted_room(room)
        self._rooms_kept = None

    def _create_database(self) -> Any:
        return _EncryptedDatabase(Path(self.database_path), self.key)


def repickle(path: Path, key: bytes, *, old: bytes, new: bytes) -> None:
    """Wrap the account and all sessions in a store file under another pickle key: all or none."""
    store = _EncryptedDatabase(path, key)
    store.connect()
    before, after = derive_pickle_key(old.hex()), derive_pickle_key(new.hex())
    kinds: tuple[tuple[Any, Any, Any], ...] = (
        (Accounts, Accounts.account, vodozemac.Account),
        (OlmSessions, OlmSessions.session, vodozemac.Session),
        (MegolmInboundSessions, MegolmInboundSessions.session, vodozemac.InboundGroupSession),
    )
    try:
        with store.bind_ctx([kind for kind, _, _ in kinds]), store.atomic("IMMEDIATE"):
            for kind, column, secret in kinds:
                primary = kind._meta.primary_key  # noqa: SLF001 -- peewee's documented name
                for row, pickled in list(kind.select(primary, column).tuples()):
                    opened = secret.from_pickle(bytes(pickled).decode(), before)
                    fresh = opened.pickle(after).encode()
                    kind.update({column: fresh}).where(primary == row).execute()
    finally:
        store.close()
