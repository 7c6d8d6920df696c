"""The list of all commands, in the order help shows them.

A new job is named here; a new command is named in its job's ``group.py``.
"""

from typing import TYPE_CHECKING, Final

from commands.attendance import group as attendance
from commands.authority.budget import BudgetLedger
from commands.call_sheet import group as call_sheet
from commands.coalition import group as coalition
from commands.contacts import group as contacts
from commands.first_week import group as first_week
from commands.follow_ups import group as follow_ups
from commands.framework.catalogue import Catalogue
from commands.general import group as general
from commands.general.beyond_undo import BeyondUndo
from commands.general.tried_words import TRIED
from commands.imports import group as imports
from commands.issues import group as issues
from commands.leaders import group as leaders
from commands.meetings import group as meetings
from commands.one_on_ones import group as one_on_ones
from commands.polls import group as polls
from commands.polls.vote.near_misses import (
    ballot_shown_later,
    for_a_bare_choice,
    for_a_bare_word,
)
from commands.privacy import group as privacy
from commands.reports import group as reports
from commands.shared.derived import DerivedColumns
from commands.shared.look_ups import Looking
from commands.shared.public_texts import NOTICE
from commands.shared.questions import Answers, Asking
from commands.structure_tests import group as structure_tests
from commands.turf import group as turf
from commands.wall_chart import group as wall_chart
from storage.core.later import Later

if TYPE_CHECKING:
    from commands.general import first_guess
else:
    first_guess = Later("commands.general.first_guess")

EARLY: Final = ("commands.general.commands",)
"""The modules of commands that most people type first: help, status, undo. The others load when one is given."""

_JOBS_WITH_UNDO = (
    "contacts",
    "leaders",
    "privacy",
    "one_on_ones",
    "issues",
    "turf",
    "first_week",
    "follow_ups",
    "structure_tests",
    "meetings",
    "attendance",
    "imports",
)

CATALOGUE = Catalogue(
    [
        contacts.GROUP + leaders.COMMANDS + privacy.ABOUT_ONE + contacts.NAMESAKES,
        one_on_ones.GROUP + issues.COMMANDS,
        turf.GROUP + call_sheet.COMMANDS + follow_ups.COMMANDS,
        reports.GROUP + wall_chart.COMMANDS,
        structure_tests.GROUP,
        meetings.GROUP + attendance.COMMANDS,
        polls.GROUP,
        imports.GROUP + privacy.COMMANDS,
        # In lines of their own they would make the list longer than a phone shows.
        general.GROUP + first_week.COMMANDS + coalition.GROUP.commands,
    ],
    spellings={"1on1": ("1:1", "1-1", "1to1", "121", "one-on-one"), "contact": ("contacts",)},
    guide=one_on_ones.GUIDE,
    ledgers=(DerivedColumns, Looking, BudgetLedger, BeyondUndo, Asking),
    spoken=one_on_ones.SPOKEN,
    answers=Answers(),
    guesser=first_guess,
    with_more=attendance.WITH_MORE,
    tried=TRIED,
    instead=(for_a_bare_choice,),
    either=dict.fromkeys(meetings.ONE_WORD, for_a_bare_word),
    bare=(*follow_ups.BARE, *meetings.BARE, *general.BARE),
    later=(ballot_shown_later, *meetings.LATER),
    notice=NOTICE,
    secrets=meetings.SECRETS,
    undo=tuple(Later(f"commands.{job}.undo") for job in _JOBS_WITH_UNDO),
)
