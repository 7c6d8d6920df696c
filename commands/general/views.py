"""Words with which the bot introduces and explains itself."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from commands.framework.catalogue import Catalogue
from commands.framework.context import Committee, Context, Place, Role
from commands.framework.i18n import (
    _,
    a_number,
    a_time,
    all_of,
    available,
    joined,
    speaking,
    speaks_source_language,
)
from commands.framework.reply import (
    Audience,
    Code,
    Line,
    Part,
    Reply,
    Strong,
    fill,
    in_each_language,
    in_source_words,
    line,
    listed,
    plural,
    reply,
    say,
)
from commands.framework.shown_names import COMMAND, shown_name
from commands.framework.spec import Command, Parameter, Where
from commands.general.terms import called
from commands.zones.places import NamedZone
from storage.core.later import Later

if TYPE_CHECKING:
    from commands.framework import shown_examples
else:
    shown_examples = Later("commands.framework.shown_examples")

SETUP = '!setup name="Payments chapter" tz=Madrid'


@in_each_language
def greeting(*, committee_known: bool) -> Reply:
    """Greet a committee room that the bot has joined."""
    if committee_known:
        return say("I am back, and everything is as it was. {help}", help=Code("!help"))
    return reply(
        who_i_am(),
        line("First a lead tells me the committee's name and city: {setup}", setup=Code(SETUP)),
        line(
            "{help} lists what I can do, {status} who can read this room.",
            help=Code("!help"),
            status=Code("!status"),
        ),
    )


def greeting_new_account(*, former: str) -> Reply:
    """Greet a committee that knew the bot under another account."""
    return reply(
        line(
            "Hello again. I am your Steward under a new account; before, I was {former}. Everything"
            " you told me is here.",
            former=former,
        ),
        line(
            "Your apps do not know me yet. Make sure that it is me: compare what {status} shows with"
            " my admin, or compare emoji with them.",
            status=Code("!status"),
        ),
        line(
            "I need a new direct chat with you: {direct}. Write nothing to the old account any more. Secret"
            " polls that were open have ended without a result.",
            direct=Code("!direct"),
        ),
    )


@in_each_language
def out_of_coalition() -> Reply:
    """To leads, after the bot moved to another account: how their committee gets into its coalition again."""
    return reply(
        line(
            "The other committees of our coalition know my old account alone. So we are not in it any more,"
            " and they hear nothing of us."
        ),
        line(
            "To come back: a lead of another committee types {code} and reads you the words. You type {join}"
            " with them. All committees that are in it must agree.",
            code=Code("!coalition code"),
            join=Code("!coalition join"),
        ),
        audience=Audience.LEADS,
    )


def who_i_am() -> Line:
    """The first line in a room."""
    return (
        _(
            "Hello, I am Steward. I keep the committee's contacts, one-on-ones and "
            "follow-ups, encrypted. I act only on lines that begin with “!” or with my name."
        ),
    )


def where_names_belong() -> Line:
    """How somebody in the room gets a chat of their own with us."""
    return line(
        "Names and ratings belong in a direct chat with me. Type {direct} and I open yours.",
        direct=Code("!direct"),
    )


@in_each_language
def what_is_this_room(*, member: bool, lead: bool) -> Reply:
    """Ask what a room is for that was not made as a direct chat and that nobody called a committee's.

    ``member``: whether somebody in it belongs to a committee, so that a direct chat is of use;
    ``lead``: whether somebody could say that this is one.
    """
    ask = line(
        "Hello, I am Steward. Is this a committee's room? Then a lead of this room types {setup}"
        " here. Until then I keep nothing that is said in it.",
        setup=Code(SETUP),
    )
    alone = line(
        "This room was not opened as a direct chat. Names and ratings belong in one."
        " Type {direct} and I invite you to ours.",
        direct=Code("!direct"),
    )
    if lead:
        alone = (
            *alone,
            " ",
            *line("If this is meant to be it: {here}", here=Code("!direct here")),
        )
    return reply(ask, alone if member else None)


@in_each_language
def greeting_direct(*, committees: Sequence[Committee]) -> Reply:
    """Greet somebody in a new direct chat."""
    if not committees:
        return say("Hello. I answer only members of a committee I serve.")
    begin = line(
        "Hello. Names and ratings belong here, not in the room. {add} is a good start."
        " More: {help}",
        add=Code('!contact add "Sam Okafor"'),
        help=Code("!help"),
    )
    tour = line("Try everything in two minutes; I keep nothing of it: {tour}", tour=Code("!tour"))
    if len(committees) == 1:
        return reply(begin, tour)
    return reply(begin, tour, *which_committee(committees, None).blocks)


def which_committee(committees: Sequence[Committee], current: Committee | None) -> Reply:
    """The committees of a person, to choose one."""
    rows = [
        line("{name} (now)", name=Strong(c.name)) if c == current else (c.name,) for c in committees
    ]
    choose = line("To change: {use}", use=Code(f'!use "{committees[-1].name}"'))
    return reply(line("Your committees:"), listed(rows), choose)


def help_overview(catalogue: Catalogue, ctx: Context) -> Reply:
    """List the commands this person may run, one line for each group."""
    rows: list[Line] = []
    for group in catalogue.groups:
        may = [command for command in group.commands if command.who <= ctx.role]
        if may:
            codes: list[Part] = [Strong(group.title()), " "]
            for shown in _together(may):
                codes += [Code(shown), " "]
            rows.append(tuple(codes[:-1]))
    hint = line("{more} explains one.", more=Code("!help 1on1 log"))
    if ctx.place is Place.ROOM:
        hint = (*hint, " ", _("Names and ratings belong in our direct chat."))
    blocks = [hint]
    if not ctx.committee.set_up and ctx.role >= Role.LEAD:
        blocks.append(
            line("First: {setup} in the committee room.", setup=Code("!setup name=… tz=…"))
        )
    if not speaks_source_language():
        blocks.append(
            line("All of this works in English, too, like {help}.", help=in_source_words("!help"))
        )
    return reply(listed(rows), *blocks)


def _together(commands: Sequence[Command]) -> list[str]:
    """Commands as help lists them, those with the same first word as one: !contact add, find."""
    shown: dict[str, list[str]] = {}
    for command in commands:
        first, _space, rest = shown_name(COMMAND, command.name).partition(" ")
        shown.setdefault(first if rest else f"{first} ", []).append(rest)
    return [f"!{first} {joined(rest)}".strip() for first, rest in shown.items()]


def help_for(command: Command, ctx: Context) -> Reply:
    """How one command is typed; in a room without the details, which scroll."""
    place = {
        Where.DIRECT: _("In our direct chat."),
        Where.ROOM: _("In the committee room."),
        Where.ANYWHERE: "",
    }[command.where]
    role = {
        Role.ORGANIZER: "",
        Role.LEAD: _("For leads."),
        Role.KEEPER: _("For keepers of the data."),
    }[command.who]
    summary = " ".join(part for part in (command.help, place, role) if part)
    details = ctx.place is Place.DIRECT
    rows = [_about(parameter) for parameter in command.parameters if parameter.about and details]
    return reply(
        (summary,),
        (Code(command.usage, command.shown_usage),),
        listed(rows) if rows else None,
        line(
            "For example {example}",
            example=Code(command.example, shown_examples.shown_example(command, command.example)),
        ),
        _in_english(command),
    )


def _in_english(command: Command) -> Line | None:
    """How a command is typed in English, where the reader's language has words of its own."""
    english = in_source_words(command.usage)
    same = command.shown_usage == english.shown
    return None if same else line("Or in English: {usage}", usage=english)


