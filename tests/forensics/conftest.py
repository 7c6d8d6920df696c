"""The same conversation with two bots on one homeserver: as it is, and with the protections off."""

import asyncio
import secrets

import pytest
import pytest_asyncio

from demo.homeserver import Homeserver
from tests.forensics.evidence import Evidence, gather_evidence


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
