"""How typed words become values: one converter per type, registered once. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from commands.framework.context import Context
from commands.framework.errors import Refusal, cut, did_you_mean, refuse
from commands.framework.i18n import _, one_of
from commands.framework.mentions import shown, the_mention
from commands.framework.quoting import refuse_imitation
from commands.framework.reply import Code
from commands.framework.suggest import suggest
from commands.framework.values import (
    AnyDay,
    Colleague,
    ColumnWords,
    CommitteeName,
    ContactRef,
    ContactRefs,
    Days,
    EmploymentStatus,
    ExportNumber,
    FollowUpNumber,
    FutureDate,
    ImportNumber,
    Label,
    LineDecision,
    LineNumber,
    Note,
    PairNumber,
    Person,
    PersonName,
    Reason,
    RoleWord,
    SearchWords,
    SecondNumber,
    Sentence,
    TalkNumber,
    Topic,
    Weeks,
)
from commands.imports.read.fields import Field as ListField
from commands.meetings import terms as meeting
from commands.meetings.time_poll.availability import Times, read_times
from commands.names.said import as_said
from commands.polls import terms
from commands.polls.ask.question import LONGEST_QUESTION, unquoted
from commands.structure_tests import terms as tests
from commands.time.refusals import any_day, day_to_come
from commands.zones.places import NamedZone, read_zone
from storage.core.model import Answer, Assessment, Duty, Evidence, Outcome, UserId
from storage.names import folded
from storage.privacy.bases import Basis
from storage.privacy.exports import ExportFormat
from storage.structure_tests.model import Action

T = TypeVar("T")
E = TypeVar("E", bound=Enum)

ALL = 10_000
"""As many words as there are."""
LONGEST_DAY = 8
"""Words of a day or time: Friday in a week at half past seven."""


@dataclass(frozen=True, slots=True)
class Converter(Generic[T]):
    """Reads one type. ``read`` raises Refusal, without an example: the command adds its own."""

    read: Callable[[str, Context], T]
    placeholder: str
    """What stands for it in a usage line."""
    ask: Callable[[], str]
    """The question when it is missing."""
    most: int = 1
    """How many bare words it may take."""
    shortest: bool = False
    """Whether fewer words are tried first."""
    bare: tuple[str, ...] = ()
    """Words that may stand anywhere without their key."""
    strict: bool = False
    """Whether a word too many is never taken for a part of it, however many words it may have."""
    several: bool = False
    """Whether it is a list, in which quoted words stay apart."""
    as_typed: bool = False
    """Whether it gets the text as it was typed, with its lines, quotes and signs."""
    people: bool = False
    """Whether it takes members: it is then told whom the app said is meant, not only the words."""

    @property
    def open_ended(self) -> bool:
        """Whether it takes the rest of the line."""
        return self.most >= ALL

    @property
    def free(self) -> bool:
        """Whether any words will do, so that a stray one would be swallowed."""
        return self.most > 3 and not self.strict


def text(limit: int, placeholder: str, ask: Callable[[], str], most: int = ALL) -> Converter[str]:
    """Free words up to a length."""
    adapter = TypeAdapter(
        Annotated[
            str,
            StringConstraints(strip_whitespace=True, min_length=1, max_length=limit),
        ]
    )

    def read(raw: str, _ctx: Context) -> str:
        refuse_imitation((raw,))
        try:
            return adapter.validate_python(raw)
        except ValidationError as unfit:
            if unfit.errors()[0]["type"] == "string_too_long":
                raise refuse(
                    _("“{words}” is {length} letters long; {limit} is the most there is room for."),
                    words=cut(raw),
                    length=len(raw),
                    limit=limit,
                ) from None
            raise refuse("{ask}", ask=ask()) from None

    return Converter(read, placeholder, ask, most=most)


def _question() -> Converter[terms.Question]:
    """A poll's question as it is typed; quotes around all of it only hold it together."""
    words = text(LONGEST_QUESTION, "QUESTION", lambda: _("What do you ask? One sentence, please."))
    return Converter(
        lambda raw, ctx: terms.Question(words.read(unquoted(raw), ctx)),
        words.placeholder,
        words.ask,
        most=words.most,
        as_typed=True,
    )


