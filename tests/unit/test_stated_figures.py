"""Figures that our pages state are those of the code; a figure that nobody compares fails.

STATED holds every phrase that names a figure of ours, with ``{}`` where the figure stands and the value
from the code. OTHERS holds phrases whose figures are not ours to set: rules of other software,
estimates, stories. What looks like a figure on a page and is in neither list fails, with the words to
add. Conversations of the guide are played by their own test; docs/benchmarks.md and docs/tests.md are measured.
"""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final, get_type_hints

import pytest

from bot.backup import after_restore
from bot.cli import command_line
from bot.coalition import work as coalition_work
from bot.config import Config, polls
from bot.health import disk
from bot.incoming import fair_share
from bot.incoming.rate_limit import TEN
from bot.jobs import scheduler
from bot.jobs.reminders import LAID_OUT_EVERY
from bot.jobs.shortened_retention import WAITS
from bot.keys.slots import Cost
from bot.matrix import approval, session_expiry
from bot.membership import newcomers
from bot.polls import pending
from bot.process import data_directory
from bot.verification import conversation
from commands.coalition import absence, introducing, pairing
from commands.coalition.joint import rounds as joint
from commands.coalition.meetings import choosing
from commands.coalition.polls import adding
from commands.coalition.polls import steps as sums
from commands.contacts import merging
from commands.first_week import rules as first_week
from commands.follow_ups.digest_rules import MORNING
from commands.general.commands import UNDO_WINDOW
from commands.meetings.plan import commands as meetings
from commands.meetings.remind.rules import CLOCKS_AHEAD, OF_ONE
from commands.meetings.share.commands import AT_THE_DOOR
from commands.one_on_ones.rules import MANY_ATTEMPTS
from commands.polls.ask.policy import LEAST_K, least_open
from commands.polls.count import comparison
from commands.polls.model import CODE_LENGTH
from commands.roles.quotas import LEADS_MAKE, QUOTAS, RATES, Act, QuotaItem
from commands.shared.look_ups import ASKED_A_DAY, SHOWN_A_DAY
from commands.shared.small_groups import FEWEST
from storage.chat import dead_letters
from storage.coalition import retention
from storage.coalition.retention import SAID_KEPT
from storage.core.database import PREVIOUS_COPY_KEPT
from storage.polls import rosters
from storage.turf import call_sheet

ROOT: Final = Path(__file__).resolve().parents[2]
MEASURED: Final = {"docs/benchmarks.md", "docs/tests.md"}
PAGES: Final = sorted(
    {
        *(str(page.relative_to(ROOT)) for page in (ROOT / "docs").rglob("*.md")),
        "README.md",
        "SECURITY.md",
        "config.example.toml",
        "compose.yaml",
        "deploy/steward.service",
    }
    - MEASURED
)
USUAL: Final = Config(homeserver="https://matrix.example.org", user="@steward:example.org")
LIMITS, RETENTION, POLLS = USUAL.limits, USUAL.retention, USUAL.polls
RULES: Final = POLLS.policy()
DAY_MS: Final = 24 * 3600 * 1000
HOUR: Final = timedelta(hours=1)


def minutes(span: timedelta | float) -> float:
    """Of a span, or of seconds."""
    return (span.total_seconds() if isinstance(span, timedelta) else span) / 60


def least(settings: object, name: str) -> int:
    """The smallest value that a setting may have."""
    hints = get_type_hints(type(settings), include_extras=True)
    return int(next(each.ge for each in hints[name].__metadata__ if hasattr(each, "ge")))


VERIFYING: Final = float(inspect.signature(command_line.verify).parameters["minutes"].default)
GRACE: Final = USUAL.reading.grace_minutes
STARTING_MIB: Final = Cost().memory_kib >> 10

