"""The words of unsolicited messages: why a message was not acted upon, and that an identity changed."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.matrix.guard import Refused, Rejection
from commands.framework.context import Committee
from commands.framework.i18n import _
from commands.framework.naming import named
from commands.framework.reply import Code, Reply, Strong, in_each_language, line, listed, reply, say


def now() -> datetime:
    """The present moment, in UTC; passed on to everything that needs one."""
    return datetime.now(UTC)


def unnamed_committee() -> str:
    """The name of a committee whose room has no name."""
    return _("Committee")


@in_each_language
def identity_changed(person: str) -> Reply:
    """The warning that a person's master key is not the one seen first."""
    return say(
        "{warning} The cryptographic identity of {person} changed. That happens when somebody"
        " resets it, and also when somebody else pretends to be them. Until a lead accepts it I"
        " take no commands from them and they cannot read me. Ask them in person or by phone;"
        " if they did it, a lead types {example}.",
        warning=Strong(_("Careful.")),
        person=person,
        example=Code(f"!identity accept {person}"),
    )


@in_each_language
def too_fast(person: str, until: datetime) -> Reply:
    """The reply to a person who typed too fast; ``until`` on their own clock."""
    return say(
        "{person}, that was a lot at once. I did not act on this message, and I will "
        "not act on any you send before {time}. After that, please send again what is "
        "missing. To add many people at once: {example}.",
        person=named(person),
        time=Strong(f"{until:%H:%M}"),
        example=Code("!import"),
    )


@in_each_language
def busy(person: str, until: datetime) -> Reply:
    """The reply to a person whose commands took more than one person's share; ``until`` on their clock."""
    return say(
        "{person}, what you asked for is so much work that others would have to wait. "
        "I keep the rest and go on with it at about {time}, in the same order. You do "
        "not need to send anything again.",
        person=named(person),
        time=Strong(f"{until:%H:%M}"),
    )


@in_each_language
def queue_full(person: str) -> Reply:
    """The reply to a person of whom as many commands wait as may."""
    return say(
        "{person}, too many of your messages are waiting, so I did not act on this "
        "one. Please send it again when I have answered the others. To send a long "
        "list at once, use a file: {example}.",
        person=named(person),
        example=Code("!import"),
    )


@in_each_language
def room_too_fast(until: datetime) -> Reply:
    """The reply to a room in which all together type too fast."""
    return say(
        "That is a lot at once for one room. I do not act on commands here before "
        "{time}; please send them again then. You can go on now in your direct chats "
        "with me.",
        time=Strong(f"{until:%H:%M}"),
    )


@in_each_language
def disk_full() -> Reply:
    """The words for a message that could not be kept because the disk is full."""
    return say(
        "I did not do that: the disk of my machine is full, and I take nothing that I could"
        " lose. What you told me before is safe. Please tell your admin, and send it again when"
        " there is room. {forget} and {status} still work.",
        forget=Code("!forget"),
        status=Code("!status"),
    )


LEFT_OUT = frozenset({Refused.UNSIGNED_DEVICE, Refused.NO_IDENTITY, Refused.IDENTITY_CHANGED})
"""Reasons for which a device reads nothing from us: why is told in a way that it can read."""


@in_each_language
def left_out(reason: Refused) -> Reply:
    """The words for a person whose app can read nothing from us; fixed, and naming nobody."""
    if reason is Refused.IDENTITY_CHANGED:
        return say(
            "I did not act on this message: the cryptographic identity behind it is not "
            "the one I know. The app it came from cannot read my other messages. If you "
            "have reset your identity, ask a lead of the committee, in person or by phone, "
            "to accept it: {example}. Then send your message again.",
            example=Code("!identity accept"),
        )
    why = (
        _("its account has no verification (cross-signing) set up")
        if reason is Refused.NO_IDENTITY
        else _("it is not verified")
    )
    return reply(
        line(
            "I did not act on this message, because anybody could have sent it: {why}. The "
            "app it came from cannot read my other messages.",
            why=why,
        ),
        line(
            "Verify the app once, with another app of yours or with your recovery key. If you have"
            " neither, set up recovery in the same place. Then send your message again."
        ),
        listed([(Strong(app), " ", where) for app, where in _where_to_verify()]),
    )


@in_each_language
def left_out_of_room(reason: Refused) -> Reply:
    """The words of ``left_out`` in the direct chat, about a message in the room: there all could read them."""
    words = left_out(reason)
    return replace(words, blocks=(line("This is about what you wrote in the room."), *words.blocks))


def _where_to_verify() -> list[tuple[str, str]]:
    return [
        (_("Element on a computer:"), _("Settings, Encryption (before: Sessions), Verify.")),
        (_("Element X:"), _("your picture, Encryption, Confirm your identity.")),
        (_("Element Classic, SchildiChat:"), _("Settings, Security & Privacy, this session.")),
        (_("FluffyChat:"), _("Settings, Devices, this device, Verify; or Chat backup.")),
        (_("Cinny:"), _("Settings, Devices, Verify.")),
        (_("Nheko:"), _("Settings, Encryption, Cross-signing secrets, Request.")),
        (_("Hydrogen:"), _("Settings, Key backup: enter the recovery key; then Cross-signing.")),
    ]


def explanation(rejection: Rejection) -> Reply | None:
    """The words about a message that was not acted upon; None where silence is better."""
    words = _explanation(rejection)
    return None if words is None else in_each_language(lambda: _explanation(rejection) or words)()


def _explanation(rejection: Rejection) -> Reply | None:
    match rejection.reason:
        case Refused.UNSIGNED_DEVICE | Refused.NO_IDENTITY:
            return left_out(rejection.reason)
        case Refused.UNREADABLE:
            return say(
                "{person}, I could not read your last message. Please send it again.",
                person=rejection.sender,
            )
        case Refused.EDIT:
            return say(
                "{person}, I do not act on edited messages, because an edit can come much "
                "later. What you sent first still counts; please send this as a new message.",
                person=rejection.sender,
            )
        case Refused.NOT_ENCRYPTED:
            return say(
                "A message in the name of {person} reached me unencrypted. I did not act on it:"
                " anybody on the way could have written it.",
                person=rejection.sender,
            )
        case _:
            return None


@in_each_language
def why_not_in_the_room(committee: Committee) -> Reply:
    """The words for why a reply comes by direct message."""
    return say(
        "I say this here and not in the room of {committee}, because at the moment anybody may join"
        " or read that. A lead can change it: Room settings, Security & Privacy, invited people only.",
        committee=committee.name,
    )