def _person_name() -> Converter[PersonName]:
    """A name as it is typed or pasted: "O'Brien, Ana" is Ana O'Brien."""
    words = text(80, "NAME", lambda: _("What is their name?"), most=6)
    return Converter(
        lambda raw, ctx: PersonName(as_said(words.read(raw, ctx))),
        words.placeholder,
        words.ask,
        most=words.most,
    )


def number(low: int, high: int) -> Callable[[str], int | None]:
    """A reader of whole numbers in a range; None for anything else."""
    adapter = TypeAdapter(Annotated[int, Field(ge=low, le=high)])

    def read(raw: str) -> int | None:
        try:
            return adapter.validate_python(raw)
        except ValidationError:
            return None

    return read


def choice(
    kind: type[E],
    placeholder: str,
    ask: Callable[[], str],
    synonyms: Callable[[], Mapping[E, str]],
    *,
    most: int = 1,
    bare: tuple[str, ...] = (),
) -> Converter[E]:
    """One word of a few; ``synonyms`` holds more words for a member, separated by commas."""

    def read(raw: str, _ctx: Context) -> E:
        known = {folded(str(member.value)): member for member in kind}
        for member, more in synonyms().items():
            known |= {folded(word): member for word in more.split(",")}
        if folded(raw) in known:
            return known[folded(raw)]
        # "no anwser" is like "no answer"; "reached busy" is not like "reached" but one word too many.
        close = suggest(folded(raw), [k for k in known if k.count(" ") == folded(raw).count(" ")])
        if close is not None:
            raise did_you_mean(raw, known[close].value)
        raise refuse(
            _("I do not know “{word}”. It can be {choices}."),
            word=cut(raw),
            choices=one_of([str(member.value) for member in kind]),
        )

    return Converter(read, placeholder, ask, most=most, bare=bare)


_HANDLE = re.compile(r"m\s?[-–—−_]?\s?(\d{1,9})|[-–—−#](\d{1,9})", re.IGNORECASE | re.ASCII)
_HANDLE_WITHIN = re.compile(r"\bm[-–—−]\d", re.IGNORECASE)
_NAME = text(80, "NAME", lambda: _("What is their name?"))


def looks_like_a_handle(words: str) -> bool:
    """Whether a name would later be read as a handle."""
    return _HANDLE.fullmatch(words) is not None or words.isdecimal()


def _contact(raw: str, ctx: Context) -> ContactRef:
    if match := _HANDLE.fullmatch(raw):
        return ContactRef(number=int(match[1] or match[2]))
    if _HANDLE_WITHIN.search(raw):
        raise refuse(_("“{words}” is not one handle; one at a time, please."), words=cut(raw))
    if raw.isdecimal():
        raise refuse(
            _("“{number}” alone could be anything: a handle looks like M-{number}."),
            number=cut(raw),
        )
    if not folded(raw) or folded(raw) == "m":
        raise refuse(_("“{words}” is neither a handle like M-41 nor a name."), words=cut(raw))
    return ContactRef(name=_NAME.read(raw, ctx))


def _contacts(raw: str, ctx: Context) -> ContactRefs:
    """M-41 M-42, M-43: handles one after the other; otherwise one contact, who may go by a name."""
    parts = [part for part in re.split(r"[\s,;]+", raw) if part]
    if len(parts) > 1 and all(_HANDLE.fullmatch(part) for part in parts):
        return ContactRefs(tuple(dict.fromkeys(_contact(part, ctx) for part in parts)))
    return ContactRefs((_contact(raw, ctx),))


