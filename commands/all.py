"""Every command there is, in the order help shows them. A new command module is named here."""

import commands.authority.commands as authority
import commands.contacts.commands as contacts
import commands.follow_ups.commands as follow_ups
import commands.general.commands as general
import commands.imports.commands as imports
import commands.meetings.plan.commands as meetings
import commands.one_on_ones.commands as one_on_ones
import commands.polls.ask.commands as polls
import commands.privacy.commands as privacy
import commands.reports.commands as reports
import commands.turf.commands as turf
import commands.wall_chart.commands as wall_chart
from commands.authority import seconding
from commands.contacts import changes, merging
from commands.follow_ups import digest
from commands.framework.catalogue import Catalogue, Group
from commands.framework.i18n import _
from commands.general import committee, room_upgrade
from commands.meetings.attend import commands as coming
from commands.meetings.hold import agenda, minutes
from commands.meetings.share import commands as sharing
from commands.meetings.time_poll import commands as asking
from commands.one_on_ones import guided, history
from commands.polls.run import commands as running
from commands.privacy import exports
from commands.structure_tests.close import commands as closing
from commands.structure_tests.close import review
from commands.structure_tests.compare import charts
from commands.structure_tests.compare import commands as comparing
from commands.structure_tests.joint import commands as joint
from commands.structure_tests.mark import commands as marking
from commands.structure_tests.open import announce
from commands.structure_tests.open import commands as opening
from commands.structure_tests.sheets import commands as sheets
from commands.structure_tests.status import commands as status
from commands.turf import offboarding

CATALOGUE = Catalogue(
    [
        Group(
            lambda: _("Contacts"),
            (
                contacts.add,
                contacts.find,
                contacts.show,
                contacts.list_,
                changes.edit,
                changes.alias,
                changes.move,
                changes.left,
                changes.rejoin,
                changes.exclude,
                changes.role,
                changes.note,
                privacy.subject,
                privacy.basis,
                merging.merge,
                merging.unmerge,
                merging.dupes,
                merging.notsame,
            ),
        ),
        Group(
            lambda: _("One-on-ones"),
            (
                one_on_ones.log,
                guided.guide,
                guided.answer,
                history.edit,
                history.talks,
                one_on_ones.assess,
                history.ratings,
                history.stale,
                history.disputes,
                history.scale,
            ),
        ),
        Group(
            lambda: _("Turf and follow-ups"),
            (
                turf.turf,
                turf.team,
                turf.unassigned,
                turf.assign,
                turf.move,
                turf.release,
                offboarding.give_back,
                offboarding.away,
                offboarding.back,
                offboarding.offboard,
                offboarding.readmit,
                follow_ups.due,
                follow_ups.team,
                follow_ups.done,
                follow_ups.snooze,
                digest.show,
                digest.off,
                digest.on,
            ),
        ),
        Group(
            lambda: _("Reports"),
            (
                reports.report,
                reports.coverage,
                reports.follow_ups,
                reports.tests,
                reports.movement,
                reports.holes,
                wall_chart.chart,
                wall_chart.counts,
                wall_chart.movement,
            ),
        ),
        Group(
            lambda: _("Structure tests"),
            (
                opening.list_,
                opening.open_,
                opening.change,
                marking.mark,
                marking.unmark,
                marking.count,
                sheets.sheet,
                sheets.decide,
                sheets.accept,
                sheets.drop,
                status.status,
                status.gaps,
                status.names,
                closing.close,
                closing.amend,
                review.review,
                announce.announce,
                comparing.compare,
                comparing.movers,
                comparing.calibrate,
                comparing.plan_,
                comparing.ladder_,
                charts.chart,
                charts.ladder_,
                charts.movement,
                joint.together,
                joint.invite,
                joint.join,
                joint.leave,
            ),
        ),
        Group(
            lambda: _("Meetings"),
            (
                meetings.list_,
                meetings.new,
                meetings.every,
                asking.poll,
                asking.can,
                asking.tally,
                asking.pick,
                asking.mute,
                meetings.ok,
                coming.yes,
                coming.maybe,
                coming.no,
                coming.who,
                meetings.next_,
                meetings.move,
                meetings.skip,
                meetings.cancel,
                meetings.fair,
                sharing.link,
                sharing.ics,
                agenda.show,
                agenda.add,
                agenda.done,
                agenda.drop,
                agenda.carry,
                agenda.roles,
                agenda.take,
                agenda.swap,
                minutes.start,
                minutes.here,
                minutes.stack,
                minutes.unstack,
                minutes.decide,
                minutes.action,
                minutes.done,
                minutes.give,
                minutes.actions_,
                minutes.end,
                coming.quiet,
                coming.reminders,
            ),
        ),
        Group(
            lambda: _("Polls"),
            (
                polls.poll,
                polls.temp,
                polls.yesno,
                polls.consensus,
                polls.choose,
                polls.approve,
                polls.score,
                polls.rank,
                polls.open_,
                running.vote,
                running.confirm,
                running.list_,
                running.mine,
                running.cancel,
                running.postpone,
                running.secrecy,
            ),
        ),
        Group(
            lambda: _("Records"),
            (
                imports.file,
                imports.paste,
                imports.list_,
                imports.map_,
                imports.values,
                imports.check,
                imports.problems,
                imports.decide,
                imports.missing,
                imports.commit,
                imports.undo,
                imports.drop,
                privacy.forget,
                privacy.unforget,
                privacy.hold,
                privacy.hold_end,
                exports.export,
                exports.approve,
                exports.refuse_export,
                exports.audit,
            ),
        ),
        Group(
            lambda: _("You and the committee"),
            (
                general.me,
                general.tz,
                general.use,
                general.undo,
                general.help_,
                general.status,
                committee.setup,
                authority.confirm,
                committee.direct,
                committee.identity,
                committee.accept_identity,
                seconding.second,
                room_upgrade.moved,
            ),
        ),
    ],
    spellings={"1on1": ("1:1", "1-1", "1to1", "121", "one-on-one"), "contact": ("contacts",)},
    guided={one_on_ones.log: guided.guide},
    answering=guided.answer,
)