# One line for each phrase: file (* is any), words, value. Words are compared with blanks of any kind.
STATED: Final[tuple[tuple[str, str, float], ...]] = (
    ("docs/admin.md", "takes two who have counted for {} days", USUAL.authority.held_days),
    ("docs/admin.md", "to them. After {} such messages", newcomers.MOST_MESSAGES),
    ("docs/admin.md", "such messages in {} minutes there is", newcomers.WITHIN / 60),
    ("docs/admin.md", "minutes there is {} a minute", 60 / newcomers.EVERY),
    ("docs/admin.md", "when the backup is older than {} hour", after_restore.MOVES_WITHIN / 3_600_000),
    ("docs/admin.md", "away from all others: {} commands of one person", LIMITS.person_burst),
    ("docs/admin.md", "of one person within a minute, {} a minute on average", LIMITS.person_per_minute),
    ("docs/admin.md", "on average over {}, ", TEN),
    ("docs/admin.md", "over ten, {} in one room", LIMITS.room_per_minute),
    ("docs/admin.md", "that you set shorter waits {} days", WAITS.days),
    ("docs/admin.md", "beyond {} seconds of work in", LIMITS.person_seconds),
    ("docs/admin.md", "seconds of work in {} minutes their", fair_share.WINDOW / 60),
    ("config.example.toml", "How many seconds within {} minutes", fair_share.WINDOW / 60),
    ("docs/threat-model.md", "beyond {} seconds of work for one person", LIMITS.person_seconds),
    ("docs/threat-model.md", "for one person in {} minutes, what they ask", fair_share.WINDOW / 60),
    ("docs/admin.md", "One person may have {} meetings", QUOTAS[QuotaItem.MEETING].each or 0),
    ("docs/admin.md", "meetings, {} series", QUOTAS[QuotaItem.SERIES].each or 0),
    ("docs/admin.md", "series and {} follow-ups open", QUOTAS[QuotaItem.FOLLOW_UP].each or 0),
    ("docs/admin.md", "and write {} notes a day", QUOTAS[QuotaItem.NOTE].a_day or 0),
    ("docs/admin.md", "A lead may make {} times as much", LEADS_MAKE),
    ("docs/admin.md", "like {} people forgotten within an hour", RATES[Act.FORGET].an_hour),
    ("docs/admin.md", "the room hears {} reminders a day", OF_ONE),
    ("config.example.toml", "may make: {} meetings", QUOTAS[QuotaItem.MEETING].each or 0),
    ("config.example.toml", "meetings and {} series open", QUOTAS[QuotaItem.SERIES].each or 0),
    ("config.example.toml", "at a time, {} notes a day", QUOTAS[QuotaItem.NOTE].a_day or 0),
    ("config.example.toml", "a lead may make {} times as much", LEADS_MAKE),
    ("config.example.toml", "The same on average over {} minutes", TEN),
    ("config.example.toml", "kept. Fewer than {} would let", least(RETENTION, "handled_days")),
    ("config.example.toml", "not even how many; {} or more", LEAST_K),
    ("config.example.toml", "more than {} people (fewer get", polls.FEW),
    ("docs/admin.md", "ballots for more than {} people", polls.FEW),
    ("docs/admin.md", "slowly: about {} hour for five hundred", round(500 / POLLS.ballots_per_minute / 60)),
    ("docs/admin.md", "of memory ({} of them for a second at each start", STARTING_MIB),
    ("compose.yaml", "{} MB once at each start", STARTING_MIB),
    ("deploy/steward.service", "Starting takes {} MB once", STARTING_MIB),
    ("docs/admin.md", "The messages themselves go after {} week", dead_letters.KEPT_MS / DAY_MS / 7),
    ("docs/admin.md", "Below {} MiB the bot takes nothing new", disk.LOW >> 20),
    ("docs/admin.md", "For the last moment it keeps {} MiB", data_directory.RESERVE_BYTES >> 20),
    ("docs/admin.md", "a jump of more than {} hours ahead", scheduler.HASTE / 3600),
    ("docs/admin.md", "is deleted for its age for {} day", scheduler.DAY / DAY_MS),
    ("docs/admin.md", "(`app.db.previous`, gone {} week later)", PREVIOUS_COPY_KEPT / timedelta(7)),
    ("docs/admin.md", "`init` prints the address and waits {} minutes", minutes(approval.WAIT)),
    ("docs/admin.md", "It waits {} minutes (`--minutes N`)", VERIFYING),
    ("docs/admin.md", "An update of either is noticed within {} minutes", minutes(LAID_OUT_EVERY)),
    ("docs/admin.md", "table of a joint test: {} hours later", joint.PATIENCE / HOUR),
    ("docs/admin.md", "stays away for {} day leaves the poll", sums.LAST / timedelta(days=1)),
    ("docs/admin.md", "A meeting waits {} hour for", choosing.WAIT / HOUR),
    ("docs/threat-model.md", "left their room by itself, {} minutes later", coalition_work.GONE / 60),
    ("docs/admin.md", "is said again for {} days; `!coalition`", SAID_KEPT.days),
    ("docs/admin.md", "within the {} hours of the code", pairing.CODE_HOLDS / HOUR),
    ("docs/admin.md", "Ctrl-C or {} minutes leave nothing behind", minutes(conversation.LONGEST)),
    ("docs/ballot-secrecy.md", "With fewer than {} ballots", POLLS.k),
    ("docs/ballot-secrecy.md", "never below {})", LEAST_K),
    ("docs/ballot-secrecy.md", "In a committee of more than {}, fifty people's keys", session_expiry.CROWD),
    ("docs/ballot-secrecy.md", "had joined the room {} day before", POLLS.joined_hours / 24),
    ("docs/ballot-secrecy.md", "Less than {} takes a lead", POLLS.k),
    ("docs/ballot-secrecy.md", "has seen in the room for {} day; what", POLLS.joined_hours / 24),
    ("docs/ballot-secrecy.md", "comes back within {} month is not new", RULES.bridged.days / 30),
    ("docs/ballot-secrecy.md", "all secret polls of the last {} days", RULES.compared_with.days),
    ("docs/ballot-secrecy.md", "of the last {} days, of every committee", rosters.KEPT_DAYS),
    ("docs/ballot-secrecy.md", "with what up to {} of them add up to", comparison.MOST_COMBINED),
    ("docs/ballot-secrecy.md", "asked less than {} days before", comparison.AGAIN_AFTER.days),
    ("docs/ballot-secrecy.md", "to the same people within {} days", comparison.AGAIN_AFTER.days),
    ("docs/ballot-secrecy.md", "A deadline moves later {} times at most", RULES.postponements),
    ("docs/ballot-secrecy.md", "never beyond {} days from the opening", RULES.longest.days),
    ("docs/guide/polls.md", "When fewer than {} vote, nothing is published", POLLS.k),
    ("docs/guide/polls.md", "has a ballot, {} minutes at most", minutes(pending.NEW_FOR)),
    ("docs/threat-model.md", "has nobody in it or at least {}", FEWEST),
    ("docs/threat-model.md", "differs from it by at least {}", FEWEST),
    ("docs/threat-model.md", "size of a unit moves by {} or more", FEWEST),
    ("docs/threat-model.md", "said to each other is kept for {} days", SAID_KEPT.days),
    ("docs/glossary.md", "never fewer than {}", FEWEST),
    ("docs/guide/coalition.md", "clock nobody or at least {} can", FEWEST),
    ("docs/guide/coalition.md", "and nobody or at least {} cannot", FEWEST),
    ("docs/guide/coalition.md", "unless there are {} of them", FEWEST),
    ("docs/guide/coalition.md", "has said nothing for {} days", absence.PAUSE.days),
    ("docs/threat-model.md", "bot has said nothing for {} days", absence.PAUSE.days),
    ("docs/guide/coalition.md", "told after {} days whose ok", introducing.INTRODUCTION_HOLDS.days),
    ("docs/ballot-secrecy.md", "rosters of the last {} days", rosters.KEPT_DAYS),
    ("docs/guide/polls.md", "is kept for {} days: later polls", rosters.KEPT_DAYS),
    ("docs/ballot-secrecy.md", "call it off for {} minutes", minutes(pending.NEW_FOR)),
    ("docs/ballot-secrecy.md", "forgotten after {} minutes", minutes(pending.LATELY)),
    ("docs/ballot-secrecy.md", "had a ballot for {} minutes", POLLS.shortest_minutes),
    (
        "docs/admin.md",
        "the last ballot is out: {} minutes for eighty people",
        minutes(least_open(80, 0, POLLS.policy())),
    ),
    ("docs/guide/a-week-with-next.md", "the longest ago, from {} weeks on", call_sheet.LONG.days / 7),
    ("docs/guide/a-week-with-next.md", "who were tried within {} hours", call_sheet.REST.total_seconds() / 3600),
    ("docs/guide/a-week-with-next.md", "a rating of {} days or more", call_sheet.STALE.days),
    ("docs/guide/new-here.md", "and after {} talks a look at how good", first_week.TEN_TALKS),
    ("docs/guide/new-here.md", "and after {} weeks it ends by itself", first_week.BUDDY_FOR.days / 7),
    ("docs/guide/new-here.md", "comes with the morning digest: after {} by your clock", MORNING.hour),
    ("docs/guide/new-here.md", "Whoever had {} talks gets none", first_week.TEN_TALKS),
    ("docs/guide/new-here.md", "in which at least {} people were asked", first_week.ENOUGH_ASKED),
    ("docs/guide/first-week.md", "A slip is taken back within {} minutes", minutes(UNDO_WINDOW)),
    ("docs/guide/first-week.md", "come to nothing: {} questions", ASKED_A_DAY),
    ("docs/guide/first-week.md", "questions and {} people within a day", SHOWN_A_DAY),
    ("docs/guide/structure-tests.md", "open test change by {} people and more", FEWEST),
    ("docs/guide/one-on-ones.md", "is taken back for {} minutes", minutes(UNDO_WINDOW)),
    ("docs/guide/one-on-ones.md", "undo for {} minutes", minutes(UNDO_WINDOW)),
    ("docs/guide/structure-tests.md", "takes back for {} minutes", minutes(UNDO_WINDOW)),
    ("docs/commands.md", "Undo the last thing you saved, within {} minutes", minutes(UNDO_WINDOW)),
    ("docs/guide/one-on-ones.md", "After {}, somebody else may", MANY_ATTEMPTS),
    ("docs/guide/one-on-ones.md", "no talk; after {}, somebody else", MANY_ATTEMPTS),
    ("docs/guide/one-on-ones.md", "can be taken apart for {} days", merging.APART.days),
    ("docs/commands.md", "Take two merged records apart again, within {} days", merging.APART.days),
    ("docs/guide/*", "Areas of fewer than {} people", FEWEST),
    ("docs/guide/structure-tests.md", "a committee of fewer than {} people", FEWEST),
    ("docs/guide/what-moves-people.md", "no count is about fewer than {} people", FEWEST),
    ("docs/threat-model.md", "in rows of {} people or more", FEWEST),
    ("docs/threat-model.md", "do not differ by fewer than {} people", FEWEST),
    ("docs/guide/structure-tests.md", "{} days after a test is closed", RETENTION.closed_tests_days),
    ("docs/threat-model.md", "from lists nobody talked to after {} days", RETENTION.uncontacted_days),
    ("docs/threat-model.md", "people who left after {}, words", RETENTION.left_days),
    ("docs/threat-model.md", "words of notes after {} (`config.toml`", RETENTION.notes_days),
    ("docs/threat-model.md", "{} minutes after a message was read", GRACE),
    ("docs/threat-model.md", "before they are {} minutes old", GRACE),
    ("README.md", "the link into the call said {} minutes before", minutes(AT_THE_DOOR)),
    ("docs/guide/meetings.md", "taken away from the room, and said {} minutes before", minutes(AT_THE_DOOR)),
    ("docs/commands.md", "I post it in the room {} minutes before", minutes(AT_THE_DOOR)),
    ("docs/guide/meetings.md", "{} days before the first meeting that is at another", CLOCKS_AHEAD.days),
    ("docs/commands.md", "I show it to you first, with its first {} days", meetings.SHOWN),
    ("docs/commands.md", "below how many ballots nothing is published, {} or more", LEAST_K),
    ("docs/commands.md", "below how many ballots a committee is not in the sum, {} or more", LEAST_K),
    ("docs/ballot-secrecy.md", "At least {} committees**, each with its floor", sums.FEWEST),
    ("docs/ballot-secrecy.md", "A bot has {} minutes after the close to say", minutes(sums.ANSWER_WITHIN)),
    ("docs/ballot-secrecy.md", "more than one in {} would be missing", sums.ABSENT),
    ("docs/ballot-secrecy.md", "others wait for them for {} rounds", sums.MOST_ROUNDS),
    ("docs/ballot-secrecy.md", "In each round, {} minutes long", minutes(sums.ROUND)),
    ("docs/ballot-secrecy.md", "until {} hours after the close", sums.LAST / timedelta(hours=1)),
    ("docs/ballot-secrecy.md", "for {} days after the close, and for a month", adding.KEPT.days),
    ("docs/ballot-secrecy.md", "and for {} month among the messages", retention.SAID_KEPT.days / 30),
    ("docs/commands.md", "the poll's {} characters", CODE_LENGTH),
    ("docs/guide/polls.md", "A secret poll wants {} people", POLLS.k),
    ("docs/guide/polls.md", "who have been here for {} day", POLLS.joined_hours / 24),
    ("docs/commands.md", "the {} characters I named", CODE_LENGTH),
)  # fmt: skip

