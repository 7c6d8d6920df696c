"""What the bot says unasked: why a message was not acted upon, and that an identity changed."""

from datetime import UTC, datetime

from bot.matrix.guard import Refused, Rejection
from commands.framework.i18n import _
from commands.framework.reply import Code, Reply, Strong, say


def now() -> datetime:
    """The present moment, in UTC; passed on to everything that needs one."""
    return datetime.now(UTC)


def unnamed_committee() -> str:
    return _("Committee")


def identity_changed(person: str) -> Reply:
    """Somebody's master key is not the one seen first."""
    return say(
        _(
            "{warning} The cryptographic identity of {person} changed. That happens when somebody"
            " resets it, and also when somebody else pretends to be them. Until a lead accepts it I"
            " take no commands from them and they cannot read me. Ask them in person or by phone;"
            " if they did it, a lead types {example}."
        ),
        warning=Strong(_("Careful.")),
        person=person,
        example=Code(f"!identity accept {person}"),
    )


def explanation(rejection: Rejection) -> Reply | None:
    """What to tell about a message that was not acted upon; None: better nothing."""
    match rejection.reason:
        case Refused.UNSIGNED_DEVICE | Refused.NO_IDENTITY:
            return say(
                _(
                    "{person}, I did not act on that: the app it came from is not verified, so it"
                    " could be anybody's. In Element: Settings, Sessions, verify this session with"
                    " another of yours or with your recovery key. Then send it again."
                ),
                person=rejection.sender,
            )
        case Refused.UNREADABLE:
            return say(
                _("{person}, I could not read your last message. Please send it again."),
                person=rejection.sender,
            )
        case Refused.EDIT:
            return say(
                _(
                    "{person}, I do not act on edited messages, because an edit can come long"
                    " after. Please send it as a new message."
                ),
                person=rejection.sender,
            )
        case Refused.NOT_ENCRYPTED:
            return say(
                _(
                    "A message in the name of {person} reached me unencrypted. I did not act on it:"
                    " anybody on the way could have written it."
                ),
                person=rejection.sender,
            )
        case _:
            return None
