"""Words about verifying the bot, in the direct chat and in the committee's room."""

from commands.framework.i18n import _
from commands.framework.reply import Code, Reply, Strong, in_each_language, line, reply, say


@in_each_language
def nobody_here(fingerprint: str) -> Reply:
    """The reply for a declined request: why, and how to be sure all the same."""
    return reply(
        line(
            "I cannot compare emoji by myself: a person has to look at my screen, and "
            "nobody is there now. There are two ways to be sure that I am really your "
            "committee's bot:"
        ),
        line(
            "Call my admin. They type {command} on my machine. Then ask me again, and read "
            "the emoji to each other.",
            command=Code("steward verify"),
        ),
        line(
            "Or compare my fingerprint with the one that my admin has from {command} or "
            "from the first start. Do not use a copy from this server. My fingerprint: "
            "{fingerprint}",
            command=Code("steward doctor"),
            fingerprint=Code(fingerprint),
        ),
    )


@in_each_language
def no_way_in_common(fingerprint: str, *, odd_answer: bool) -> Reply:
    """The reply to an app that cannot compare emoji with the bot.

    ``odd_answer``: the app broke off because it found what we sent inconsistent.
    """
    why = (
        _(
            "Your app stopped comparing: what it got from me did not fit together. Either "
            "somebody is between us, or your app compares in its own way, like some older "
            "apps."
        )
        if odd_answer
        else _(
            "Your app and I do not know the same way to compare emoji. Your app may be an "
            "older one."
        )
    )
    return reply(
        (why,),
        line(
            "Verify me from another app of yours (Element, Cinny, FluffyChat). Or compare "
            "my fingerprint with the one that my admin has from {command}. Do not use a "
            "copy from this server. My fingerprint: {fingerprint}",
            command=Code("steward doctor"),
            fingerprint=Code(fingerprint),
        ),
    )


@in_each_language
def identity_compared(person: str) -> Reply:
    """The notice that a changed identity was accepted because two people compared it."""
    return say(
        "{heading} {person} and the admin of this bot compared emoji, so {person}'s new identity is"
        " accepted and their commands count again.",
        heading=Strong(_("Done.")),
        person=person,
    )