OTHERS: Final = (
    ("docs/admin.md", "by themselves: after ten minutes at first"),
    ("config.example.toml", "200 doubles all of"),
    ("docs/threat-model.md", "said to each other is kept for 30 days"),
    ("docs/threat-model.md", "a number that is good once, for a day"),
    ("docs/glossary.md", "can do in its coalition, within one transaction"),
    # What Synapse, apps and other programs do by themselves.
    ("*", "lets an account send one message in five seconds"),
    ("config.example.toml", "lets an account send twelve messages a minute"),
    ("docs/admin.md", "stays readable for the server for 7 days otherwise"),
    ("docs/admin.md", "From which address who was there, 28 days otherwise"),
    ("docs/architecture.md", "a repetition from the same device for 24 hours"),
    ("docs/ballot-secrecy.md", "your app makes one every hundred messages or every week"),
    ("deploy/steward.service", "It waits half a minute between attempts"),
    ("docs/admin.md", "half a minute later it runs again"),
    ("docs/admin.md", "once a minute: `python3 -I -S"),
    ("docs/glossary.md", "in its coalition, within one transaction"),
    ("docs/threat-model.md", "good once, for a day"),
    ("docs/threat-model.md", "in a unit of sixty by less than one on average, in six areas of ten by about ten altogether"),
    ("docs/threat-model.md", "each room is shown after a day what its own bot heard"),
    ("docs/guide/coalition.md", "act together for a month"),
    ("docs/guide/coalition.md", "Berlin and Shenzhen are seven hours apart"),
    ("docs/guide/coalition.md", "proposes three times"),
    ("docs/guide/polls.md", "read in more than one way"),
    ("docs/admin.md", "21 minutes for eighty people at that pace"),
    # Advice, estimates and promises of people.
    ("docs/admin.md", "about an hour and a half: an account"),
    ("docs/admin.md", "512 MB of memory"),
    ("docs/admin.md", "guessing the passphrase slow), 1 GB of disk"),
    ("docs/admin.md", "three commands. To try it before"),
    ("docs/admin.md", "once a month at least"),
    ("docs/admin.md", "`doctor`: at least one line"),
    ("docs/admin.md", "For more than a dozen people, lift that"),
    ("docs/admin.md", "once now and then twice a year"),
    ("docs/admin.md", "a machine was gone for a day"),
    ("compose.yaml", "about 200 MB afterwards"),
    ("README.md", "The first time it takes a minute or two to install; after that, less than a minute"),
    ("README.md", "ten-minute tour"),
    ("SECURITY.md", "An answer within a week"),
    ("SECURITY.md", "at most 90 days after your report"),
    ("SECURITY.md", "Upgrading is three commands"),
    ("docs/is-it-the-bot.md", "Five minutes, once"),
    ("docs/threat-model.md", "(7 s for 100,000 people)"),
    # How often something is done anyway.
    ("*", "figures once a minute for Prometheus"),
    ("docs/admin.md", "writes them once a minute for Prometheus"),
    ("docs/admin.md", "commands of one person within a minute"),
    ("docs/admin.md", "a minute on average"),
    ("docs/admin.md", "`homeserver_limits_us`, once an hour at most"),
    ("config.example.toml", "one person may send within a minute"),
    ("config.example.toml", "taken in one room within a minute"),
    ("docs/threat-model.md", "are counted once a week"),
    ("docs/guide/structure-tests.md", "in all once a day, an area once a week"),
    ("docs/guide/first-week.md", "many people in a day are told to all leads"),
    # Stories and grammar.
    ("config.example.toml", "? for one character"),
    ("config.example.toml", "power level 50 or more"),
    ("README.md", "three times across two time zones"),
    ("README.md", "A petition at 45 of 60 people, 75 percent, as bars by team with the goal of 65 percent"),
    ("README.md", "[two weeks of one-on-ones]"),
    ("docs/guide/a-week-with-next.md", "# A week with !next"),
    ("docs/guide/a-week-with-next.md", "twenty minutes an evening"),
    ("docs/guide/a-week-with-next.md", "follows her for a week"),
    ("docs/guide/meetings.md", "This page follows it through four weeks"),
    ("docs/guide/meetings.md", "“started 20 minutes ago”"),
    ("docs/guide/one-on-ones.md", "the first two weeks"),
    ("docs/guide/one-on-ones.md", "follows them for two weeks"),
    ("docs/guide/one-on-ones.md", "Ana is away for two weeks"),
    ("docs/guide/structure-tests.md", "Structure tests: six weeks from"),
    ("docs/guide/structure-tests.md", "means the same in a year"),
    ("docs/architecture.md", "what happens with one message"),
    ("docs/architecture.md", "One message, one transaction"),
    ("docs/commands.md", "the first letters of one or more words of the name"),
    ("docs/commands.md", "explain a topic or one command"),
    ("docs/commands.md", "the most common commands in two minutes"),
    ("docs/guide/first-day.md", "Two minutes follow"),
    ("docs/guide/new-here.md", "After the third talk: ## After ten talks A rating"),
)  # fmt: skip

