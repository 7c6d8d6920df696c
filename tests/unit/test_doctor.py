"""``steward doctor`` finds what is wrong, says what to do, and shows no secret."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.cli.doctor import CHECKS, examine, identity, leads, time_zones
from bot.cli.doctor_case import Case, Reached
from bot.cli.doctor_keys import key_slots
from bot.cli.finding import Finding, Severity, counted
from bot.config import load
from bot.keys import keyring
from bot.matrix.outages import Outage
from bot.process.data_directory import DataDirectory
from bot.process.exit_codes import ExitCode
from commands.zones import release
from commands.zones.release import KnownReleases, ZoneRelease
from tests.unit.test_cli import (
    CHEAP,
    PASSPHRASE,
    WELL,
    answering,
    configured,
    place,
    secret,
    steward,
    with_keys,
)

__all__ = ["place"]


@contextmanager
def server(
    *, body: bytes = b'{"versions": ["v1.1", "v1.12"]}', ahead: float = 0, status: int = 200
) -> Iterator[str]:
    """Something real on loopback that answers one path, with its clock set as wished."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return formatdate((timestamp or time.time()) + ahead, usegmt=True)

        def log_message(self, *_words: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answers) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_port}"
        finally:
            listening.shutdown()
            thread.join()


def pointed_at(config: Path, address: str) -> Path:
    text = config.read_text("utf-8").replace("http://127.0.0.1:9", address)
    config.write_text(text, "utf-8")
    return config


def findings(config: Path) -> dict[str, Finding]:
    return {finding.subject: finding for finding in examine(config)}


def full_cost(place: Path) -> Path:
    with DataDirectory.open(place / "data") as directory:
        keyring.create(directory.keyslots, PASSPHRASE)
    secret(place / "passphrase", PASSPHRASE)
    return configured(place, 'passphrase_file = "passphrase"\n')


def test_all_is_well(place: Path) -> None:
    config = full_cost(place)
    with server() as address, answering(place, lambda: WELL | {"ok": True, "fingerprint": "abcd"}):
        done = steward("doctor", "--config", pointed_at(config, address))
    assert done.returncode == ExitCode.OK
    assert "WRONG" not in done.stdout
    for words in (
        "config: every value",
        "data: directory and files are closed",
        "keys: 2 slots: passphrase, recovery",
        "homeserver: answers, Matrix up to v1.12",
        "clock: agrees",
        "process: ready",
        "identity: signed: abcd",
    ):
        assert words in done.stdout


def test_what_is_wrong_ends_with_5_and_a_cure(place: Path) -> None:
    done = steward("doctor", "--config", configured(place))
    assert done.returncode == ExitCode.DOCTOR
    assert (
        "WRONG homeserver: nothing listens at its address\n      -> Check the address"
        in done.stdout
    )
    assert "WRONG data: " in done.stdout
    assert "steward init --config" in done.stdout
    assert "note  process: Steward is not running" in done.stdout


def test_a_configuration_that_cannot_be_read_ends_it(place: Path) -> None:
    found = list(examine(place / "config.toml"))
    assert [one.mark for one in found] == [Severity.WRONG]


def test_files_open_to_others_are_found(place: Path) -> None:
    config = with_keys(place)
    config.chmod(0o644)
    (place / "data" / "app.db").touch(mode=0o644)
    secret(place / ".env", "").chmod(0o640)
    found = findings(config)
    assert found["config.toml"].mark is Severity.WRONG
    assert found["config.toml"].cure == f"chmod 600 {config}"
    assert found[".env"].mark is Severity.WRONG
    assert found["data"].words == "1 file or directory is open to others"