_COLLEAGUE = re.compile(r"@?[^\s:@]+(?::[^\s@]+| [^\s:@]+){0,2}")
_AFTER_A_NAME = ",;:.!?"
"""What apps and people put behind somebody's name."""


def _colleague(raw: str, _ctx: Context) -> Colleague:
    meant = the_mention(raw)
    if meant is not None:
        return Colleague(meant)
    word = shown(raw).rstrip(_AFTER_A_NAME)
    handles = any(looks_like_a_handle(part) for part in word.split())
    if not _COLLEAGUE.fullmatch(word) or len(word) > 255 or handles:
        raise refuse(_("“{word}” is no organizer; that looks like @ana."), word=cut(shown(raw)))
    return Colleague(word)


_SCALE = number(0, 5)


def scale() -> str:
    """The definitions of the ratings, on one line."""
    return _("1 organizes · 2 supports · 3 undecided · 4 against · 5 opposed · 0 not assessed")


def _assessment(raw: str, _ctx: Context) -> Assessment:
    value = _SCALE(raw)
    if value is None:
        raise refuse(_("“{word}” is no rating: {scale}."), word=cut(raw), scale=scale())
    return Assessment(value)


def _future_date(raw: str, ctx: Context) -> FutureDate:
    return FutureDate(day_to_come(raw, ctx.now.astimezone(ctx.zone).date(), ctx.locale))


def _any_day(raw: str, ctx: Context) -> AnyDay:
    return AnyDay(any_day(raw, ctx.now.astimezone(ctx.zone).date(), ctx.locale))


_NUMBER = number(1, 999_999_999)
_LINE = number(0, 999_999_999)


def _follow_up(raw: str, _ctx: Context) -> FollowUpNumber:
    value = _NUMBER(raw.removeprefix("#"))
    if value is None:
        raise refuse(
            _("“{word}” is no follow-up number; {due} shows yours."),
            word=cut(raw),
            due=Code("!due"),
        )
    return FollowUpNumber(value)


def _import_number(raw: str, _ctx: Context) -> ImportNumber:
    value = _NUMBER(raw.removeprefix("#"))
    if value is None:
        raise refuse(
            _("“{word}” is no import's number; {imports} shows them."),
            word=cut(raw),
            imports=Code("!import list"),
        )
    return ImportNumber(value)


def _line_number(raw: str, _ctx: Context) -> LineNumber:
    value = _LINE(raw)
    if value is None:
        raise refuse(_("“{word}” is no line of a file; lines are numbers."), word=cut(raw))
    return LineNumber(value)


def _decision(raw: str, ctx: Context) -> LineDecision:
    word = folded(raw)
    if word in {"new", folded(_("new"))}:
        return LineDecision(None)
    if word in {"skip", "nobody", folded(_("skip"))}:
        return LineDecision(None, skip=True)
    return LineDecision(_contact(raw, ctx))


def _list_fields() -> Mapping[ListField, str]:
    return {
        ListField.AREA: _("team, department, dept"),
        ListField.SHIFT: _("shifts, schedule"),
    }


_USER = re.compile(r"@[^\s:@]+:[^\s@]+\.?[^\s@]*")


def _person(raw: str, _ctx: Context) -> Person:
    word = the_mention(raw) or shown(raw).rstrip(_AFTER_A_NAME)
    if not _USER.fullmatch(word) or len(word) > 255:
        raise refuse(
            _("“{word}” is no full Matrix address; it looks like @ana:example.org."),
            word=cut(word),
        )
    return Person(UserId(word))


def _numbered(placeholder: str, ask: Callable[[], str], most: int = 999_999_999) -> Converter[int]:
    """A whole number from one on."""
    within = number(1, most)

    def read(raw: str, _ctx: Context) -> int:
        value = within(raw.removeprefix("#"))
        if value is None:
            raise refuse("“{word}”? {ask}", word=cut(raw), ask=ask())
        return value

    return Converter(read, placeholder, ask)