def _about(parameter: Parameter) -> Line:
    usage, shown = parameter.usage.strip("[]"), parameter.shown.strip("[]")
    return (Code(usage, shown), " ", _(parameter.about))


def me(ctx: Context, *, own_zone: ZoneInfo | None, open_follow_ups: int) -> Reply:
    """Show who somebody is to the bot."""
    role = {
        Role.ORGANIZER: _("organizer"),
        Role.LEAD: _("lead"),
        Role.KEEPER: _("lead and keeper of the data"),
    }[ctx.role]
    zone = (own_zone or ctx.committee.zone).key
    time = a_time(ctx.now, ctx.zone)
    where = (
        line("Time zone {zone}: it is {time}", zone=zone, time=time)
        if own_zone
        else line(
            "Time zone {zone}, the committee's: it is {time}. Yours? {tz}",
            zone=zone,
            time=time,
            tz=Code("!tz Madrid"),
        )
    )
    rows = [
        line("{role} in {committee}", role=role, committee=Strong(ctx.committee.name)),
        where,
        plural(
            "{n} open follow-up",
            "{n} open follow-ups",
            open_follow_ups,
            n=a_number(open_follow_ups),
        ),
    ]
    if ctx.standing.shown is not None and ctx.standing.shown > ctx.role:
        rows.insert(1, _shown_as_more(ctx))
    if len(ctx.committees) > 1:
        others = joined(c.name for c in ctx.committees if c.id != ctx.committee.id)
        rows.append(line("Also in {others}: {use}", others=others, use=Code("!use NAME")))
    return reply(line("You are {user}", user=ctx.user), listed(rows))


