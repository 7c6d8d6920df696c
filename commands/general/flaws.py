"""Flaws of a room's settings, in plain words, each with what a lead can do about it."""

from collections.abc import Callable

from commands.framework.i18n import _, a_number, joined
from commands.framework.reply import Line, line, plural
from commands.general.audit import Flaw, Weakness

NAMED = 3
"""People named in one warning."""


def words(weakness: Weakness) -> Line:
    """The warning and its remedy, as Element names the places."""
    special = _COUNTED.get(weakness.flaw)
    return special(weakness) if special is not None else (_plain()[weakness.flaw],)


def _plain() -> dict[Flaw, str]:
    return {
        Flaw.NOT_ENCRYPTED: _(
            "This room is NOT encrypted: say nothing here that must not be read. A lead opens a new,"
            " encrypted room and invites me there."
        ),
        Flaw.PUBLIC: _(
            "Anybody can join this room. A lead sets Room settings, Security & Privacy, Access to"
            " private (invite only)."
        ),
        Flaw.SPACE: _(
            "Everybody in a linked space can join this room. A lead sets Room settings, Security &"
            " Privacy, Access to private (invite only)."
        ),
        Flaw.ODD_JOIN_RULE: _(
            "I do not know the rule by which people may join here. A lead sets Room settings, Security"
            " & Privacy, Access to private (invite only)."
        ),
        Flaw.GUESTS: _(
            "Guests without an account may come in. A lead switches that off: Room settings, Security"
            " & Privacy, Enable guest access."
        ),
        Flaw.ADDRESS: _(
            "This room has an address, so others can find it and know that it exists. A"
            " lead removes it: Room settings, General, Room addresses."
        ),
        Flaw.ALL_INVITE: _(
            "Every member may invite anybody. A lead sets Room settings, Roles & Permissions, Invite"
            " users to Moderator."
        ),
        Flaw.WORLD_READABLE: _(
            "Anybody can read this room's history. A lead sets Room settings, Security & Privacy, Who"
            " can read history to members only, since they joined."
        ),
        Flaw.SHARED_HISTORY: _(
            "Who joins later may see what was said before. A lead sets Room settings,"
            " Security & Privacy, Who can read history to members only, since they joined."
        ),
        Flaw.ROTATION: _(
            "Apps use one key for very long here, so whoever gets it can read a lot. A lead"
            " sets it back to normal (a week, 100 messages) or opens a new room."
        ),
        Flaw.ALL_LEAD: _(
            "Everybody who joins is a lead at once. A lead sets Room settings, Roles & Permissions,"
            " Default role to Default (0)."
        ),
        Flaw.OPEN_SETTINGS: _(
            "Every member may change this room's settings. A lead sets Room settings, Roles &"
            " Permissions, Change settings to Moderator."
        ),
        Flaw.OPEN_SAFETY: _(
            "Every member may change a setting that keeps this room safe, such as its encryption or who"
            " leads. A lead sets those in Room settings, Roles & Permissions to Admin."
        ),
        Flaw.ALL_REMOVE: _(
            "Every member may remove others. A lead sets Room settings, Roles & Permissions, Remove"
            " users and Ban users to Moderator."
        ),
        Flaw.ALL_REDACT: _(
            "Every member may remove what others wrote. A lead sets Room settings, Roles & Permissions,"
            " Remove messages sent by others to Moderator."
        ),
        Flaw.OLD_VERSION: _(
            "This room is of an old version with known weaknesses. A lead upgrades it: Room settings,"
            " Advanced, or {command} in Element.",
        ).format(command="/upgraderoom"),
    }


def _mail(weakness: Weakness) -> Line:
    return plural(
        "{n} invitation went to a mail address: whoever reads that mail can join. A"
        " lead withdraws it in the list of members, or asks the person to use it now.",
        "{n} invitations went to mail addresses: whoever reads that mail can join. A"
        " lead withdraws them in the list of members, or asks the people to use them"
        " now.",
        weakness.count,
        n=a_number(weakness.count),
    )


def _pending(weakness: Weakness) -> Line:
    shown = joined(weakness.people[:NAMED])
    more = weakness.count - NAMED
    if more > 0:
        shown = _("{shown} and {n} more").format(shown=shown, n=more)
    return plural(
        "Invited and not joined yet: {people}. If you do not know them, a lead removes the invitation.",
        "Invited and not joined yet: {people}. If you do not know one of them, a lead"
        " removes the invitation.",
        weakness.count,
        people=shown,
    )


def _widgets(weakness: Weakness) -> Line:
    return plural(
        "{n} widget or integration runs in this room and may show others who is here. A lead removes it"
        " under Room info, Extensions.",
        "{n} widgets or integrations run in this room and may show others who is here. A lead removes"
        " them under Room info, Extensions.",
        weakness.count,
        n=a_number(weakness.count),
    )


def _bridges(weakness: Weakness) -> Line:
    return plural(
        "{n} bridge copies this room to another service, where it is not protected. A lead removes it:"
        " Room settings, Bridges.",
        "{n} bridges copy this room to other services, where it is not protected. A lead removes them:"
        " Room settings, Bridges.",
        weakness.count,
        n=a_number(weakness.count),
    )


def _servers(weakness: Weakness) -> Line:
    return line(
        "{n} servers keep a copy of who is here and when. Fewer are better: people can open an"
        " account on one that you chose together.",
        n=a_number(weakness.count),
    )


_COUNTED: dict[Flaw, Callable[[Weakness], Line]] = {
    Flaw.MAIL_INVITES: _mail,
    Flaw.PENDING: _pending,
    Flaw.WIDGETS: _widgets,
    Flaw.BRIDGES: _bridges,
    Flaw.SERVERS: _servers,
}