def _outcomes() -> Mapping[Outcome, str]:
    return {
        Outcome.REACHED: _("met, talked, talked to, spoke, spoken, spoke with, had a talk"),
        Outcome.NO_ANSWER: _("no answer, na, nobody, not home, missed, voicemail, no reply"),
        Outcome.BUSY: _("no time, in a rush"),
        Outcome.CALL_BACK: _("call back, later, call later, not now"),
        Outcome.WRONG_CONTACT: _("wrong contact, wrong number, wrong person, wrong"),
        Outcome.REFUSED: _("declined, refuses, no thanks, would not talk"),
    }


def _bases() -> Mapping[Basis, str]:
    return {
        Basis.CONSENT: _("agreed, permission"),
        Basis.MEMBER: _("membership, card"),
        Basis.INTEREST: _("legitimate interest, interests"),
    }


def _formats() -> Mapping[ExportFormat, str]:
    return {
        ExportFormat.CSV: _("excel, spreadsheet, table"),
        ExportFormat.JSON: _("osdi"),
        ExportFormat.VCARD: _("vcf, address book"),
    }


def _evidences() -> Mapping[Evidence, str]:
    return {
        Evidence.SAID: _("says, told me"),
        Evidence.DID: _("done, acted"),
        Evidence.HEARD: _("hear, hearsay, somebody said"),
    }


def _statuses() -> Mapping[EmploymentStatus, str]:
    return {
        EmploymentStatus.EMPLOYEE: _("employed, staff, back, permanent"),
        EmploymentStatus.LEAVE: _("on leave, parental leave"),
        EmploymentStatus.CONTRACTOR: _("contract, agency, temp, freelancer"),
    }


def _reasons() -> Mapping[Reason, str]:
    return {
        Reason.SUPERVISOR: _("manager, boss, management, promoted"),
        Reason.OUTSIDE: _("outsider, not in the unit, other company"),
    }


def _role_words() -> Mapping[RoleWord, str]:
    return {
        RoleWord.LEADER: _("natural leader, organic leader"),
        RoleWord.COMMITTEE: _("oc, committee member"),
        RoleWord.NONE: _("no, nothing"),
    }


def _actions() -> Mapping[Action, str]:
    return {
        Action.SURVEY: _("questionnaire, poll of needs"),
        Action.MEETING: _("assembly, gathering"),
        Action.CARDS: _("card, union cards, authorization cards"),
        Action.BUTTONS: _("button, stickers, sticker, badges, shirts"),
        Action.PHOTO_BOARD: _("photo board, photos, photo petition, board"),
        Action.MARCH: _("march on the boss, delegation"),
        Action.MOCK_VOTE: _("mock vote, mock strike vote, practice vote, practice strike vote"),
        Action.STRIKE_PLEDGE: _("strike pledge, strike"),
        Action.CUSTOM: _("other, action"),
    }


def _mark_words() -> Mapping[tests.MarkWord, str]:
    return {
        tests.MarkWord.ASKED: _("ask, invited"),
        tests.MarkWord.YES: _("y, promised, committed, will"),
        tests.MarkWord.NO: _("n, declined, refused, wont"),
        tests.MarkWord.DID: _("done, signed, came, wore, voted, yes and did"),
        tests.MarkWord.UNABLE: _("cannot, cant, on leave, sick leave"),
    }


def _name_groups() -> Mapping[tests.NameGroup, str]:
    return {
        tests.NameGroup.NOT_ASKED: _("not asked, unasked"),
        tests.NameGroup.YES: _("promised, said yes"),
        tests.NameGroup.DID: _("done, signed"),
        tests.NameGroup.OUTSIDE: _("not in the unit"),
    }


def _mover_groups() -> Mapping[tests.MoverGroup, str]:
    return {
        tests.MoverGroup.STEADY: _("always, all, faithful"),
        tests.MoverGroup.DROPPED: _("dropped off, lost, gone"),
        tests.MoverGroup.NEW: _("joined, first time"),
    }


