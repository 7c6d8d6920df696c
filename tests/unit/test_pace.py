"""Floods and backlogs: told apart by when messages were sent, as far as that can be believed."""

from collections import Counter
from datetime import UTC, datetime

from bot.config.limits import Limits
from bot.incoming.rate_limit import MINUTE, RateLimiter
from bot.state import Pulse

NOW = int(datetime(2026, 11, 23, 9, 0, 10, tzinfo=UTC).timestamp() * 1000)
HOUR = 60 * MINUTE
ANA, BEN = "@ana:committee.test", "@ben:committee.test"


class Talk:
    """Messages one after the other; how many were taken, left aside, and told about."""

    def __init__(self) -> None:
        self.pulse = Pulse(lambda: False)
        limits = Limits(person_burst=30, person_per_minute=20, room_per_minute=60)
        self.pace = RateLimiter(limits, self.pulse)
        self.counts: Counter[str] = Counter()

    def say(self, who: str = ANA, room: str = "!a", *, sent: int = NOW, now: int = NOW) -> bool:
        slow = self.pace.look(who, room, sent, now)
        self.pace.note(who, room, sent, now, slow)
        self.counts["taken" if slow is None else "told" if slow.tell else "silent"] += 1
        return slow is None


def test_a_pasted_list_passes_and_a_flood_is_told_once() -> None:
    talk = Talk()
    assert [talk.say() for _ in range(100)] == [True] * 30 + [False] * 70
    assert talk.counts == {"taken": 30, "told": 1, "silent": 69}


def test_what_is_said_about_when_to_go_on_is_true() -> None:
    talk = Talk()
    for _ in range(30):
        talk.say()
    slow = talk.pace.look(ANA, "!a", NOW, NOW)
    assert slow is not None
    assert slow.until == datetime(2026, 11, 23, 9, 1, tzinfo=UTC)
    until = int(slow.until.timestamp() * 1000)
    assert not talk.say(sent=until - 1, now=until - 1)
    assert talk.say(sent=until, now=until)


def test_whoever_never_stops_gets_twenty_a_minute_in_the_end() -> None:
    talk = Talk()
    for second in range(3600):
        talk.say(sent=NOW + second * 1000, now=NOW + second * 1000)
    assert 20 * 60 - 100 <= talk.counts["taken"] <= 20 * 60 + 100
    assert talk.counts["told"] <= 60


def test_others_go_on_meanwhile() -> None:
    talk = Talk()
    for _ in range(200):
        talk.say(ANA)
    assert all(talk.say(BEN) for _ in range(30))
    assert all(talk.say(BEN, "!direct", sent=NOW + MINUTE, now=NOW + MINUTE) for _ in range(30))


def test_a_room_has_a_limit_of_its_own_and_direct_chats_go_on() -> None:
    talk = Talk()
    taken = sum(talk.say(f"@p{n % 10}:committee.test") for n in range(100))
    assert taken == 60
    assert talk.counts["told"] == 1
    assert talk.say("@p1:committee.test", "!direct")


def test_three_thousand_that_waited_in_twenty_rooms_are_all_taken() -> None:
    """However fast they were typed: nobody was there to say that it is too much."""
    talk = Talk()
    talk.pulse.received = NOW - 4 * HOUR
    for room in range(20):
        for number in range(150):
            assert talk.say(room=f"!{room}", sent=NOW - HOUR + number)
    assert talk.counts == {"taken": 3000}
    # The bot is back: what comes from now on counts.
    talk.pulse.received = NOW
    assert [talk.say() for _ in range(31)] == [True] * 30 + [False]


def test_by_default_only_a_machine_is_too_fast() -> None:
    pace = RateLimiter(Limits(), Pulse(lambda: False))
    for number in range(200):
        assert pace.look(ANA, f"!{number % 20}", NOW, NOW) is None
        pace.note(ANA, f"!{number % 20}", NOW, NOW, None)


def test_times_before_the_bot_last_heard_are_not_believed() -> None:
    """A homeserver that lies spreads a flood over days; what it gains is an hour's worth, once."""
    talk = Talk()
    talk.pulse.received = NOW - 30_000
    for number in range(6_000):
        talk.say(sent=NOW - number % 300 * MINUTE)
    # 70 minutes at the average; by honest times it would have been 20 times as many.
    assert 600 <= talk.counts["taken"] <= 70 * 20


def test_times_to_come_and_no_times_count_as_now() -> None:
    talk = Talk()
    for number in range(50):
        talk.say(sent=NOW + number * HOUR)
    for _ in range(50):
        talk.say(sent=0)
    assert talk.counts["taken"] == 30


def test_a_clock_set_back_blocks_nobody() -> None:
    talk = Talk()
    talk.pulse.received = NOW + 3 * HOUR
    for _ in range(40):
        talk.say(sent=NOW + 3 * HOUR, now=NOW + 3 * HOUR)
    assert talk.say(sent=NOW, now=NOW)


def test_what_is_remembered_stays_small() -> None:
    talk = Talk()
    for minute in range(5000):
        talk.say(sent=NOW + minute * MINUTE, now=NOW + minute * MINUTE)
        talk.pulse.received = NOW + minute * MINUTE
    assert len(talk.pace._people[ANA].taken) < 100
