"""Any flipped byte in what the bot keeps is noticed at its start, in plain words.

The files are those of a real conversation, once after an orderly end and once after a kill. Not
covered, because nothing in the files can tell: an older copy of all files together (a rollback),
and a log cut off between two transactions or taken away.
"""

import hashlib
import os
import random
import shutil
import struct
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.keys import keyring
from bot.keys.keyring import Purpose
from bot.process.exit_codes import ExitCode
from storage.core import driver
from storage.core.inspection import PAGE, RESERVED
from storage.core.refusals import DamagedFile, NewerDatabase, WrongKey
from tests.forensics.canaries import PASSPHRASE
from tests.forensics.evidence import Evidence
from tests.forensics.search import search
from tests.support.warm_start import WARM

# Whichever test is first waits for both bots to have lived their lives.
pytestmark = pytest.mark.timeout(600)

LOG_HEADER, FRAME_HEADER, IV = 32, 24, 16
FRAME = FRAME_HEADER + PAGE
DATABASES = {"app.db": Purpose.APP_DATABASE, "nio.db": Purpose.NIO_STORE}


@dataclass(frozen=True)
class Flip:
    """One byte of one file, and which part of the format it belongs to."""

    file: str
    part: str
    position: int


def in_page(file: str, start: int, chance: random.Random) -> Iterator[Flip]:
    """One byte each of a page's content, IV and HMAC."""
    hmac = PAGE - RESERVED + IV
    yield Flip(file, "content", start + chance.randrange(PAGE - RESERVED))
    yield Flip(file, "iv", start + chance.randrange(PAGE - RESERVED, hmac))
    yield Flip(file, "hmac", start + chance.randrange(hmac, PAGE))


def in_database(directory: Path, file: str, chance: random.Random) -> Iterator[Flip]:
    """All of the salt, the encrypted header, and every page."""
    yield from (Flip(file, "salt", position) for position in range(16))
    yield from (Flip(file, "header", position) for position in range(16, 100, 7))
    for start in range(0, (directory / file).stat().st_size, PAGE):
        yield chance.choice(list(in_page(file, start, chance)))


def frames(log: bytes) -> Iterator[tuple[int, bool]]:
    """Where each frame starts, and whether it counts: of the log's present round, and committed."""
    salts = log[16:24]
    starts = range(LOG_HEADER, len(log) - FRAME + 1, FRAME)
    present = [start for start in starts if log[start + 8 : start + 16] == salts]
    # A frame that ends a transaction says how large the database is then; what a kill cut off does not.
    ends = [start for start in present if any(log[start + 4 : start + 8])]
    for start in starts:
        yield start, start in present and bool(ends) and start <= ends[-1]


def in_log(directory: Path, file: str, chance: random.Random, most: int) -> Iterator[Flip]:
    """All of the header; of some frames, the ends among them, every part."""
    yield from (Flip(file, "log header", position) for position in range(LOG_HEADER))
    starts = [start for start, present in frames((directory / file).read_bytes()) if present]
    assert starts, "the control: the kill left something in the log"
    for start in {starts[0], starts[-1], *chance.sample(starts, min(most, len(starts)))}:
        for field in range(0, FRAME_HEADER, 4):
            yield Flip(file, "frame header", start + field + chance.randrange(4))
        yield from in_page(file, start + FRAME_HEADER, chance)


def one_each(flips: Iterator[Flip]) -> list[Flip]:
    """The first flip of each part of the format."""
    return list({flip.part: flip for flip in reversed(list(flips))}.values())


