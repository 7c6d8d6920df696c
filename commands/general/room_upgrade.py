"""Room upgrades: a lead moves the committee's records from the replaced room to the new one."""

from abc import ABC, abstractmethod

from commands.framework import Context, Reply, Role, Where, command, impossible, say
from commands.framework.context import UserId
from commands.framework.i18n import joined
from commands.framework.reply import Code, Strong, in_each_language, line, reply
from commands.general.terms import PairingCode
from commands.general.views import out_of_coalition
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Committee


@dataclass(frozen=True, slots=True)
class UpgradePlan:
    """The plan of an upgrade: what would move, and what stands against it."""

    committee: Committee
    led_there: bool
    """Whether whoever asks leads in the old room, too."""
    blank_here: bool
    """Whether nothing was recorded in the new room yet."""
    polls_open: bool
    missing: tuple[UserId, ...]
    """People who carry something and have not joined the new room."""
    strangers: tuple[UserId, ...]
    """People in the new room who were not in the old one."""
    parted: bool = False
    """Whether the committee was in a coalition that does not know the bot's account of now."""


class Move(ABC):
    """The bot's part of an upgrade, for the room of the command."""

    @abstractmethod
    async def plan(self, code: str | None = None) -> UpgradePlan | None:
        """Plan the move to this room; None if it replaces no known room, or nobody had the right to say so.

        ``code``: of ``steward move``, which stands for a committee whose room the bot has lost.
        """

    @abstractmethod
    async def carry_out(self, plan: UpgradePlan) -> None:
        """Give everything kept for the committee to this room."""


@command("moved", who=Role.LEAD, where=Where.ROOM, example="!moved")
async def moved(
    _ctx: Context, code: PairingCode | None = None, *, move: Move, yes: bool = False
) -> tuple[Reply, ...]:
    """Bring the committee's records here, after its room was upgraded to this one.

    code: from my admin, after I have moved to another account
    yes: move although organizers with people or follow-ups are not here yet
    """
    plan = await move.plan(code)
    if plan is None and code is not None:
        raise impossible("I do not know this code, or it was used. My admin has it.")
    if plan is None:
        raise impossible(
            "This room does not replace one of mine: no lead of an old room upgraded it to"
            " this one."
        )
    _refuse_unfit(plan, "!moved" if code is None else f"!moved {code}", sure=yes)
    await move.carry_out(plan)
    return (_moved(plan), out_of_coalition()) if plan.parted else (_moved(plan),)


def _refuse_unfit(plan: UpgradePlan, typed: str, *, sure: bool) -> None:
    """Raise Refusal where records may not come here, or where somebody would lose what they carry."""
    if not plan.led_there:
        raise impossible(
            "Only somebody who is also a lead in the old room can bring its records here."
        )
    if not plan.blank_here:
        raise impossible("There are records for this room already, and two sets cannot become one.")
    if plan.polls_open:
        raise impossible(
            "A secret poll is open in the old room. When it is over, send {command} again.",
            command=Code(typed),
        )
    if plan.missing and not sure:
        raise impossible(
            "Not here yet: {people}. Their people would become unassigned. Wait until they"
            " have joined, or send {command}.",
            people=joined(plan.missing),
            command=Code(f"{typed} --yes"),
        )


def _moved(plan: UpgradePlan) -> Reply:
    told = [
        line(
            "Everything of {name} is here now. I do not use the old room any more.",
            name=Strong(plan.committee.name),
        )
    ]
    if plan.strangers:
        told.append(
            line(
                "New here, not in the old room: {people}. Do you know them?",
                people=joined(plan.strangers),
            )
        )
    return reply(*told)


@in_each_language
def greeting_moved(name: str) -> Reply:
    """The greeting in a room that replaces a committee's."""
    return say(
        "Hello again. This room replaces the room of {name}. I have moved nothing yet:"
        " when all of you are here, a lead types {command}.",
        name=Strong(name),
        command=Code("!moved"),
    )
