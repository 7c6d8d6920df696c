"""Two bots in one conversation, one with its protections off; and a table of attacks on ballots."""

import asyncio
import secrets
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import pytest_asyncio

from demo.homeserver import Homeserver
from tests.forensics.evidence import Evidence, gather_evidence
from tests.support import ballot_table
from tests.support.ballot_layouts import IN_MEMORY
from tests.support.ballot_table import Note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what the attackers of the ballots got, the product beside its controls."""
    reports = chain(
        *(terminalreporter.stats.get(how, ()) for how in ("passed", "failed", "xfailed"))
    )
    found = chain(*(ballot_table.outcomes(getattr(r, "user_properties", ())) for r in reports))
    table = ballot_table.rows(found)
    if table:
        terminalreporter.section("attacker's advantage")
        for line in table:
            terminalreporter.write_line(line)


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Note:
    """Put what an attacker got on the table at the end."""
    return ballot_table.noting(request.node.user_properties)


@pytest.fixture
def in_memory() -> Iterator[Path]:
    """A directory on tmpfs, for halves of keys and for games that write a lot."""
    with TemporaryDirectory(dir=IN_MEMORY, prefix="steward-polls-") as made:
        yield Path(made)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def both(
    homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Evidence, Evidence]:
    folder = tmp_path_factory.mktemp("f")
    whole, naked = await asyncio.gather(
        gather_evidence(homeserver, folder / "whole", secrets.token_hex(3), "crashing"),
        gather_evidence(homeserver, folder / "naked", secrets.token_hex(3), "naked"),
    )
    return whole, naked


@pytest.fixture(scope="session")
def evidence(both: tuple[Evidence, Evidence]) -> Evidence:
    """What the bot leaves."""
    return both[0]


@pytest.fixture(scope="session")
def naked(both: tuple[Evidence, Evidence]) -> Evidence:
    """The control: what it would leave without keys and with Python's own logs."""
    return both[1]