def _sheet_parts() -> Mapping[tests.SheetPart, str]:
    return {
        tests.SheetPart.LIKELY: _("probable, typos"),
        tests.SheetPart.UNCLEAR: _("ambiguous, several"),
        tests.SheetPart.UNKNOWN: _("nobody, unmatched"),
        tests.SheetPart.TWICE: _("double, duplicates"),
    }


def _answers() -> Mapping[Answer, str]:
    return {
        Answer.YES: _("y, yeah, sure, ok"),
        Answer.MAYBE: _("perhaps, unsure, undecided"),
        Answer.NO: _("n, nope"),
    }


def _wheretos() -> Mapping[meeting.Whereto, str]:
    return {
        meeting.Whereto.ROOM: _("mention, here"),
        meeting.Whereto.DIRECT: _("dm, private"),
        meeting.Whereto.OFF: _("none, never"),
    }


def _duties() -> Mapping[Duty, str]:
    return {
        Duty.FACILITATOR: _("chair, moderator, facilitation"),
        Duty.NOTES: _("minutes, note-taker, notetaker"),
        Duty.STACK: _("queue, speakers"),
        Duty.TIME: _("timekeeper, clock"),
    }


CONVERTERS: Mapping[object, Converter[Any]] = {
    meeting.MeetingNumber: Converter(
        meeting.read_meeting, "#NUMBER", lambda: _("Which meeting? !meet shows their numbers.")
    ),
    meeting.OptionNumber: Converter(
        meeting.read_number, "NUMBER", lambda: _("Which one? Its number.")
    ),
    meeting.ActionNumber: Converter(
        meeting.read_number, "NUMBER", lambda: _("Which one? !actions shows their numbers.")
    ),
    meeting.Plan: Converter(
        meeting.read_plan, "TEXT", lambda: _("What, and when?"), most=ALL, people=True
    ),
    Times: Converter(
        lambda raw, _ctx: read_times(raw),
        "NUMBERS",
        lambda: _("Which times can you? Like 1 3 maybe 2."),
        most=ALL,
    ),
    meeting.ItemWords: Converter(
        meeting.read_item, "MINUTES TEXT", lambda: _("What is it about?"), most=ALL
    ),
    meeting.Task: Converter(
        meeting.read_task,
        "@WHO TEXT by DAY",
        lambda: _("Who does what, by when?"),
        most=ALL,
        people=True,
    ),
    meeting.MeetingLink: Converter(meeting.read_link, "LINK", lambda: _("Which link?"), most=ALL),
    meeting.QuietHours: Converter(
        meeting.read_quiet, "FROM-TO", lambda: _("From which hour to which? Like 22-8."), most=3
    ),
    meeting.Whereto: choice(
        meeting.Whereto,
        "room|direct|off",
        lambda: _("Where: room, direct or off?"),
        _wheretos,
    ),
    Duty: choice(
        Duty,
        "facilitator|notes|stack|time",
        lambda: _("Which role: facilitator, notes, stack or time?"),
        _duties,
    ),
    ContactRef: Converter(
        _contact, "WHO", lambda: _("Who? A handle like M-41, or a name."), most=6, shortest=True
    ),
    Outcome: choice(
        Outcome,
        "OUTCOME",
        lambda: _("How did it go? Say {choices}.").format(
            choices=one_of([o.value for o in Outcome])
        ),
        _outcomes,
        most=3,
    ),
    Assessment: Converter(
        _assessment, "0-5", lambda: _("Which rating? {scale}.").format(scale=scale())
    ),
    Evidence: choice(
        Evidence,
        "said|did|heard",
        lambda: _("What does it rest on: said, did or heard?"),
        _evidences,
        bare=tuple(e.value for e in Evidence),
    ),
    Answer: choice(Answer, "yes|maybe|no", lambda: _("Yes, maybe or no?"), _answers),
    FutureDate: Converter(
        _future_date,
        "DAY",
        lambda: _("When? Like fri, tomorrow, 3d, 2w or 1 dec."),
        most=LONGEST_DAY,
        strict=True,
    ),
    AnyDay: Converter(
        _any_day,
        "DAY",
        lambda: _("Which day? Like yesterday, fri, 1 may or 2026-05-01."),
        most=LONGEST_DAY,
        strict=True,
    ),
    Days: _numbered("DAYS", lambda: _("How many days? Like 30."), 3650),
    Weeks: _numbered("WEEKS", lambda: _("How many weeks? Like 4."), 520),
    TalkNumber: _numbered(
        "NUMBER", lambda: _("Which talk? !1on1 history M-41 shows their numbers.")
    ),
    PairNumber: _numbered("NUMBER", lambda: _("Which pair? !dupes shows their numbers.")),
    EmploymentStatus: choice(
        EmploymentStatus,
        "employee|leave|contractor",
        lambda: _("Employee, leave or contractor?"),
        _statuses,
    ),
    Reason: choice(
        Reason,
        "supervisor|outside|other",
        lambda: _("Why? Supervisor, outside or other."),
        _reasons,
    ),
    RoleWord: choice(
        RoleWord,
        "leader|committee|none",
        lambda: _("Which role: leader, committee or none?"),
        _role_words,
        most=2,
    ),
    NamedZone: Converter(
        lambda raw, ctx: read_zone(raw, ctx.now, ctx.committee.zone),
        "CITY",
        lambda: _("Which city's time? Like Madrid or New York."),
        most=ALL,
    ),
    PersonName: _person_name(),
    Label: text(60, "TEXT", lambda: _("A few words, please.")),
    Sentence: text(200, "TEXT", lambda: _("One sentence, please.")),
    Note: text(1000, "TEXT", lambda: _("A few words, please.")),
    SearchWords: text(80, "WORDS", lambda: _("Which name? A part of it is enough.")),
    FollowUpNumber: Converter(
        _follow_up, "NUMBER", lambda: _("Which follow-up? !due shows their numbers.")
    ),
    Colleague: Converter(
        _colleague,
        "@WHO",
        lambda: _("Which organizer? Like @ana."),
        most=3,
        shortest=True,
        people=True,
    ),
    ContactRefs: Converter(
        _contacts, "WHO", lambda: _("Who? Handles like M-41 M-42, or one name."), most=40
    ),
    Person: Converter(
        _person, "@USER:SERVER", lambda: _("Who? Like @ana:example.org."), people=True
    ),
    ImportNumber: Converter(
        _import_number, "NUMBER", lambda: _("Which import? !import list shows their numbers.")
    ),
    Basis: choice(
        Basis,
        "consent|member|interest",
        lambda: _("Why may we keep it: consent, member or interest?"),
        _bases,
        most=2,
    ),
    ExportFormat: choice(
        ExportFormat, "csv|json|vcard", lambda: _("Csv, json or vcard?"), _formats, most=2
    ),
    ExportNumber: _numbered("NUMBER", lambda: _("Which export? Like 3.")),
    SecondNumber: _numbered("NUMBER", lambda: _("Which question? Like 3.")),
    LineNumber: Converter(_line_number, "LINE", lambda: _("Which line of the file?")),
    ColumnWords: text(2000, "COLUMN=FIELD …", lambda: _("Pairs like Dept=area, please.")),
    LineDecision: Converter(
        _decision, "new|skip|WHO", lambda: _("Who is it: new, skip, or a handle like M-41?"), most=6
    ),
    ListField: choice(
        ListField, "FIELD", lambda: _("Which field? Like area or shift."), _list_fields
    ),
    CommitteeName: text(60, "NAME", lambda: _("Which committee?")),
    Topic: text(60, "COMMAND", lambda: _("Which command?")),
    terms.Question: _question(),
    terms.QuestionAndOptions: Converter(
        lambda raw, _ctx: terms.QuestionAndOptions(raw),
        '"QUESTION" OPTION | OPTION',
        lambda: _("What do you ask? The question, then the options with bars between them."),
        most=ALL,
        as_typed=True,
    ),
    terms.Deadline: Converter(
        terms.read_deadline,
        "WHEN",
        lambda: _("Until when? Like fri, “fri 18:00”, 90m or 3d."),
        most=LONGEST_DAY,
    ),
    terms.PollCode: Converter(
        terms.read_code, "CODE", lambda: _("Which poll? Its code is four characters, like K7QX.")
    ),
    terms.Choice: Converter(
        lambda raw, _ctx: terms.Choice(raw), "CHOICE", lambda: _("What do you vote?"), most=ALL
    ),
    terms.LeastBallots: Converter(
        terms.read_least, "BALLOTS", lambda: _("Below how many ballots is nothing published?")
    ),
    tests.TestRef: Converter(
        tests.read_test, "TEST", lambda: _("Which test? Its name, or T-3."), most=6, shortest=True
    ),
    Action: choice(
        Action,
        "KIND",
        lambda: _("What kind of test? {kinds}.").format(kinds=one_of([a.value for a in Action])),
        _actions,
        most=4,
    ),
    tests.Title: text(tests.LONGEST_NAME, '"NAME"', lambda: _("What is it called?"), most=6),
    tests.Percent: Converter(
        tests.read_percent, "60%", lambda: _("Which share of the unit? Like 60%."), most=2
    ),
    tests.MarkWord: choice(
        tests.MarkWord,
        "asked|yes|no|did|unable",
        lambda: _("How far did they come: asked, yes, no, did or unable?"),
        _mark_words,
        most=3,
    ),
    tests.Several: Converter(
        tests.read_people,
        "WHO …",
        lambda: _("Who? Handles like M-41 M-42, or names with commas between."),
        most=ALL,
        several=True,
    ),
    tests.NameGroup: choice(
        tests.NameGroup,
        "GROUP",
        lambda: _("Whose names: notasked, asked, yes, no, did, unable or outside?"),
        _name_groups,
        most=4,
    ),
    tests.MoverGroup: choice(
        tests.MoverGroup,
        "steady|dropped|new",
        lambda: _("Which: steady, dropped or new?"),
        _mover_groups,
        most=2,
    ),
    tests.SheetPart: choice(
        tests.SheetPart,
        "PART",
        lambda: _("Which lines: sure, likely, unclear, unknown, twice or outside?"),
        _sheet_parts,
    ),
    tests.YesNo: choice(tests.YesNo, "yes|no", lambda: _("Yes or no?"), dict),
    tests.AreaName: Converter(
        tests.read_area, "AREA", lambda: _("Which area?"), most=5, shortest=True
    ),
    tests.Turnout: Converter(
        tests.read_turnout, "NUMBER", lambda: _("How many of them took part? Like 14.")
    ),
    tests.SheetNumber: _numbered("LIST", lambda: _("Which list? !test list shows their numbers.")),
    tests.ItemNumber: _numbered("ITEM", lambda: _("Which item? !test review shows their numbers.")),
    tests.JointCode: Converter(
        tests.read_joint, "CODE", lambda: _("Which code? A lead of the other committee has it.")
    ),
    terms.Quorum: Converter(
        terms.read_quorum,
        "60%|BALLOTS",
        lambda: _("How many have to vote? Like 60%, 2/3 or 8."),
        most=4,
    ),
}
"""Every type a command may name. Others are refused when the command is declared."""


def converter(kind: object) -> Converter[Any] | None:
    """The converter for a type, or None if people cannot type it."""
    return CONVERTERS.get(kind)


__all__ = ["ALL", "CONVERTERS", "Converter", "Refusal", "converter", "scale"]