def test_both_copies_of_the_time_zones_are_named(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = load(with_keys(place), {})
    case = Case(place, config, DataDirectory(config.data_dir), Outage.SILENT, "")
    old, new = ZoneRelease(2025, "b"), ZoneRelease(2026, "f")
    for both, words in (
        (KnownReleases(new, old), "2026f, from the package tzdata (the system has 2025b)"),
        (KnownReleases(old, new), "2026f, from the system (the package is 2025b)"),
        (KnownReleases(new, None), "2026f, from the package tzdata"),
    ):
        monkeypatch.setattr(release, "known", lambda both=both: both)
        assert [(each.mark, each.words) for each in time_zones(case)] == [(Severity.OK, words)]
    monkeypatch.setattr(release, "known", lambda: KnownReleases(None, None))
    assert [each.mark for each in time_zones(case)] == [Severity.WRONG]


def test_cheap_keys_are_never_called_well(place: Path) -> None:
    config = load(with_keys(place), {})
    case = Case(place, config, DataDirectory(config.data_dir), Outage.SILENT, "")
    marks = [finding.mark for finding in key_slots(case)]
    assert Severity.WRONG in marks


def test_a_damaged_key_file_and_a_wrong_passphrase_are_found(place: Path) -> None:
    config = with_keys(place)
    secret(place / "passphrase", "another canary altogether")
    found = findings(config)["passphrase"]
    assert found.mark is Severity.WRONG
    assert "canary" not in found.words
    (place / "data" / "keyslots.json").write_text("{}", "utf-8")
    assert findings(config)["keys"].mark is Severity.WRONG


def test_a_passphrase_beside_the_data_is_not_well(place: Path) -> None:
    with_keys(place)
    (place / "passphrase").rename(place / "data" / "passphrase")
    found = findings(configured(place, 'passphrase_file = "data/passphrase"\n'))["passphrase"]
    assert found.mark is Severity.WRONG
    assert "inside the data directory" in found.words


@pytest.mark.parametrize(
    ("told", "mark", "words"),
    [
        ("passphrase", Severity.OK, "the running bot asked a person"),
        ("systemd credential", Severity.NOTE, "the running bot had it from a systemd credential"),
        ("secret file", Severity.NOTE, "read from a secret file"),
        ("something new", Severity.NOTE, "read from a secret file"),
    ],
)
def test_the_running_bot_says_where_its_passphrase_came_from(
    place: Path, told: str, mark: Severity, words: str
) -> None:
    config = with_keys(place)
    with answering(place, lambda: WELL | {"passphrase_from": told}):
        found = findings(config)["passphrase"]
    assert found.mark is mark
    assert found.words.startswith(words)


def test_without_a_running_bot_a_service_may_still_hand_it_over(place: Path) -> None:
    assert "unless a service hands it over" in findings(configured(place))["passphrase"].words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "1 secret poll is open, until Tue 01 Dec 18:00 UTC"),
        (3, "3 secret polls are open, the last until Tue 01 Dec 18:00 UTC"),
    ],
)
def test_what_a_stop_would_lose_is_said(
    place: Path, count: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    end = datetime(2026, 12, 1, 18, tzinfo=UTC).timestamp()
    config = configured(place)
    with answering(place, lambda: WELL | {"open_polls": count, "open_until": end}):
        found = findings(config)["stopping"]
        shown = steward("status", "--config", config).stdout
    assert found.mark is Severity.NOTE
    assert found.words == f"{words}; stopping it or the machine loses the votes"
    assert "systemctl restart" in found.cure
    assert f"secret polls   {words}: a restart keeps the votes, a stop loses them" in shown


def test_without_an_open_poll_it_may_be_stopped(place: Path) -> None:
    config = configured(place)
    with answering(place, lambda: WELL | {"open_polls": 0, "open_until": None}):
        assert findings(config)["stopping"].mark is Severity.OK
        assert "secret polls" not in steward("status", "--config", config).stdout


@pytest.mark.parametrize(
    ("ahead", "mark", "words"),
    [
        (0, Severity.OK, "agrees"),
        (-20, Severity.NOTE, "20 s ahead of"),
        (20, Severity.NOTE, "20 s behind"),
        (3600, Severity.WRONG, "3600 s behind"),
    ],
)
def test_a_clock_that_is_off_is_noticed(
    place: Path, ahead: float, mark: Severity, words: str
) -> None:
    with server(ahead=ahead) as address:
        found = findings(pointed_at(configured(place), address))["clock"]
    assert found.mark is mark
    # HTTP dates count whole seconds, so the figure may be one off.
    near = [words.replace(str(abs(int(ahead))), str(abs(int(ahead)) + by)) for by in (-1, 0, 1)]
    assert any(one in found.words for one in near)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"versions": "v1"}', b'{"versions": []}'])
def test_something_else_on_that_address_is_not_a_homeserver(place: Path, body: bytes) -> None:
    with server(body=body) as address:
        found = findings(pointed_at(configured(place), address))["homeserver"]
    assert found.mark is Severity.WRONG
    assert "not a Matrix homeserver" in found.words


