"""``!status`` in plain words: who can read this room, and how the bot is doing. Warnings first."""

from datetime import timedelta

from commands.framework.context import Context, Role
from commands.framework.i18n import _, a_day, a_number, a_time, all_of, joined, ngettext
from commands.framework.reply import Line, Part, Reply, Strong, fill, line, listed, plural, reply
from commands.general.audit import RoomAudit
from commands.general.flaws import words

STALE = timedelta(minutes=5)
"""Without news from the homeserver for this long, something is wrong."""
OLD_BACKUP = timedelta(days=8)
NAMED = 3
"""People named in one warning."""


def status(audit: RoomAudit, ctx: Context) -> Reply:
    """Warnings if there are any, then the facts, short enough for a phone."""
    warned = warnings(audit, ctx)
    head = (Strong(_("Please look at this:")),) if warned else line("Everything is all right.")
    return reply(head, listed([*warned, *_facts(audit, ctx)]))


def warnings(audit: RoomAudit, ctx: Context) -> list[Line]:
    """List what somebody should look at, each with what to do."""
    found = [words(each) for each in audit.weaknesses]
    found += _people_warnings(audit)
    found += _power_warnings(audit, ctx)
    if audit.synced is None or ctx.now - audit.synced > STALE:
        found.append(line("I have had no news from the homeserver for a while."))
    if audit.last_backup is not None and ctx.now - audit.last_backup > OLD_BACKUP:
        when = a_time(audit.last_backup, ctx.clock)
        found.append(line("The last backup is old: {when}.", when=when))
    return [_flag(each) for each in found]


def _flag(warning: Line) -> Line:
    first: Part = "⚠ "
    return (first, *warning)


def _people_warnings(audit: RoomAudit) -> list[Line]:
    found: list[Line] = []
    if audit.suspended:
        found.append(
            line(
                "New identity, not accepted yet: {people}. Ask them, then a lead types {how}.",
                people=_names(audit.suspended),
                how="!identity accept",
            )
        )
    fresh = [c.user for c in audit.changed if c.user not in audit.suspended]
    if fresh:
        found.append(line("New identity this week, accepted: {people}.", people=_names(fresh)))
    if audit.left_out:
        count = sum(each.device_count for each in audit.left_out)
        template = ngettext(
            "{n} device cannot read me, because its owner has not verified it: {people}.",
            "{n} devices cannot read me, because their owners have not verified them: {people}.",
            count,
        )
        people = _names([each.user for each in audit.left_out])
        found.append(fill(template, n=count, people=people))
    return found


def _power_warnings(audit: RoomAudit, ctx: Context) -> list[Line]:
    """Warnings that roles wait to be confirmed, and whether anybody can confirm them."""
    found = []
    today = ctx.today
    for each in audit.roll.waiting[:NAMED]:
        words = (
            _("New since {day}, not let in: {user}. A lead types {confirm}")
            if each.shown is Role.ORGANIZER
            else _not_yet(audit, each.shown)
        )
        day = a_day(each.since.astimezone(ctx.zone).date(), today)
        typed = f"!confirm {each.user}"
        found.append(fill(words, day=day, user=each.user, confirm=typed))
    more = len(audit.roll.waiting) - NAMED
    if more > 0:
        found.append(
            plural(
                "{n} more waits: {confirm}",
                "{n} more wait: {confirm}",
                more,
                n=a_number(more),
                confirm="!confirm",
            )
        )
    if audit.unannounced:
        found.append(
            line("New, and the room was not told yet: {people}.", people=_names(audit.unannounced))
        )
    if audit.roll.standings and not audit.roll.leads:
        found.append(
            line(
                "No lead here is confirmed: my admin can name one in config.toml ({leads}).",
                leads="[authority.leads]",
            )
        )
    return found


def _not_yet(audit: RoomAudit, shown: Role) -> str:
    """Who confirms what is shown; where nobody is left to do that, whoever runs the bot names leads."""
    if shown is Role.KEEPER and audit.roll.counting(Role.KEEPER):
        return _(
            "Shown as a keeper of the data since {day}, not confirmed: {user}. A keeper types {confirm}"
        )
    if shown is Role.KEEPER and audit.roll.leads:
        return _(
            "Shown as a keeper of the data since {day}: {user}. No keeper is here to"
            " confirm it; my admin can name all leads, with this one, in config.toml"
            " ([authority.leads])."
        )
    if audit.roll.leads:
        return _("Shown as a lead since {day}, not confirmed: {user}. A lead types {confirm}")
    return _("Shown with new power since {day}, not confirmed: {user}.")


def _names(users: list[str] | tuple[str, ...] | object) -> str:
    people = list(users) if isinstance(users, list | tuple) else []
    shown = joined(str(user) for user in people[:NAMED])
    more = len(people) - NAMED
    return shown if more <= 0 else _("{shown} and {n} more").format(shown=shown, n=more)


def _facts(audit: RoomAudit, ctx: Context) -> list[Line]:
    refused = _refused_words(audit)
    kept = joined(_kept_words(what, days) for what, days in audit.retention)
    rows = (
        _the_room(audit),
        _confirmed(audit),
        *_missing_powers(audit),
        _who_counts_with_us(audit),
        line("I did not act on messages: {what}", what=refused) if refused else None,
        line("My fingerprint: {fingerprint}", fingerprint=audit.fingerprint),
        _compared(audit),
        _the_program(audit, ctx),
        _undelivered(audit),
        line("Kept: {kept}", kept=kept) if kept else None,
    )
    return [row for row in rows if row is not None]