class Bench:
    """A copy of a data directory to damage, one byte at a time."""

    def __init__(self, original: Path, scratch: Path) -> None:
        self.path = shutil.copytree(original, scratch / "bench")
        self._originals = {p.name: p.read_bytes() for p in self.path.iterdir() if p.is_file()}
        self._times = {name: (self.path / name).stat() for name in self._originals}
        key = keyring.unlock(self.path / "keyslots.json", PASSPHRASE)
        self._keys = {name: key.derive(purpose) for name, purpose in DATABASES.items()}

    def start(self, database: str) -> str:
        """Open as the bot does; a digest of everything in it. Raises StorageRefusal."""
        connection = driver.open_connection(self.path / database, self._keys[database])
        try:
            digest = hashlib.sha256()
            names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            for (name,) in sorted(map(tuple, names.fetchall())):
                for row in connection.execute(f"SELECT * FROM {name}"):
                    digest.update(repr(tuple(row)).encode())
            return digest.hexdigest()
        finally:
            connection.close()

    def damage(self, flip: Flip, bits: int = 0x01) -> None:
        content = bytearray(self._originals[flip.file])
        content[flip.position] ^= bits
        self._write(flip.file, bytes(content))

    def restore(self) -> None:
        for path in self.path.iterdir():
            if path.name not in self._originals:
                path.unlink()
        for name, content in self._originals.items():
            if not (self.path / name).exists() or (self.path / name).read_bytes() != content:
                self._write(name, content)

    def changed(self) -> list[str]:
        """Files that are not as they were, apart from the ones that every start writes."""
        now = {path.name: path.read_bytes() for path in self.path.iterdir() if path.is_file()}
        compared = {name for name in {*now, *self._originals} if not name.endswith("-shm")}
        return sorted(
            name for name in compared - {"lock"} if now.get(name) != self._originals.get(name)
        )

    def _write(self, name: str, content: bytes) -> None:
        path = self.path / name
        path.write_bytes(content)
        # A log written before this machine's last start may be torn: keep its time.
        os.utime(path, ns=(self._times[name].st_atime_ns, self._times[name].st_mtime_ns))


@pytest.fixture
def stopped(evidence: Evidence, tmp_path: Path) -> Bench:
    return Bench(evidence.data["stopped"], tmp_path)


@pytest.fixture
def killed(evidence: Evidence, tmp_path: Path) -> Bench:
    return Bench(evidence.data["killed"], tmp_path)


def refusal(bench: Bench, database: str) -> str:
    """The words with which the database does not open, or nothing."""
    try:
        bench.start(database)
    except DamagedFile as damaged:
        return str(damaged)
    return ""


def accepted(bench: Bench, database: str, flips: list[Flip]) -> list[Flip]:
    """Flips after which the database still opens. Fails on anything but a plain refusal."""
    passed = []
    for flip in flips:
        bench.damage(flip)
        words = refusal(bench, database)
        if words:
            assert f"{flip.file} is damaged" in words, flip
            assert bench.changed() == [flip.file], "a refusal leaves all as it was"
        else:
            passed.append(flip)
        bench.restore()
    return passed


@pytest.mark.parametrize("database", DATABASES)
def test_any_flipped_byte_in_a_database_is_noticed(stopped: Bench, database: str) -> None:
    stopped.start(database)
    flips = list(in_database(stopped.path, database, random.Random(2)))
    assert {flip.part for flip in flips} == {"salt", "header", "content", "iv", "hmac"}
    assert accepted(stopped, database, flips) == []


@pytest.mark.parametrize("database", DATABASES)
def test_any_flipped_byte_in_a_log_is_noticed(killed: Bench, database: str) -> None:
    flips = list(in_log(killed.path, f"{database}-wal", random.Random(3), most=6))
    assert len({flip.part for flip in flips}) == 5
    assert accepted(killed, database, flips) == []
    killed.start(database)