WORDS: Final = {
    1: ("a", "an", "one"), 2: ("two",), 3: ("three",), 4: ("four",), 5: ("five",), 6: ("six",),
    7: ("seven",), 8: ("eight",), 9: ("nine",), 10: ("ten",), 12: ("twelve",), 15: ("fifteen",),
    20: ("twenty",), 30: ("thirty",), 40: ("forty",), 50: ("fifty",), 100: ("a hundred", "hundred"),
}  # fmt: skip
_NUMBER: Final = (
    r"(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty"
    r"|thirty|forty|fifty|sixty|ninety|(?:a |one |five )?hundred|half an?)"
)
_SPAN: Final = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)"
_UNIT: Final = rf"(?:s|{_SPAN}|[KMG]i?B|bytes?|characters?|commands?|messages?|times|percent)"
FIGURE: Final = re.compile(
    rf"\b{_NUMBER}[ -]{_UNIT}\b"
    rf"|(?<!\bsame )\b(?:within|once|twice|for|after|in|about|than|takes|gone|last|joined the room) an? (?:minute|hour|day|week|month|year)\b"
    rf"|\ban? (?:minute|hour) (?:on average|for five)"
    rf"|\b(?:fewer|more|less|over|below|above) than (?:{_NUMBER}|a dozen)\b"
    rf"|\b(?:at most|at least|up to|within|below|above|after) {_NUMBER}\b"
    rf"|\b{_NUMBER} (?:on average|or (?:more|less|fewer)|in one room|people or more)\b",
    re.IGNORECASE,
)
"""What looks like a figure that somebody may have chosen."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it reads: without conversations, marks of comments and line breaks."""

    name: str
    text: str

    @classmethod
    def read(cls, name: str) -> "Page":
        text = re.sub(r"```.*?```", " ", (ROOT / name).read_text("utf-8"), flags=re.DOTALL)
        if name == "docs/threat-model.md":
            # How far insiders get is compared, row by row, by tests/inside/test_page.py.
            text = re.sub(r"(?m)^\| who \| goal \|.*\n(?:\|.*\n)*", " ", text)
        if not name.endswith(".md"):
            # Keys with their values are compared by test_config.
            text = re.sub(r"(?m)^# ?", "", re.sub(r"(?m)^#? ?[a-z_]+ = .*$", " | ", text))
        return cls(name, " ".join(text.split()))

    def is_one_of(self, pattern: str) -> bool:
        return Path(self.name).match(pattern)


