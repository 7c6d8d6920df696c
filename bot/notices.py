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


def too_fast(person: str, until: datetime) -> Reply:
    """To somebody who sent more at once than is taken; ``until`` on their own clock."""
    return say(
        _(
            "{person}, that was a lot at once. I did not act on this message, nor on any you send"
            " before {time}. From then on I am all yours again: please send again what is missing."
            " Many people are added at once with {example}."
        ),
        person=person.partition(":")[0],
        time=Strong(f"{until:%H:%M}"),
        example=Code("!import"),
    )


def room_too_fast(until: datetime) -> Reply:
    """To a room in which all together type more than is taken."""
    return say(
        _(
            "That is a lot at once for one room. I do not act on commands here before {time}; please"
            " send them again then. In your direct chats with me you can go on at once."
        ),
        time=Strong(f"{until:%H:%M}"),
    )


def disk_full() -> Reply:
    """Nothing new can be kept."""
    return say(
        _(
            "I did not do that: the disk of my machine is full, and I take nothing that I could"
            " lose. What you told me before is safe. Please tell your admin, and send it again when"
            " there is room. {forget} and {status} still work."
        ),
        forget=Code("!forget"),
        status=Code("!status"),
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
                    " after. What you sent first stands; please send this as a new message."
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
