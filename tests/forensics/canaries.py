"""Words that stand nowhere else, and everything secret that a real run of the bot makes."""

import base64
import json
from pathlib import Path
from typing import Final

from bot.keys import keyring
from bot.keys.keyring import Purpose
from bot.keys.recovery_key import RecoveryKey
from bot.matrix.crypto_store import CipherStore
from bot.matrix.signing import from_unpadded
from bot.process.data_directory import DataDirectory
from storage.core import driver
from tests.forensics.search import Canary

PASSPHRASE: Final = "otter Vexillology quagmire Ölsardine basket"
PASSWORD: Final = "Pa55word-Thistlewood-Ünique"
WRONG_PASSPHRASE: Final = "Mistyped-Larkspur-Passphrase"
WRONG_PASSWORD: Final = "Mistyped-Foxglove-Password"

STORED: Final = {
    "name": "Zephyrine Quillfeather",
    "name with accents": "Łucja Świętopełk",
    "area": "Galvanizing Annexe",
    "shift": "Moonlit-Rota",
    "issue": "Mothballed respirators",
    "ask": "carry the Marmalade petition",
    "note": "Prefers herons over telephones",
    "evidence": "wore the Periwinkle badge",
    "last issue": "Leaking skylights",
    "result": "brought Tamarind marzipan",
    "committee": "Bramblewick Chapter",
    "room name": "Cartographers Mess",
    "city": "Ushuaia",
    "own city": "Kiritimati",
}
"""What is typed in order to be kept."""

PASSING: Final = {
    "chatter": "Did you hear about Nettlecombe",
    "refused": "Featherstonehaugh",
    "crashed": "Dandelion Overcoat",
    "unsigned": "Hollyhock Lantern",
    "plain": "Gooseberry Parliament",
    "stranger": "Wheelbarrow Sonata",
    "edited": "Tumbleweed Ledger",
}
"""What is said but never to be kept."""

ALWAYS_HIDDEN: Final = frozenset(
    {
        *PASSING,
        *("passphrase", "password", "wrong passphrase", "wrong password", "recovery key"),
        *("data key", "sub-key", "room key"),
    }
)
"""Kinds that are in no file even without the database key: never kept, or wrapped once more."""


LONGEST: Final = 200
TELLING: Final = frozenset({"account", "session", "session_id", "sender_key", "fp_key", "key"})
"""Columns of nio's store whose values tell something."""


def typed() -> list[Canary]:
    """What people and the operator type."""
    secrets = {
        "passphrase": PASSPHRASE,
        "password": PASSWORD,
        "wrong passphrase": WRONG_PASSPHRASE,
        "wrong password": WRONG_PASSWORD,
    }
    whole = [Canary(kind, text) for kind, text in {**STORED, **PASSING, **secrets}.items()]
    # A word of a phrase gives it away as well.
    words = {(c.kind, word) for c in whole for word in str(c.secret).split() if len(word) > 7}
    return [*whole, *(Canary(kind, word) for kind, word in sorted(words))]


def of_recovery(printed: str) -> list[Canary]:
    """The recovery key in what ``init`` printed, as typed in one piece, and what it stands for."""
    keys_found = [(line, RecoveryKey.parse(line.strip())) for line in printed.splitlines()]
    shown = [(line.strip(), key.secret) for line, key in keys_found if key is not None]
    assert len(shown) == 1, "the control: init prints a recovery key"
    text, secret = shown[0]
    forms = (text, text.replace(" ", ""), secret)
    return [Canary("recovery key", form) for form in forms]


def of_data(directory: Path, user: str, *, encrypted: bool) -> list[Canary]:
    """Everything secret or telling that the databases in a copied data directory hold."""
    data = DataDirectory(directory)
    key = keyring.unlock(data.keyslots, PASSPHRASE)
    derived = {purpose: key.derive(purpose) for purpose in Purpose}
    found = [Canary("data key", key.secret)]
    found += [Canary("sub-key", derived[purpose]) for purpose in Purpose]
    app = driver.open_connection(
        data.app_database, derived[Purpose.APP_DATABASE] if encrypted else None
    )
    facts = {row["name"]: row["value"] for row in app.execute("SELECT * FROM facts")}
    found += [
        Canary("access token", facts["access_token"]),
        Canary("device id", facts["device_id"]),
        Canary("sync token", facts["sync_token"]),
    ]
    seeds = json.loads(facts["cross_signing"]).values()
    found += [Canary("cross-signing seed", from_unpadded(seed)) for seed in seeds]
    found += [Canary("event id", row[0]) for row in app.execute("SELECT event_id FROM handled")]
    found += [Canary("room id", row[0]) for row in app.execute("SELECT room FROM rooms")]
    found += [Canary("identity", row[0]) for row in app.execute("SELECT pinned FROM identities")]
    found += [Canary("user id", row[0]) for row in app.execute("SELECT person FROM identities")]
    app.close()
    return [*found, *_of_store(data, derived, user, facts["device_id"], encrypted=encrypted)]


def _of_store(
    data: DataDirectory, derived: dict[Purpose, bytes], user: str, device: str, *, encrypted: bool
) -> list[Canary]:
    """Ids, keys and pickles in nio's store, and the room keys that the pickles wrap."""
    key = derived[Purpose.NIO_STORE] if encrypted else None
    store = CipherStore.at(
        data.nio_store,
        key=key,  # type: ignore[arg-type]  # None for the control only
        pickle_key=derived[Purpose.NIO_PICKLE],
        user_id=user,
        device_id=device,
    )
    found = []
    tables = store.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    for (table,) in tables.fetchall():
        rows = store.connection.execute(f"SELECT * FROM {table}")
        columns = [column[0] for column in rows.description]
        for row in rows.fetchall():
            for column, value in zip(columns, row, strict=True):
                if column in TELLING and isinstance(value, str | bytes):
                    # A long one lies in pieces of a page each.
                    found.append(Canary(f"store: {column}", value[:LONGEST]))
    for session in store.load_inbound_group_sessions():
        exported = base64.b64decode(session.export_session(session.first_known_index) + "==")
        # Version and index first, then the ratchet, then the public key (Megolm, Session export).
        found.append(Canary("room key", exported[5:133]))
    store.close()
    return found
