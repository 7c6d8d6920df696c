"""The five steps of a one-on-one, for whoever has one before them."""

from commands.framework.reply import Code, Items, line, listed


def talk_steps(handle: str) -> Items:
    """The steps, and last how the talk with whoever has the handle is written down."""
    return listed(
        [
            line("Listen. Ask how work is, and let them talk most of the time."),
            line("Find the issue: what would they change first? Repeat it in their words."),
            line("Who decides that, and what could people do about it together?"),
            line("Ask for one clear thing, with a day. Then wait for the answer."),
            line(
                "Agree on the next step, and write it down: {log}",
                log=Code(f"!1on1 log {handle} reached next=fri"),
            ),
        ],
        numbered=True,
    )
