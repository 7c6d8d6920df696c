"""What the demo tells a visitor to type fits the ballot of the poll that is open."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.delivery.outgoing import outgoing
from commands.polls import views
from commands.polls.ask.policy import Policy
from commands.polls.model import Poll, PollKind, Rules
from demo.talk import how_to_vote
from storage.core.model import UserId

CLOSES = datetime(2026, 12, 4, 17, tzinfo=UTC)


def announced(kind: PollKind) -> tuple[Poll, str]:
    """A poll of a kind, and the first line by which the room hears of it."""
    options = (
        () if kind in {PollKind.TEMPERATURE, PollKind.YES_NO, PollKind.CONSENSUS} else ("a", "b")
    )
    poll = Poll("GRVT", kind, "Ready?", options, Rules(5, None, CLOSES))
    people = [UserId(f"@p{number}:example.org") for number in range(7)]
    (message, *_) = outgoing(views.announcement(poll, people, Policy(), ZoneInfo("UTC")))
    return poll, str(message.content["body"]).splitlines()[0]


@pytest.mark.parametrize("kind", PollKind)
def test_every_example_is_on_the_ballot(kind: PollKind) -> None:
    poll, line = announced(kind)
    said = how_to_vote(poll.code, line)
    examples = re.findall(r"vote GRVT (\w+)", said)
    if kind.single:
        assert len(examples) == 2
        assert set(examples) <= set(poll.codes)
    else:
        assert examples == []
        assert "as the ballot in each direct chat says" in said