def test_an_unsigned_identity_and_a_silent_process_are_found(place: Path) -> None:
    config = configured(place)
    with answering(place, lambda: WELL | {"ok": False, "last_sync_seconds": 900}):
        found = findings(config)
    assert found["identity"].mark is Severity.WRONG
    assert found["process"].mark is Severity.WRONG


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_files_of_another_user_are_found(place: Path) -> None:
    config = with_keys(place)
    os.chown(place / "data", 12345, 12345)
    assert "belongs to uid 12345" in findings(config)["data"].words


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_one_file_of_another_user_is_given_back_and_not_closed(place: Path) -> None:
    config = with_keys(place)
    os.chown(place / "data" / "keyslots.json", 12345, 12345)
    found = findings(config)["data"]
    assert found.words == "1 file belongs to somebody else, keyslots.json to uid 12345"
    assert found.cure == f"sudo chown -R {os.geteuid()} '{place / 'data'}'"


def test_a_number_has_its_word() -> None:
    words = [counted(n, "pattern", "patterns") for n in (0, 1, 2)]
    assert words == ["0 patterns", "1 pattern", "2 patterns"]


def test_a_running_bot_without_a_homeserver_is_not_said_to_be_stopped(place: Path) -> None:
    config = load(configured(place), {})
    answers = {"status": {"ready": True}}
    case = Case(
        place / "config.toml", config, DataDirectory(config.data_dir), Outage.SILENT, answers
    )
    (found,) = identity(case)
    assert "the bot runs, but has no answer from the homeserver" in found.words


def test_leads_named_for_every_committee_are_pointed_out(place: Path) -> None:
    config = load(configured(place), {})
    case = Case(place / "config.toml", config, DataDirectory(config.data_dir), Outage.SILENT, "")
    [found] = leads(case)
    assert (found.mark, found.words) == (Severity.OK, "as each committee has confirmed them")
    named = replace(config, leads=("@ana:example.org",))
    [found] = leads(replace(case, config=named))
    assert found.mark is Severity.NOTE
    assert "only the 1 in config.toml count, in every committee" in found.words
    assert "@ana" not in found.words + found.cure


def test_an_outage_and_limits_of_the_running_bot_are_said(place: Path) -> None:
    config = configured(place)
    told = {
        "outage": {"kind": "proxy", "seconds": 75},
        "limited": {"times": 4, "seconds": 12},
    }
    with answering(place, lambda: WELL | {"homeserver": told}):
        found = findings(config)
        shown = steward("status", "--config", config).stdout
    assert found["answers"].mark is Severity.WRONG
    assert "no answer for 75 s: the proxy is away" in found["answers"].words
    assert found["answers"].cure == "Start the proxy, or correct `proxy`"
    assert found["limits"].mark is Severity.NOTE
    assert "to wait 4 times since the start, 12 s in all" in found["limits"].words
    assert "docs/admin.md" in found["limits"].cure
    assert "homeserver     no answer for 1.2 min: the proxy is away" in shown
    assert "limited        the homeserver told the bot to wait 4 times" in shown
    # The control: a bot that is well, and one of before.
    well = {"outage": None, "limited": {"times": 0, "seconds": 0}}
    with answering(place, lambda: WELL | {"homeserver": well}):
        found = findings(config)
        shown = steward("status", "--config", config).stdout
    assert found["answers"].mark is Severity.OK
    assert "limits" not in found
    assert "limited" not in shown
    assert "homeserver" not in shown
    with answering(place, lambda: WELL):
        assert findings(config)["answers"].mark is Severity.NOTE


@pytest.mark.parametrize("answer", ["redirect", "limited"])
def test_a_homeserver_that_answers_otherwise_is_said(place: Path, answer: str) -> None:
    status = {"redirect": 301, "limited": 429}[answer]
    with server(status=status) as address:
        found = findings(pointed_at(configured(place), address))["homeserver"]
    assert found.mark is Severity.WRONG


def test_every_check_says_something_in_every_case(place: Path) -> None:
    config = load(configured(place), {})
    directory = DataDirectory(config.data_dir)
    heard: tuple[dict[str, dict[str, Any]] | str, ...] = (
        "not running",
        {"status": {}},
        {"status": {}, "identity": {}},
    )
    for reached in (*Outage, Reached(("v1.12",), 0.1)):
        for answers in heard:
            case = Case(place / "config.toml", config, directory, reached, answers)
            for check in CHECKS:
                assert all(one.words for one in check(case)), check
                assert list(check(case)), check


def test_the_cheap_cost_is_below_the_full_one() -> None:
    assert CHEAP.memory_kib < keyring.Cost().memory_kib
