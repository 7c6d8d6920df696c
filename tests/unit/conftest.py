"""What every test of a rule or of words takes for granted."""

from collections.abc import Iterator

import pytest

from commands.framework.naming import naming
from tests.unit.circumstances import circumstances


@pytest.fixture(autouse=True)
def nobody_called_alike() -> Iterator[None]:
    """Words are made for a committee in which no two people have one name."""
    with naming(circumstances().committee):
        yield
