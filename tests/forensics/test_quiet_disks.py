"""With the passphrase away, nothing that the bot leaves tells what was said, or by whom.

Each search that must find nothing is made a second time where the protections are off, and must
then find everything: otherwise it was the search that failed.
"""

from pathlib import Path

import pytest

from tests.forensics.canaries import ALWAYS_HIDDEN, PASSING, STORED
from tests.forensics.evidence import MOMENTS, Evidence
from tests.forensics.opened_backup import opened
from tests.forensics.search import Canary, kinds, search

# Whichever test is first waits for both bots to have lived their lives.
pytestmark = pytest.mark.timeout(600)

LOGGED = {"crashed", "user id", "room id"}
"""What Python's own logs show of this conversation, among others."""


def without(canaries: list[Canary], *excepted: str) -> list[Canary]:
    return [canary for canary in canaries if canary.kind not in excepted]


# ------------------------------------------------------------------ the data directory
def test_no_file_of_the_data_directory_tells_anything(evidence: Evidence) -> None:
    places = evidence.files()
    assert any(name.endswith("app.db-wal") and len(c) > 4096 for name, c in places.items())
    assert search(evidence.secrets, places) == []


def test_control_without_a_key_the_same_search_finds_everything_that_is_kept(
    naked: Evidence,
) -> None:
    hits = search(naked.secrets, naked.files("stopped", "killed"))
    found = {hit.canary for hit in hits}
    kept = [canary for canary in naked.secrets if canary.kind not in ALWAYS_HIDDEN]
    assert {canary.kind for canary in kept} >= {*STORED, "access token", "device id", "event id"}
    whole = [c for c in kept if c.kind not in STORED or c.secret == STORED[c.kind]]
    assert [canary for canary in whole if canary not in found] == []


def test_what_is_said_in_passing_is_not_kept_even_in_the_clear(naked: Evidence) -> None:
    """Chatter, refused and broken commands, strangers' words: none of it outlives its answer."""
    passing = [canary for canary in naked.secrets if canary.kind in PASSING]
    assert kinds(search(passing, {"log": naked.log.encode()})), "the control: it was said"
    assert search(passing, naked.files("stopped")) == []


def test_keys_are_wrapped_even_in_the_clear(naked: Evidence) -> None:
    """Neither database holds its own key, nor a room key that is not wrapped once more."""
    hidden = [c for c in naked.secrets if c.kind in ALWAYS_HIDDEN - {*PASSING}]
    assert {"room key", "data key", "sub-key", "recovery key"} <= {c.kind for c in hidden}
    assert search(hidden, naked.files("stopped", "killed")) == []


def test_every_file_there_is_was_looked_at(evidence: Evidence) -> None:
    """A new kind of file is to be thought about, and added here."""
    databases = ("app", "ballots", "nio")
    expected = {"keyslots.json", "lock", "recovery-key-shown", "reserve"}
    expected |= {f"{name}.db" for name in databases}
    logs = {f"{name}.db-{kind}" for name in databases for kind in ("shm", "wal")}
    found = {m: {path.name for path in evidence.data[m].iterdir()} for m in MOMENTS}
    assert found["initialised"] == expected - ({"recovery-key-shown"} - found["initialised"])
    # From the first start on: a random name, under which keys of polls lie in memory, and a number of starts.
    expected |= {"poll-keys", "starts"}
    assert found["stopped"] == expected
    assert found["running"] == found["killed"] == expected | logs


# ------------------------------------------------------------------ a backup
def test_without_a_key_a_backup_tells_nothing(evidence: Evidence) -> None:
    assert len(evidence.backup) > 100_000
    assert search(evidence.secrets, {"backup": evidence.backup}) == []


def test_control_with_the_key_a_backup_tells_all_that_is_kept(
    evidence: Evidence, tmp_path: Path
) -> None:
    text = opened(evidence.backup, tmp_path)
    # "last issue" is only typed after it was taken.
    kept = {kind: words for kind, words in STORED.items() if kind != "last issue"}
    stored = [c for c in evidence.secrets if c.secret == kept.get(c.kind)]
    assert len(stored) == len(kept)
    assert {hit.canary for hit in search(stored, {"opened": text})} == set(stored)


def test_with_the_key_a_backup_is_no_login_and_opens_no_message(
    evidence: Evidence, tmp_path: Path
) -> None:
    text = opened(evidence.backup, tmp_path)
    hidden = {"access token", "room key", "data key", "sub-key", "store: account", "store: session"}
    secrets = [canary for canary in evidence.secrets if canary.kind in hidden]
    assert {"access token", "room key", "data key"} <= {canary.kind for canary in secrets}
    assert kinds(search(secrets, {"opened": text})) == set()


# ------------------------------------------------------------------ logs and the process
def test_the_log_at_debug_tells_nothing(evidence: Evidence) -> None:
    assert "level=debug" in evidence.log
    assert "E-" in evidence.log
    assert "RuntimeError [" in evidence.log
    assert search(evidence.secrets, {"log": evidence.log.encode()}) == []


def test_control_logs_as_python_writes_them_tell_it_all(naked: Evidence) -> None:
    hits = search(naked.secrets, {"log": naked.log.encode()})
    assert kinds(hits) >= LOGGED


def test_init_shows_the_recovery_key_and_nothing_else(evidence: Evidence) -> None:
    shown = {"init": evidence.init_output.encode()}
    assert kinds(search(evidence.secrets, shown)) == {"recovery key"}


def test_nothing_is_left_beside_the_data_directory(evidence: Evidence) -> None:
    assert set(evidence.beside) == {"bot/bot.log", "bot/config.toml"}
    assert search(evidence.secrets, evidence.beside) == []


def test_the_system_shows_nothing_of_the_process(evidence: Evidence) -> None:
    assert b"run" in evidence.process["cmdline"]
    assert search(evidence.secrets, evidence.process) == []


# ------------------------------------------------------------------ footprint
def test_nothing_is_ever_open_to_others(evidence: Evidence) -> None:
    assert evidence.exposed == set()
    assert b"Umask:\t0077" in evidence.process["status"]


def test_nothing_is_ever_made_in_the_home_or_the_temporary_directory(evidence: Evidence) -> None:
    assert evidence.strays == set()


def test_there_will_be_no_core_dump(evidence: Evidence) -> None:
    line = next(
        line for line in evidence.process["limits"].decode().splitlines() if "core file" in line
    )
    assert line.split()[4:6] == ["0", "0"]


def test_it_ends_in_order_when_asked(evidence: Evidence) -> None:
    assert evidence.status == 0
