"""Every command there is, in the order help shows them. A new command module is named here."""

import commands.contacts.commands as contacts
import commands.follow_ups.commands as follow_ups
import commands.general.commands as general
import commands.imports.commands as imports
import commands.meetings.commands as meetings
import commands.one_on_ones.commands as one_on_ones
import commands.polls.commands as polls
import commands.privacy.commands as privacy
import commands.reports.commands as reports
import commands.turf.commands as turf
import commands.wall_chart.commands as wall_chart
from commands.contacts import changes, joining
from commands.follow_ups import digest
from commands.framework.catalogue import Catalogue, Group
from commands.framework.i18n import _
from commands.general import leading
from commands.meetings import asking, coming, holding, preparing, sharing
from commands.one_on_ones import guided, looking_back
from commands.polls import running
from commands.privacy import exporting
from commands.turf import leaving

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
                joining.merge,
                joining.unmerge,
                joining.dupes,
                joining.notsame,
            ),
        ),
        Group(
            lambda: _("One-on-ones"),
            (
                one_on_ones.log,
                guided.guide,
                guided.answer,
                looking_back.edit,
                looking_back.talks,
                one_on_ones.assess,
                looking_back.ratings,
                looking_back.stale,
                looking_back.disputes,
                looking_back.scale,
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
                leaving.away,
                leaving.back,
                leaving.offboard,
                leaving.readmit,
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
                preparing.show,
                preparing.add,
                preparing.done,
                preparing.drop,
                preparing.carry,
                preparing.roles,
                preparing.take,
                preparing.swap,
                holding.start,
                holding.here,
                holding.stack,
                holding.unstack,
                holding.decide,
                holding.action,
                holding.done,
                holding.give,
                holding.actions_,
                holding.end,
                coming.quiet,
                coming.reminders,
            ),
        ),
        Group(
            lambda: _("Polls"),
            (
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
                exporting.export,
                exporting.approve,
                exporting.refuse_export,
                exporting.audit,
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
                leading.setup,
                leading.identity,
                leading.accept_identity,
            ),
        ),
    ],
    spellings={"1on1": ("1:1", "1-1", "1to1", "121", "one-on-one"), "contact": ("contacts",)},
    guided={one_on_ones.log: guided.guide},
    answering=guided.answer,
)