def as_pattern(words: str, figure: str) -> re.Pattern[str]:
    before, _, after = " ".join(words.split()).partition("{}")
    return re.compile(re.escape(before) + figure + re.escape(after), re.IGNORECASE)


def ways_to_say(value: float) -> str:
    """A figure in digits or in words."""
    said = [f"{value:g}", f"{value:,g}" if value < 1e6 else "", *WORDS.get(int(value), ())]
    if value != int(value):
        said = said[:1]
    return "(?:" + "|".join(re.escape(each) for each in dict.fromkeys(said) if each) + ")"


@pytest.mark.parametrize(
    ("pattern", "words", "value"), STATED, ids=[f"{name}: {words}" for name, words, _ in STATED]
)
def test_a_stated_figure_is_the_codes(pattern: str, words: str, value: float) -> None:
    """Wherever these words stand on one of these pages, it is with this figure; and they stand."""
    pages = [page for page in map(Page.read, PAGES) if page.is_one_of(pattern)]
    anything = as_pattern(words, r"(?:[\d,.]+|[a-z]+(?: hundred)?)")
    right = as_pattern(words, ways_to_say(value))
    found = [match[0] for page in pages for match in anything.finditer(page.text)]
    assert found, f"these words are on no page any more: {words}"
    assert [each for each in found if not right.fullmatch(each)] == [], value


