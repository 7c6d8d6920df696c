"""Links into calls, kept secret: typed once and taken away, since whoever has one can listen."""

from commands.framework.errors import Refusal, impossible
from commands.framework.reply import Code
from commands.framework.secrets import Secret
from commands.meetings.share.terms import holds_link, without_links


def _misplaced() -> Refusal:
    """A link in a name, an agenda or a decision would stay there for everybody."""
    return impossible(
        "A link does not belong there: whoever has it can listen to the call. I removed"
        " your message if I may. {link} keeps it until ten minutes before.",
        link=Code("!meet link #7 https://…"),
    )


CALL_LINK = Secret(
    holds_link,
    without_links,
    frozenset(
        {
            "meet",
            "meeting",
            "meetings",
            "agenda",
            "decide",
            "decided",
            "action",
            "link",
            "can",
            "ok",
        }
    ),
    _misplaced,
)
