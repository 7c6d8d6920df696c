"""Key slots: what opens them, what is refused, and in which words."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import base58
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.keys import keyring
from bot.keys import slots as key_slots
from bot.keys.keyring import Cost, DataKey, Purpose
from bot.keys.recovery_key import RecoveryKey
from storage.core.as_json import CLOSED_JSON
from storage.core.refusals import DamagedFile, NewerDatabase, StorageRefusal, WrongKey

CHEAP = Cost(memory_kib=32, iterations=1, lanes=1)
PASSPHRASE = "correct horse battery"
OTHER = "staple gazebo lantern"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keyslots.json"


@pytest.fixture
def made(path: Path) -> tuple[DataKey, RecoveryKey]:
    return keyring.create(path, PASSPHRASE, cost=CHEAP)


def test_the_passphrase_and_the_recovery_key_open_the_same_data(
    path: Path, made: tuple[DataKey, RecoveryKey]
) -> None:
    key, recovery = made
    assert keyring.unlock(path, PASSPHRASE) == key
    assert keyring.unlock(path, recovery.text()) == key


@pytest.mark.parametrize("variant", ["{}\n", "{}\r\n"])
def test_a_line_break_from_a_file_does_not_matter(
    path: Path, made: tuple[DataKey, RecoveryKey], variant: str
) -> None:
    assert keyring.unlock(path, variant.format(PASSPHRASE)) == made[0]


def test_accents_may_be_typed_either_way(path: Path) -> None:
    key, _ = keyring.create(path, "caf\u00e9 caf\u00e9 caf\u00e9", cost=CHEAP)
    assert keyring.unlock(path, "cafe\u0301 cafe\u0301 cafe\u0301") == key


def test_the_recovery_key_may_be_typed_as_people_do(
    path: Path, made: tuple[DataKey, RecoveryKey]
) -> None:
    key, recovery = made
    typed = recovery.text().replace(" ", "-")
    assert keyring.unlock(path, f"  {typed}\n") == key


@pytest.mark.parametrize("wrong", ["", "correct horse", PASSPHRASE.upper(), PASSPHRASE + "!"])
def test_a_wrong_passphrase_is_refused_with_what_to_do(
    path: Path, made: tuple[DataKey, RecoveryKey], wrong: str
) -> None:
    with pytest.raises(WrongKey, match="Wrong passphrase") as refusal:
        keyring.unlock(path, wrong)
    assert "recovery key" in str(refusal.value)
    assert not wrong or wrong not in str(refusal.value)


def test_a_typo_in_the_recovery_key_is_told_from_another_key(
    path: Path, made: tuple[DataKey, RecoveryKey]
) -> None:
    text = made[1].text()
    with pytest.raises(WrongKey, match="typo"):
        keyring.unlock(path, text[:2] + ("A" if text[2] != "A" else "B") + text[3:])
    with pytest.raises(WrongKey, match="no longer"):
        keyring.unlock(path, RecoveryKey.generate().text())


def test_the_printed_form_is_the_one_of_matrix() -> None:
    # What matrix-js-sdk 37.5 prints for the same 32 bytes.
    text = RecoveryKey(bytes(range(32))).text()
    assert text == "EsSz ykH7 LCZx 7Cae cmKD wcmY JRXi Ybtu 8iQ3 t8Ez nRwK pUY1"
    assert RecoveryKey.parse(text) == RecoveryKey(bytes(range(32)))


@given(st.binary(min_size=32, max_size=32), st.integers(0, 47), st.integers(1, 57))
def test_a_single_typo_never_gives_the_same_key(secret: bytes, position: int, shift: int) -> None:
    alphabet = base58.BITCOIN_ALPHABET.decode()
    letters = RecoveryKey(secret).text().replace(" ", "")
    assert RecoveryKey.parse(letters) == RecoveryKey(secret)
    typo = alphabet[(alphabet.index(letters[position]) + shift) % 58]
    mistyped = letters[:position] + typo + letters[position + 1 :]
    assert RecoveryKey.parse(mistyped) != RecoveryKey(secret)
    assert RecoveryKey.resembles(mistyped) or position < 2


@given(st.text("ABYZ234567018 -\n\u00e9\u0661\u200f", max_size=80))
def test_any_text_is_a_recovery_key_or_not(text: str) -> None:
    assert RecoveryKey.parse(text) is None


def test_each_purpose_has_its_own_key_and_keeps_it() -> None:
    derived = {purpose: DataKey(bytes(32)).derive(purpose) for purpose in Purpose}
    assert len(set(derived.values())) == len(Purpose)
    assert {len(value) for value in derived.values()} == {32}
    # RFC 5869 over 32 zero bytes without salt; if this changes, no installation opens any more.
    assert derived[Purpose.APP_DATABASE].hex().startswith("82ac36a244e4cfc7")
    assert derived[Purpose.NIO_STORE].hex().startswith("c2358dcbbed36ea5")
    assert derived[Purpose.NIO_PICKLE].hex().startswith("38be23886d656d9d")
    assert derived[Purpose.BACKUP].hex().startswith("c3fb8de8719eed0a")


def test_nothing_prints_a_key(made: tuple[DataKey, RecoveryKey]) -> None:
    key, recovery = made
    assert repr(key) == "DataKey()"
    assert repr(recovery) == "RecoveryKey()"


def test_the_file_is_private_and_holds_no_secret(
    path: Path, made: tuple[DataKey, RecoveryKey]
) -> None:
    key, recovery = made
    content = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert PASSPHRASE.encode() not in content
    for secret in (key.secret, recovery.secret):
        assert secret.hex().encode() not in content
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_keys_are_never_overwritten(path: Path, made: tuple[DataKey, RecoveryKey]) -> None:
    with pytest.raises(FileExistsError):
        keyring.create(path, OTHER, cost=CHEAP)
    assert keyring.unlock(path, PASSPHRASE) == made[0]


def test_a_short_passphrase_is_refused(path: Path) -> None:
    with pytest.raises(keyring.WeakPassphrase, match="random words"):
        keyring.create(path, "elevenchars")
    assert not path.exists()


# Changing slots


def test_a_changed_passphrase_replaces_the_old_one(
    path: Path, made: tuple[DataKey, RecoveryKey]
) -> None:
    key, recovery = made
    keyring.change_passphrase(path, PASSPHRASE, OTHER, cost=CHEAP)
    assert keyring.unlock(path, OTHER) == keyring.unlock(path, recovery.text()) == key
    with pytest.raises(WrongKey):
        keyring.unlock(path, PASSPHRASE)


def test_a_lost_passphrase_is_replaced_with_the_recovery_key(
    path: Path, made: tuple[DataKey, RecoveryKey]
) -> None:
    key, recovery = made
    keyring.change_passphrase(path, recovery.text(), OTHER, cost=CHEAP)
    assert keyring.unlock(path, OTHER) == keyring.unlock(path, recovery.text()) == key
    with pytest.raises(WrongKey):
        keyring.unlock(path, PASSPHRASE)


def test_a_new_recovery_key_replaces_the_printed_one(
    path: Path, made: tuple[DataKey, RecoveryKey]
) -> None:
    key, printed = made
    fresh = keyring.change_recovery_key(path, PASSPHRASE)
    assert keyring.unlock(path, fresh.text()) == key
    with pytest.raises(WrongKey):
        keyring.unlock(path, printed.text())


def test_with_a_wrong_passphrase_nothing_changes(
    path: Path, made: tuple[DataKey, RecoveryKey]
) -> None:
    before = path.read_bytes()
    with pytest.raises(WrongKey):
        keyring.change_passphrase(path, OTHER, OTHER, cost=CHEAP)
    with pytest.raises(WrongKey):
        keyring.change_recovery_key(path, OTHER)
    assert path.read_bytes() == before


# Damage and tampering


def test_a_missing_file_says_what_to_do(path: Path) -> None:
    with pytest.raises(StorageRefusal, match="steward init"):
        keyring.unlock(path, PASSPHRASE)


def test_a_newer_format_is_refused(path: Path, made: tuple[DataKey, RecoveryKey]) -> None:
    stored = json.loads(path.read_text())
    stored["format"] = 2
    stored["something"] = "new"
    path.write_text(json.dumps(stored))
    with pytest.raises(NewerDatabase, match="newer Steward"):
        keyring.unlock(path, PASSPHRASE)


def test_a_flipped_byte_is_damage_not_a_wrong_passphrase(
    path: Path, made: tuple[DataKey, RecoveryKey]
) -> None:
    whole = path.read_bytes()
    for position in range(len(whole)):
        changed = bytearray(whole)
        changed[position] ^= 0x01
        path.write_bytes(changed)
        try:
            assert keyring.unlock(path, PASSPHRASE) == made[0]  # white space, for one
        except (DamagedFile, NewerDatabase):
            continue


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_other_content_is_damage(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(DamagedFile):
        keyring.unlock(path, PASSPHRASE)


@pytest.mark.parametrize(
    ("field", "value"), [("cost", {"memory_kib": 64, "iterations": 1, "lanes": 1}), ("number", 7)]
)
def test_a_slot_is_bound_to_what_stands_beside_it(
    path: Path, made: tuple[DataKey, RecoveryKey], field: str, value: object
) -> None:
    """Somebody who recomputes the digest still cannot exchange parts of a slot."""
    stored = json.loads(path.read_text())
    stored["slots"][0][field] = value
    slots = tuple(CLOSED_JSON.read(key_slots.StoredSlot, slot) for slot in stored["slots"])
    stored["sha256"] = key_slots.digest(slots)
    path.write_text(json.dumps(stored))
    with pytest.raises(WrongKey):
        keyring.unlock(path, PASSPHRASE)


def test_a_tampered_cost_cannot_eat_the_memory(
    path: Path, made: tuple[DataKey, RecoveryKey]
) -> None:
    stored = json.loads(path.read_text())
    stored["slots"][0]["cost"]["memory_kib"] = 1 << 40
    path.write_text(json.dumps(stored))
    with pytest.raises(DamagedFile):
        keyring.unlock(path, PASSPHRASE)


def test_the_real_cost_is_the_one_we_promise(path: Path) -> None:
    assert Cost() == Cost(memory_kib=256 * 1024, iterations=3, lanes=4)
    key, _ = keyring.create(path, PASSPHRASE)
    assert json.loads(path.read_text())["slots"][0]["cost"]["memory_kib"] == 262144
    assert keyring.unlock(path, PASSPHRASE) == key