@pytest.mark.parametrize("database", DATABASES)
def test_with_a_log_beside_it_a_flip_is_noticed_or_written_over(
    killed: Bench, database: str
) -> None:
    """Pages that are in the log as well are taken from there: the damage does not count."""
    log = (killed.path / f"{database}-wal").read_bytes()
    in_the_log = {
        struct.unpack_from(">I", log, start)[0] for start, present in frames(log) if present
    }
    whole = killed.start(database)
    killed.restore()
    chance = random.Random(4)
    flips = chance.sample(list(in_database(killed.path, database, chance)), 40)
    passed = accepted(killed, database, flips)
    assert 0 < len(passed) < len(flips), "the control: both happen"
    assert {flip.position // PAGE + 1 for flip in passed} <= in_the_log
    for flip in passed:
        killed.damage(flip)
        assert killed.start(database) == whole
        killed.restore()


@pytest.mark.parametrize("database", DATABASES)
def test_the_index_of_the_log_is_not_believed(killed: Bench, database: str) -> None:
    whole = killed.start(database)
    killed.restore()
    chance = random.Random(5)
    for position in {*range(0, 136, 9), *(chance.randrange(32768) for _ in range(6))}:
        killed.damage(Flip(f"{database}-shm", "index", position))
        assert killed.start(database) == whole
        killed.restore()


@pytest.mark.parametrize("database", DATABASES)
def test_files_that_do_not_belong_together_are_left_as_they_are(
    killed: Bench, naked: Evidence, database: str
) -> None:
    """Another installation's key: refused, and the log is still there for the right one."""
    whole = killed.start(database)
    killed.restore()
    shutil.copy(naked.data["killed"] / "keyslots.json", killed.path.parent)
    foreign = keyring.unlock(killed.path.parent / "keyslots.json", PASSPHRASE)
    with pytest.raises(WrongKey, match="do not belong together"):
        driver.open_connection(killed.path / database, foreign.derive(DATABASES[database]))
    assert killed.changed() == []
    assert killed.start(database) == whole


def test_any_flipped_bit_in_the_key_file_is_noticed(stopped: Bench) -> None:
    path = stopped.path / "keyslots.json"
    for position in range(path.stat().st_size):
        for bits in (0x01, 0x20):
            stopped.damage(Flip(path.name, "keys", position), bits)
            with pytest.raises((DamagedFile, NewerDatabase), match=r"keyslots\.json"):
                keyring.unlock(path, PASSPHRASE)
    stopped.restore()
    keyring.unlock(path, PASSPHRASE)


# ------------------------------------------------------------------ the real command
def steward_run(config: Path, data: Path) -> subprocess.CompletedProcess[str]:
    """Start the bot as its operator does, with nobody at the homeserver's address."""
    return WARM.done(["run", "--config", str(config)], STEWARD_DATA_DIR=str(data))


@pytest.fixture
def config(evidence: Evidence, tmp_path: Path) -> Path:
    lines = evidence.config.read_text().splitlines()
    kept = [line for line in lines if not line.startswith(("homeserver", "data_dir"))]
    path = tmp_path / "config.toml"
    path.write_text("\n".join(['homeserver = "http://127.0.0.1:9"', *kept]))
    path.chmod(0o600)
    return path


def test_the_real_start_refuses_with_the_documented_status(
    evidence: Evidence, config: Path, tmp_path: Path
) -> None:
    chance = random.Random(6)
    stopped, killed = evidence.data["stopped"], evidence.data["killed"]
    # A start unlocks the keys; the parts of each format have had their turn above.
    chosen = [
        (stopped, one_each(in_database(stopped, "app.db", chance))[0]),
        (killed, one_each(in_log(killed, "app.db-wal", chance, 2))[1]),
        (killed, one_each(in_log(killed, "nio.db-wal", chance, 2))[-1]),
        (stopped, Flip("keyslots.json", "keys", 300)),
    ]

    def attempt(case: tuple[Path, Flip]) -> str:
        original, flip = case
        name = f"{flip.file}-{flip.part}".replace(" ", "-")
        bench = Bench(original, tmp_path / name)
        bench.damage(flip)
        ended = steward_run(config, bench.path)
        said = ended.stdout + ended.stderr
        assert "Traceback" not in said, said
        assert ended.returncode == ExitCode.DAMAGED, f"{flip}: {ended.returncode}\n{said}"
        assert f"{flip.file} is damaged" in said
        # nio.db is opened last: by then a log of app.db has been taken up, as at every start.
        taken_up = {"app.db", "app.db-wal"} if flip.file.startswith("nio") else set()
        assert set(bench.changed()) - taken_up == {flip.file}
        return said

    with ThreadPoolExecutor(2) as pool:
        said = "\n".join(pool.map(attempt, chosen))
    assert search(evidence.secrets, {"terminal": said.encode()}) == []
