"""What ``steward doctor`` says of keys: the key file, and where the passphrase comes from."""

import json
from collections.abc import Iterator
from pathlib import Path

from bot.cli.doctor_case import Case
from bot.cli.finding import Finding, Severity, counted
from bot.keys import keyring, passphrase
from bot.keys.passphrase import Source
from bot.process.exit_codes import Stop
from storage.core.refusals import StorageRefusal


def key_slots(case: Case) -> Iterator[Finding]:
    """Check that the key file is whole, and made with the full cost of a guess."""
    if not case.directory.initialised:
        yield Finding(
            Severity.WRONG, "keys", "there are none yet", f"steward init --config {case.path}"
        )
        return
    try:
        kinds = [slot.kind for slot in keyring.slots(case.directory.keyslots)]
    except StorageRefusal as refusal:
        yield Finding(Severity.WRONG, "keys", str(refusal))
        return
    if _cheap(case.directory.keyslots):
        yield Finding(
            Severity.WRONG,
            "keys",
            "a slot was made with cheap demo parameters",
            "Never keep real people's data here; set up again without --fast-kdf",
        )
    if "recovery" not in kinds:
        yield Finding(
            Severity.NOTE, "keys", "there is no recovery key: a lost passphrase loses all"
        )
    yield Finding(
        Severity.OK, "keys", f"{counted(len(kinds), 'slot', 'slots')}: {', '.join(sorted(kinds))}"
    )


def unlocking(case: Case) -> Iterator[Finding]:
    """Report where the running bot had its passphrase from, or the next start will; try a file's."""
    running = _of_the_running(case)
    if running in {Source.PROMPT, Source.CREDENTIAL}:
        yield _not_in_reach(running)
        return
    source = passphrase.source(case.config)
    if source is Source.PROMPT:
        yield Finding(
            Severity.OK, "passphrase", "asked from a person, unless a service hands it over"
        )
        return
    try:
        secret = passphrase.read(case.config)
        if case.directory.initialised:
            with passphrase.named(case.config):
                keyring.unlock(case.directory.keyslots, secret)
    except Stop as stop:
        yield Finding(Severity.WRONG, "passphrase", stop.message)
        return
    except StorageRefusal as refusal:
        yield Finding(Severity.WRONG, "passphrase", str(refusal))
        return
    file = case.config.passphrase_file
    if file is not None and file.is_relative_to(case.config.data_dir):
        yield Finding(
            Severity.WRONG,
            "passphrase",
            "its file lies inside the data directory, so one copy takes both",
            "Move it elsewhere, outside of what is backed up",
        )
        return
    yield Finding(
        Severity.NOTE,
        "passphrase",
        f"read from a {source.value}: whoever has the whole machine has the data",
    )


def _of_the_running(case: Case) -> Source | None:
    """Where the running process says it had the passphrase from; None where nobody says."""
    told = None if isinstance(case.answers, str) else case.answers["status"].get("passphrase_from")
    return Source(told) if told in {each.value for each in Source} else None


def _not_in_reach(source: Source) -> Finding:
    """What is said of a passphrase that this command cannot try: the service alone has it."""
    if source is Source.PROMPT:
        return Finding(Severity.OK, "passphrase", "the running bot asked a person (the safest)")
    return Finding(
        Severity.NOTE,
        "passphrase",
        f"the running bot had it from a {source.value}: if that lies in a file, whoever has the whole"
        " machine has the data",
    )


def _cheap(keyslots: Path) -> bool:
    stored = json.loads(keyslots.read_text("utf-8"))["slots"]
    full = keyring.Cost()
    return any(slot["cost"] and slot["cost"]["memory_kib"] < full.memory_kib for slot in stored)
