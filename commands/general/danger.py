"""What to do when a phone is gone, somebody is suspected, or the machine may be taken."""

from commands.framework import Context, Reply, Role, Where, _, command
from commands.framework.reply import Code, Strong, line, listed, reply


@command(
    "help danger",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!help danger",
    also=("help safety", "danger", "panic"),
)
async def danger(_ctx: Context) -> Reply:
    """Say what to do when a phone is lost, somebody is suspected, or the machine may be taken."""
    return reply(
        (Strong(_("When something goes wrong")),),
        listed(
            [
                line(
                    "A phone is lost or taken: a lead types {offboard} for its owner, and {readmit}"
                    " once they have a new one.",
                    offboard=Code("!offboard @ben"),
                    readmit=Code("!readmit @ben"),
                ),
                line(
                    "Somebody is suspected: {audit} shows a lead what they looked at, {offboard} ends"
                    " their part at once. Then take them out of the room.",
                    audit=Code("!audit by=@ben"),
                    offboard=Code("!offboard @ben"),
                ),
                line("A name stands in the room: delete that message in your app."),
                line(
                    "Somebody at work wants to be forgotten: a lead types {forget}.",
                    forget=Code("!forget M-41"),
                ),
                line(
                    "The machine may be taken: my admin types {panic} there. It destroys all I"
                    " keep, for good. Nobody can do that from a chat.",
                    panic=Code("steward panic"),
                ),
                line(
                    "My key may be known: my admin types {rotate} there.",
                    rotate=Code("steward rotate-key"),
                ),
                line(
                    "Who can read what: {status}, {roles}, {secrecy}",
                    status=Code("!status"),
                    roles=Code("!help roles"),
                    secrecy=Code("!help secrecy"),
                ),
            ]
        ),
    )
