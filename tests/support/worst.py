"""The worst text for each command. A command that is not in the table fails a test."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from commands.framework.spec import Command
from commands.framework.values import Pasted
from tests.support.crowd import names

MESSAGE: Final = 60_000
"""Characters; a message's event is 65,536 bytes at most, and encryption makes a third more of the words."""
LINE: Final = 4_000
"""Characters of a line that is read as a command at all."""
TIME: Final = "the second to last thursday of every other month at half past seven in the morning"
WHEN: Final = (
    "fri 18:00 to 19:00 in New York and the third tuesday after next week at noon or midnight"
)
NAME: Final = "Maria Katherine Alexandra Fernandes Hernandez Rodrigues van den Berg"
LONG_NAME: Final = "Maria Anna Ana Ina Marta Elena Helena Luisa Joao Jose Garcia Garza Lee"


@dataclass(frozen=True, slots=True)
class Ask:
    """One message, and who sends it. In the direct chat, unless it is for the room."""

    text: str
    who: str = "@lea"
    room: bool = False
    formatted: str = ""
    """The markup that an app sends with it."""


def _filled(unit: str, length: int) -> str:
    return (unit * (length // len(unit) + 1))[:length]


_HUNDRED: Final = ", ".join(names(100))
_THIRTY: Final = "\n".join(" ".join(f"{n}" for n in list(names(13))) for _line in range(30))
_LISTED: Final = "\n".join(names(2_500))[:MESSAGE]
_TABLE: Final = ("name;area;number;email\n" + "\n".join(
    f"{name};Area 1;{n};q{n}@example.org" for n, name in enumerate(names(2_000))
))[:MESSAGE]  # fmt: skip
_NAMES: Final = " ".join(names(400))[:LINE]
_ONE, _OTHER = " ".join(["ab"] * 660), " ".join(["cd"] * 660)
_OPTIONS: Final = " | ".join(f"option {n}" for n in range(300))

WORST: Final[dict[str, tuple[str, ...]]] = {
    "contact add": (f'!contact add "{NAME}" area="Area 1" hired={TIME}', "!contact add Maria Garcia"),
    "contact find": ("!contact find m g", f"!contact find {LONG_NAME}", "!contact find a b c d e f", "!contact find m area=QA ask=petition --never"),
    "contact show": ("!contact show M-4", "!contact show Marai Garcai", f"!contact show {LONG_NAME}"),
    "contact list": (
        "!contact list",
        "!contact list after=M-400",
        "!contact list ask=nobody rating=0 shift=nowhere --never",
        f"!contact list {' '.join(['ab'] * 26)}",
    ),
    "contact edit": (
        f'!contact edit M-4 name="{NAME}" shift=night status=leave',
        f"!contact edit M-4 phone={_filled('+49 (30) 1-', 400)} email={_filled('a.', 300)}@example.org",
    ),
    "fields": ("!fields",),
    "fields on": (f"!fields on phone why={_filled('to call ', 200)}",),
    "fields off": ("!fields off phone", "!fields off phone --yes"),
    "contact alias": (f'!contact alias M-4 "{NAME}"',),
    "contact move": (f"!contact move M-4 area=Search from={TIME}", "!contact move M-4 area=Search"),
    "contact left": (f"!contact left M-4 {TIME}", "!contact left M-4"),
    "contact rejoin": (f"!contact rejoin M-4 {TIME}", "!contact rejoin M-4"),
    "contact exclude": ("!contact exclude M-4 reason=supervisor",),
    "contact role": ("!contact role M-4 leader",),
    "follows": (
        "!follows " + " ".join(f"M-{n}" for n in range(4, 164, 4)) + " M-400",
        "!follows M-4 -",
        f"!follows {LONG_NAME} behind {NAME}",
    ),
    "leaders": ("!leaders",),
    "chart leaders": ("!chart leaders",),
    "note": (f"!note M-4 {_filled('manager asked boss ', 400)}",),
    "subject": ("!subject M-4",),
    "contact basis": ("!contact basis M-4 consent",),
    "merge": ("!merge M-4 M-8", "!merge M-4 M-8 --yes"),
    "unmerge": ("!unmerge M-4",),
    "dupes": ("!dupes",),
    "dupes notsame": ("!dupes notsame 1",),
    "1on1 log": (
        f"!1on1 log {LONG_NAME} reached rate=2 did next=fri",
        f"!1on1 log M-4 reached next={TIME} note={_filled('pay and hours ', 300)}",
    ),
    "1on1 guide": ("!1on1 guide M-4",),
    "1on1 answer": ("!1on1 answer reached", f"!1on1 answer {TIME}"),
    "1on1 edit": ('!1on1 edit 1 outcome=reached issue="on-call pay"',),
    "1on1 withdraw": (f"!1on1 withdraw 1 {_filled('wrong person ', 270)}",),
    "followup": (f"!followup M-4 {TIME}", f"!followup {LONG_NAME} fri"),
    "1on1 history": ("!1on1 history M-4",),
    "assess": (f'!assess M-4 2 did "{_filled("signed ", 200)}"',),
    "assess history": ("!assess history M-4",),
    "stale": ("!stale 1", "!stale"),
    "disputes": ("!disputes",),
    "scale": ("!scale",),
    "issues": ("!issues", "!issues pay and hours"),
    "issues undecided": ("!issues undecided",),
    "issue add": (f"!issue add {_filled('pay ', 60)}",),
    "issue merge": ("!issue merge pay wages", f"!issue merge pay {_filled('wage, ', 3_000)}"),
    "issue drop": ("!issue drop wages",),
    "turf": ("!turf", "!turf @ana"),
    "turf team": ("!turf team",),
    "turf unassigned": ("!turf unassigned",),
    "turf assign": (
        '!turf assign @ben area="Area 1" --transfer',
        "!turf assign @ben " + " ".join(f"M-{n}" for n in range(4, 2_400, 4)) + " --transfer",
    ),
    "turf move": ("!turf move @ana @ben", "!turf move @ana @ben --yes"),
    "turf back": ("!turf back @ben",),
    "turf release": ("!turf release M-2 why=shifts",),
    "away": ("!away @ana until=3d cover=@ben", f"!away @ana until={TIME} cover=@ben"),
    "back": ("!back",),
    "offboard": ("!offboard @ana",),
    "readmit": ("!readmit @ben",),
    "buddy": ("!buddy", "!buddy @ana", "!buddy @ben for=@ana"),
    "buddy end": ("!buddy end", "!buddy end @ana"),
    "tips": ("!tips",),
    "tips off": ("!tips off",),
    "tips on": ("!tips on",),
    "next": ("!next 5", '!next 5 area="Area 1"'),
    "due": ("!due",),
    "due team": ("!due team",),
    "done": ("!done 2 signed next=3d", f"!done 2 {_filled('signed ', 300)}"),
    "snooze": (f"!snooze 2 {TIME}", "!snooze 2 3d"),
    "digest": ("!digest",),
    "digest off": ("!digest off",),
    "digest on": ("!digest on",),
    "report": ("!report", f"!report {_filled('coverage movement ', 200)}"),
    "report coverage": ("!report coverage", '!report coverage area="Area 1"'),
    "report follow-ups": ("!report follow-ups",),
    "report tests": ("!report tests",),
    "report movement": ("!report movement", "!report movement weeks=52"),
    "report holes": ("!report holes",),
    "chart": ("!chart", '!chart area="Area 1"'),
    "chart counts": ("!chart counts",),
    "chart movement": ("!chart movement",),
    "coalition": ("!coalition",),
    "coalition label": (f'!coalition label "{_filled("North ", 40)}"',),
    "coalition poll": (f'!coalition poll "{_filled("Strike fund? ", 200)}" a | b kind=score own=yes two=yes',),
    "coalition new": (f'!coalition new "{_filled("Workers ", 60)}" label="{_filled("North ", 40)}"',),
    "coalition code": ("!coalition code",),
    "coalition join": (
        f"!coalition join {' '.join(['abandon'] * 250)}",
        f"!coalition join {' '.join(['elefant'] * 600)}",
    ),
    "coalition log": ("!coalition log",),
    "coalition gone": ("!coalition gone Berlin",),
    "coalition leave": ("!coalition leave",),
    "coalition ok": ("!coalition ok 3",),
    "coalition no": ("!coalition no 3",),
    "coalition test": (f'!coalition test petition "{_filled("Pay ", 60)}" goal=65% closes="{WHEN}"',),
    "coalition letter": (f'!coalition letter closes="fri 18:00" Pay\n{_filled("We ask. ", 3_400)}',),
    "coalition tests": ("!coalition tests",),
    "coalition give": ("!coalition give areas",),
    "coalition say": (f'!coalition say "{_filled("We won. ", 1_000)}"',),
    "test list": ("!test list",),
    "test open": ('!test open petition "Third petition" goal=60% public=51% --yes',
                  '!test open pledge "Pledge" goal=60% --countonly --yes'),
    "test change": (f"!test change cards closes={TIME}", "!test change cards goal=65%"),
    "test mark": (
        f"!test mark did {_HUNDRED}",
        "!test mark did " + ", ".join(f"Xq{n}z Garcya" for n in range(100)),
        "!test mark did " + " ".join(f"M-{n}" for n in range(100)),
        f"!test mark did\n{_THIRTY}",
        f"!test mark did\n{_LISTED}",
        f"!test mark did\n{_TABLE}",
        f"!test mark did\n{_filled('Maria & Ana / ', MESSAGE)}",
        f"!test mark did\n{_filled('(', MESSAGE)}",
        f"!test mark did\n{_filled(chr(10) + 'a', MESSAGE)}",
        f"!test mark did\nname;number\n{_filled('a;1' + chr(10), MESSAGE)}",
    ),
    "test unmark": (f"!test unmark {_HUNDRED}", "!test unmark M-4"),
    "test count": ('!test count "Area 1" 14', "!test count"),
    "test sheet": ("!test sheet 1", "!test sheet 1 unclear", "!test sheet"),
    "test decide": ("!test decide 1 2 M-4", f"!test decide 1 2 {LONG_NAME}"),
    "test accept": ("!test accept 1 --likely",),
    "test drop": ("!test drop 1",),
    "test status": ("!test status", "!test status --byshift"),
    "test gaps": ("!test gaps --all", "!test gaps"),
    "test names": ("!test names notasked", '!test names notasked area="Area 1"'),
    "test close": ("!test close", "!test close --yes"),
    "test amend": ("!test amend T-1 did M-4 why=late",),
    "test review": ("!test review T-1",),
    "test announce": ("!test announce T-1",),
    "test compare": ("!test compare",),
    "test movers": ("!test movers dropped", "!test movers new"),
    "test calibrate": ("!test calibrate",),
    "test plan": ("!test plan commitment=60% follow=80%",),
    "test ladder": ("!test ladder",),
    "test chart": ("!test chart",),
    "test chart ladder": ("!test chart ladder",),
    "test chart movement": ("!test chart movement",),
    "test joint": ("!test joint",),
    "test invite": ("!test invite",),
    "test join": ("!test join K7QX2M",),
    "test leave": ("!test leave",),
    "meet": ("!meet",),
    "meet new": (
        f"!meet new Planning | {WHEN} | 90m",
        f"!meet new Planning | {_filled('1 may 7pm or ', 300)}",
        "!meet new Planning | tomorrow 19:00 | 90m",
    ),
    "meet every": (
        f"!meet every Planning | {TIME} until july | 90m",
        "!meet every Planning | daily 19:00 until july 2027 | 90m",
    ),
    "meet poll": (
        "!meet poll Planning | " + ", ".join(f"{d} dec 19:00" for d in range(1, 31)),
        f"!meet poll Planning | {_filled('tue 19:00, ', 600)} | until sun 20:00",
    ),
    "meet can": ("!meet can 1 maybe 2", f"!meet can {_filled('1 maybe 2 no ', 600)}"),
    "meet tally": ("!meet tally #3",),
    "meet pick": ("!meet pick #3 1",),
    "meet mute": ("!meet mute #3",),
    "ok": ("!ok",),
    "yes": ("!yes #1",),
    "maybe": ("!maybe #1",),
    "no": ("!no #1",),
    "meet who": ("!meet who #1",),
    "meet next": ("!meet next #2",),
    "meet move": (f"!meet move #1 {WHEN}", "!meet move #1 wed 19:00"),
    "meet skip": (f"!meet skip #2 {TIME}", "!meet skip #2 3 dec"),
    "meet cancel": ("!meet cancel #2",),
    "meet fair": ("!meet fair",),
    "meet link": ("!meet link #1 https://meet.example.org/Xq7vB2-room",
                  f"!meet link #1 https://{_filled('a.', 1_500)}"),
    "meet ics": ("!meet ics #2",),
    "agenda": ("!agenda",),
    "agenda add": (f"!agenda add 10m {_filled('fund ', 200)}",),
    "agenda done": ("!agenda done 1",),
    "agenda drop": ("!agenda drop 1",),
    "agenda carry": ("!agenda carry",),
    "roles": ("!roles",),
    "roles take": ("!roles take notes",),
    "swap": ("!swap @ben",),
    "coalition meet": (
        "!coalition meet Planning | " + ", ".join(f"{d} dec 19:00" for d in range(1, 31)),
        f"!coalition meet Planning | {_filled('tue 19:00, ', 600)} | until sun 20:00",
        f"!coalition meet Planning | {WHEN}, {TIME} | until sun 20:00 | 90m",
    ),
    "coalition tally": ("!coalition tally #3",),
    "coalition pick": ("!coalition pick #3 1",),
    "coalition move": (f"!coalition move #1 {WHEN}", "!coalition move #1 wed 19:00"),
    "coalition cancel": ("!coalition cancel #2",),
    "coalition minutes": ("!coalition minutes #1",),
    "meet start": ("!meet start #1",),
    "here": ("!here",),
    "attended": (
        f"!attended {_HUNDRED}",
        f"!attended\n{_THIRTY}",
        f"!attended\n{_LISTED}",
        f"!here {_HUNDRED}",
        f"!here\n{_TABLE}",
    ),
    "attended not": (f"!attended not {_HUNDRED}",),
    "attendance": ("!attendance",),
    "stack": ("!stack",),
    "stack done": ("!stack done",),
    "decide": (f"!decide {_filled('we march on Friday ', 400)}", f"!decide {_NAMES}"),
    "action": (f"!action @ben print flyers by {TIME}", "!action @ben print flyers by 3d"),
    "action done": ("!action done 1",),
    "action give": ("!action give 1 @ben",),
    "actions": ("!actions",),
    "meet end": ("!meet end",),
    "quiet": ("!quiet 22-8",),
    "meet reminders": ("!meet reminders direct",),
    "poll": (f'!poll "Where do we meet?" {_OPTIONS}', "!poll Where do we meet? plaza | café"),
    "poll temp": (f'!poll temp "Ready?" closes={TIME}', f"!poll temp {_filled('Ready? ', LINE)}"),
    "poll yesno": (f'!poll yesno "{_filled("Do we? ", 200)}" quorum=60% closes={WHEN}',),
    "poll consensus": ('!poll consensus "We meet every Tuesday" closes=3d',),
    "poll choose": (f'!poll choose "Where?" {_OPTIONS}', '!poll choose "Where?" a | b | c'),
    "poll approve": (f'!poll approve "Which?" {_OPTIONS}',),
    "poll score": (f'!poll score "How much?" {_OPTIONS}',),
    "poll rank": (f'!poll rank "Who?" {_OPTIONS}', '!poll rank "Who?" a | b | c | d | e | f'),
    "poll open": (f'!poll open "Who brings food?" {_OPTIONS}',),
    "vote": (f"!vote K7QX {_filled('4 ', 2_000)}",),
    "poll practice": ("!poll practice", "!poll practice Do we strike?"),
    "poll practice end": ("!poll practice end",),
    "vote test": ("!vote test 02",),
    "poll confirm": ("!poll confirm K7QX",),
    "poll list": ("!poll list",),
    "poll mine": ("!poll mine K7QX",),
    "poll cancel": ("!poll cancel K7QX",),
    "poll postpone": (f"!poll postpone K7QX {TIME}",),
    "help secrecy": ("!help secrecy",),
    "help danger": ("!help danger",),
    "import file": ("!import file",),
    "import paste": (
        f"!import paste\n{_TABLE}",
        f"!import paste\n{_filled('a;b;c;d' + chr(10), MESSAGE)}",
        f"!import paste\n{_filled(chr(34) + 'a;', MESSAGE)}",
        f"!import paste\n{_filled('name;', 900)}\n{_filled('Ana & Ben;', MESSAGE)}",
        f"!import paste\nname;team\n{_filled('Maria (leave) & Ana / ', 1_900)};x",
        # Cells in which a pattern looks for its end from every letter.
        "!import paste\n" + f"{_filled('(', 1_400)};{_filled('[a', 1_400)}\n" * 20,
        "!import paste\n"
        + "".join(f"{n}{_filled('(', 198)};{n}{_filled('[é', 198)}\n" for n in range(140)),
        "!import paste\n"
        + "".join(";".join(f"{chr(97 + n)}{k}é(" for k in range(200)) + "\n" for n in range(40)),
        "!import paste\n" + f"{_filled('a, ', 1_999)}1;x\n" * 28,
        "!import paste\n" + ";".join([_filled("a, ", 1_900) + "1"] * 15) + "\n" * 2,
        "!import paste\n" + ";".join([f"a@{_filled('.', 1_900)},"] * 15) + "\n" * 2,
        f"!import paste\nname;first name\n{(_ONE + ';' + _OTHER + chr(10)) * 14}",
    ),
    "import list": ("!import list",),
    "import map": ("!import map 3 A=name B=area", "!import map 1 " + _filled("A=name ", 2_000)),
    "import values": ("!import values 1 shift N=night D=day",),
    "import check": ("!import check 1",),
    "import problems": ("!import problems 1",),
    "import decide": ("!import decide 1 2 M-4", f"!import decide 1 2 {LONG_NAME}"),
    "import missing": ("!import missing 1",),
    "import commit": ("!import commit 1", "!import commit 1 --yes"),
    "import undo": ("!import undo 2",),
    "import drop": ("!import drop 1",),
    "forget": ("!forget M-4", "!forget M-4 --yes"),
    "unforget": (f'!unforget "{NAME}" --yes', '!unforget "Sam Okafor" area="Area 1" --yes'),
    "hold": ("!hold M-4 why=court",),
    "hold end": ("!hold end M-4",),
    "export": ('!export csv why="mailing before the vote"',),
    "export approve": ("!export approve 1",),
    "export refuse": ("!export refuse 1",),
    "audit": ("!audit", "!audit M-4", "!audit by=@ana skip=9999"),
    "me": ("!me",),
    "lang": ("!lang de", f"!lang {_filled('San ', 60)}", "!lang Germn", f"!lang {_filled('xq', 60)}"),
    "tz": ("!tz Madrid", f"!tz {_filled('San ', 60)}", "!tz Sprngfeild Ilinios", f"!tz {_filled('xq', 60)}"),
    "use": ("!use Payments chapter",),
    "undo": ("!undo",),
    "help talk": ("!help talk M-4", "!help talk Marai Garcai", f"!help talk {LONG_NAME}"),
    "tour": ("!tour",),
    "try": (
        "!try 1on1 log Robin Practice reached rate=2 said next=today",
        f"!try contact add {_filled('Robin ', 3_000)}",
    ),
    "help": ("!help", "!help 1on1 log", f"!help {_filled('tets ', 100)}"),
    "status": ("!status",),
    "setup": ('!setup name="Payments chapter" tz=Madrid', f"!setup tz={_filled('San_', 60)}"),
    "direct": ("!direct",),
    "second": ("!second 1",),
    "confirm": ("!confirm @ben",),
    "identity": ("!identity",),
    "identity accept": ("!identity accept @ana:example.org",),
    "moved": ("!moved ABCDEFGHJKMNPQRSTUVW --yes",),
}  # fmt: skip
"""By command: what makes it do the most, and what takes longest to read."""

IN_ROOM: Final = frozenset({"meet start", "here", "stack", "stack done", "meet end"})
KEEPERS: Final = frozenset(
    {"fields on", "fields off", "export", "export approve", "export refuse", "hold", "hold end"}
)
OF_ANA: Final = frozenset({"1on1 edit", "1on1 guide", "1on1 answer"})

_SHAPES: Final = (
    "a" * LINE,
    "a " * (LINE // 2),
    '"a" ' * (LINE // 4),
    "'" * LINE,
    "[" * LINE,
    "next=" * (LINE // 5),
    "next=a " * (LINE // 7),
    "--yes " * (LINE // 6),
    "M-4 " * (LINE // 4),
    f"{TIME} " * (LINE // len(TIME) - 1),
    f"{NAME} " * 8,
    f"{NAME} {TIME}",
    "1/2/3 " * (LINE // 6),
    "a | b, " * (LINE // 7),
    "\u0301" * (LINE // 2),
    "ﷺ" * (LINE // 4),
    "a" * MESSAGE,
    "[a](b " * (MESSAGE // 6),
    "[[a]" * (MESSAGE // 4),
    "https://matrix.to/#/@" * (MESSAGE // 21),
    "\n" + "a\n" * (MESSAGE // 2),
    "\n" + "!x\n" * (MESSAGE // 3),
)
"""What may follow any command's name."""

MARKUP: Final = (
    '<a href="https://matrix.to/#/@ana:example.org">a</a>' * 60,
    "<" * MESSAGE,
    "<a " * (MESSAGE // 3),
    "<b>" * (MESSAGE // 3),
    "&" * MESSAGE,
)
"""What may come beside a line as its markup."""


def typed_to(command: Command) -> Iterator[Ask]:
    """Yield what only one command takes long over. KeyError for a command nobody thought about."""
    for text in WORST[command.name]:
        who = "@kim" if command.name in KEEPERS else "@ana" if command.name in OF_ANA else "@lea"
        yield Ask(text, who, command.name in IN_ROOM)


def of_each_reading(commands: Iterable[Command]) -> list[Command]:
    """Return commands that together read every kind of value, by place and by key.

    What takes long to read takes as long behind the next command that reads the same.
    """
    known: set[tuple[object, bool]] = set()
    found: list[Command] = []
    for command in sorted(commands, key=lambda each: -len(each.parameters)):
        reads = {(id(each.reader), each.keyed) for each in command.parameters if each.reader}
        if not reads <= known:
            found.append(command)
            known |= reads
    return found


def shapes_of(command: Command) -> Iterator[Ask]:
    """Yield texts that take long to parse, behind a command's name."""
    below = Pasted in command.facts.values()
    for shape in _SHAPES:
        # Where nothing may stand below a command it is refused for its length, whichever it is.
        if below or len(shape) <= 2 * LINE:
            yield Ask(f"!{command.name} {shape}", "@kim")


def said_by_anybody() -> Iterator[Ask]:
    """Yield texts that take long to parse before they are known to be a command."""
    for shape in _SHAPES:
        yield Ask(shape, "@ana", room=True)
        yield Ask(shape, "@ana")
    for markup in MARKUP:
        yield Ask("!me a a a a", "@ana", formatted=markup)