def _the_room(audit: RoomAudit) -> Line:
    members = ngettext("{n} member", "{n} members", audit.members).format(n=audit.members)
    servers = ngettext("{n} server", "{n} servers", audit.servers).format(n=audit.servers)
    return line(
        "{encrypted} · {join} · {history} · {members} on {servers}",
        encrypted=_("encrypted") if audit.encrypted else _("not encrypted"),
        join=_join_words(audit.join_rule),
        history=_history_words(audit.history_visibility),
        members=members,
        servers=servers,
    )


def _confirmed(audit: RoomAudit) -> Line | None:
    leads, keepers = len(audit.roll.leads), len(audit.roll.counting(Role.KEEPER))
    if not leads:
        return None
    counted = ngettext("{n} lead", "{n} leads", leads).format(n=a_number(leads))
    kept = ngettext("{n} keeper of the data", "{n} keepers of the data", keepers)
    return line(
        "Confirmed here: {leads}, among them {keepers}.",
        leads=counted,
        keepers=kept.format(n=a_number(keepers)),
    )


def _missing_powers(audit: RoomAudit) -> list[Line]:
    """What cannot be done here for want of a machine or of power in the room."""
    found: list[Line] = []
    if audit.no_secret_polls:
        reasons = " ".join(audit.no_secret_polls)
        found.append(line("No secret polls on this machine: {reasons}", reasons=reasons))
    if not audit.may_take_back:
        found.append(
            line(
                "I cannot remove what people type here by mistake, such as a name. A lead can"
                " make me a moderator (Room settings, Roles & Permissions)."
            )
        )
    return found


def _who_counts_with_us(audit: RoomAudit) -> Line | None:
    if not audit.shares_with:
        return None
    return line(
        "Other committees hold counts of ours, and no names: {who}.",
        who=all_of(audit.shares_with),
    )


def _compared(audit: RoomAudit) -> Line | None:
    if not audit.compared:
        return None
    return plural(
        "{n} member compared emoji with my admin.",
        "{n} members compared emoji with my admin.",
        audit.compared,
        n=a_number(audit.compared),
    )


def _the_program(audit: RoomAudit, ctx: Context) -> Line:
    return line(
        "Key: {mode} · backup: {backup} · waiting to be sent: {queue} · version {version}"
        " · time zones {zones}",
        mode=_key_words(audit.key_mode),
        backup=_("none") if audit.last_backup is None else a_time(audit.last_backup, ctx.clock),
        queue=a_number(audit.queue),
        version=audit.version,
        zones=audit.time_zones,
    )


def _undelivered(audit: RoomAudit) -> Line | None:
    if not audit.dead_letters:
        return None
    return plural(
        "{n} message could not be handled or delivered: tell your admin.",
        "{n} messages could not be handled or delivered: tell your admin.",
        audit.dead_letters,
        n=a_number(audit.dead_letters),
    )


def _join_words(rule: str) -> str:
    return {
        "invite": _("by invitation"),
        "public": _("open to anybody"),
        "knock": _("on request"),
        "restricted": _("for members of a space"),
        "knock_restricted": _("on request"),
        "private": _("by invitation"),
    }.get(rule, rule)


def _history_words(visibility: str) -> str:
    return {
        "invited": _("history from invitation on"),
        "joined": _("history from joining on"),
        "shared": _("members see all history"),
        "world_readable": _("history open to anybody"),
    }.get(visibility, visibility)


def _key_words(mode: str) -> str:
    return {"passphrase": _("passphrase"), "secret file": _("secret file")}.get(mode, mode)


def _kept_words(what: str, days: int) -> str:
    named = {
        "handled": _("message numbers"),
        "notes": _("notes"),
        "views": _("who looked at whom"),
        "uncontacted": _("people from lists nobody talked to"),
        "left": _("people who left"),
        "closed_tests": _("names in closed tests, and who came to meetings"),
    }.get(what, what)
    return ngettext("{what} {n} day", "{what} {n} days", days).format(what=named, n=days)


def _refused_words(audit: RoomAudit) -> str:
    words = refusal_reasons()
    most = sorted(audit.rejected.items(), key=lambda item: (-item[1], item[0]))
    return joined(
        f"{a_number(count)} {words.get(reason, reason.replace('_', ' '))}"
        for reason, count in most
        if count
    )


def refusal_reasons() -> dict[str, str]:
    """The reasons why the bot did not act on messages, in plain words."""
    return {
        "not_encrypted": _("not encrypted"),
        "not_a_member": _("from people who are not members"),
        "stranger": _("from strangers"),
        "not_their_session": _("whose sender was not proven"),
        "unsigned_device": _("from devices not verified"),
        "no_identity": _("from people without a verified identity"),
        "identity_changed": _("from people whose identity changed"),
        "state_in_ciphertext": _("pretending to change the room"),
        "other_room": _("meant for another room"),
        "replayed": _("sent a second time by somebody"),
        "edit": _("edited afterwards"),
        "malformed": _("malformed"),
        "unreadable": _("unreadable"),
        "invitation": _("invitations declined"),
        "too_fast": _("sent too many at once"),
        "disk_full": _("while the disk was full"),
        "coalition_unknown": _("that newer bots of other committees understand"),
        "withdrawn": _("of my own withdrawn before they went"),
    }