def _shown_as_more(ctx: Context) -> Line:
    """Power that the room shows and nobody has confirmed: a lead makes a lead, a keeper a keeper."""
    words = (
        _(
            "The room shows you as a keeper of the data. That counts when another keeper"
            " tells me so: {confirm}"
        )
        if ctx.standing.shown is Role.KEEPER
        else _("The room shows you as a lead. That counts when another lead tells me so: {confirm}")
    )
    return fill(words, confirm=Code(f"!confirm {ctx.user}"))


def language_is(own: str, committee: str) -> Reply:
    """Say in which languages somebody and the room are written to, and how to change it."""
    return reply(
        line(
            "I write to you in {own}, and in the room in {room}.",
            own=Strong(called(own)),
            room=called(committee),
        ),
        line(
            "Another one? {lang}. I speak {languages}.",
            lang=Code("!lang de"),
            languages=all_of([called(code) for code in available()]),
        ),
    )


@in_each_language
def language_set(own: str, committee: str) -> Reply:
    """Confirm somebody's language, in that language."""
    return reply(
        line("From now on I write to you in {own}.", own=Strong(called(own))),
        None
        if own == committee
        else line(
            "In the room I go on in {room}; a lead changes that: {setup}",
            room=called(committee),
            setup=Code(f"!setup lang={own}"),
        ),
        line("Commands in English work as before."),
    )


def language_guessed(own: str, before: str, committee: str, *, lead: bool) -> Reply:
    """Tell somebody, in both languages, that they are answered in another one now, and how to change that."""
    told = []
    for language in (own, before):
        with speaking(language):
            told.append(
                line(
                    "You typed that in {own}, so I write to you in {own} from now on. Not what you want? {lang}",
                    own=Strong(called(own)),
                    lang=Code(f"!lang {before}"),
                )
            )
    with speaking(own):
        room = line("For the room, too: {setup}", setup=Code(f"!setup lang={own}"))
    return reply(*told, room if lead and own != committee else None)


def language_chosen() -> Reply:
    """Say in the room that somebody has chosen a language, which concerns nobody else."""
    return say("I answer that in our direct chat. The room's language stays as it is.")


def zone_is(zone: ZoneInfo, ctx: Context) -> Reply:
    """Say which time zone somebody has, and what time it is there."""
    return say(
        "Your time zone is {zone}: it is {time} for you.",
        zone=Strong(zone.key),
        time=a_time(ctx.now, zone),
    )


def zone_set(named: NamedZone, ctx: Context) -> Reply:
    """Confirm somebody's new time zone, and say what to type if another place of that name was meant."""
    zone, time = Strong(named.key), a_time(ctx.now, named.zone)
    blocks = [
        line(
            "Your time zone is {zone} – {place}: it is {time} for you.",
            zone=zone,
            place=named.place,
            time=time,
        )
        if named.place
        else line("Your time zone is {zone}: it is {time} for you.", zone=zone, time=time)
    ]
    if named.elsewhere:
        other = line("Another one? {tz}", tz=Code(f"!tz {named.elsewhere}"))
        blocks.append(other)
    return reply(*blocks)