def covered(page: Page) -> Iterator[tuple[int, int]]:
    """The places on a page that one of the two lists speaks of."""
    for pattern, words, value in STATED:
        if page.is_one_of(pattern):
            for match in as_pattern(words, ways_to_say(value)).finditer(page.text):
                yield match.span()
    for pattern, words in OTHERS:
        if page.is_one_of(pattern):
            for match in re.finditer(re.escape(words), page.text, re.IGNORECASE):
                yield match.span()


def unchecked(page: Page) -> list[str]:
    """Figures in neither list, with the words around them."""
    places = list(covered(page))
    return [
        page.text[max(0, match.start() - 50) : match.end() + 30]
        for match in FIGURE.finditer(page.text)
        if not any(a < match.end() and match.start() < b for a, b in places)
    ]


@pytest.mark.parametrize("name", PAGES)
def test_every_figure_on_a_page_is_compared(name: str) -> None:
    left = unchecked(Page.read(name))
    assert not left, (
        f"{name} states figures that nobody compares with the code. For each add its words to STATED "
        f"with the constant, or to OTHERS if it is not ours: {left}"
    )


def test_no_words_are_kept_for_nothing() -> None:
    pages = [Page.read(name) for name in PAGES]
    for pattern, words in OTHERS:
        some = [page for page in pages if page.is_one_of(pattern)]
        assert any(words.casefold() in page.text.casefold() for page in some), words


@pytest.mark.parametrize(
    "words",
    [
        "It answers 30 commands a minute.",
        "Kept for 40 days.",
        "Results come after ninety minutes.",
        "At most 12 options.",
        "Nothing is said below 4 people.",
        "Never fewer than six.",
        "It takes up to 3 MiB.",
        "Drafts go after an hour.",
        "7 or more of them.",
        "20 on average, 60 in one room",
    ],
)
def test_a_new_figure_would_be_noticed(words: str) -> None:
    assert unchecked(Page("docs/new.md", words))


def test_a_wrong_figure_would_be_noticed() -> None:
    words, value = "{} days after a test is closed", 180
    assert as_pattern(words, ways_to_say(value)).search("180 days after a test is closed")
    assert not as_pattern(words, ways_to_say(value)).search("90 days after a test is closed")
    assert not as_pattern(words, ways_to_say(value)).search("1180 daysafter a test is closed")
