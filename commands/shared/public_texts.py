"""Names of contacts in words that others read: noticed before anything is posted, and asked about.

A title, a decision, an option of a poll, a reason: what has a reader that says ``posted``, and every line in
the room. Somebody's own people are looked for among themselves, by their first name alone as well, since that
is how one writes of them, and cost nothing. Whether others are
contacts is nobody's to learn for free: each place that looks like a name, whoever there is, costs one
look-up (look_ups.py) before its answer is looked for; when those are spent, such a line is not posted,
whether it names a contact or not.
"""

from collections.abc import Collection, Mapping, Sequence

from commands.framework.context import Context
from commands.framework.errors import Refusal
from commands.framework.handles import holds_a_handle, without_handles
from commands.framework.i18n import _, one_of
from commands.framework.mentions import MARK
from commands.framework.reply import Code, Line, Reply, line, reply
from commands.framework.resolver import Resolver
from commands.framework.spec import Abroad
from commands.framework.withheld import KEPT, PostedLine, WithheldLine, WithheldLines
from commands.names.in_texts import NamePlace, names_in, questions, replaced
from commands.roles.rules import Need, refusal
from commands.shared.look_ups import Looking, TooManyLookUps
from commands.shared.members import Members
from storage.authority.look_ups import Other
from storage.contacts.in_texts import NamesInTexts
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Contact
from storage.names import folded

Found = Mapping[tuple[str, ...], Sequence[Contact]]


class NamesSomebody(Refusal):
    """A line names a contact whom the room would read: nothing was posted yet."""

    def __init__(self, *lines: Line, fleeting: bool) -> None:
        super().__init__(lines[0], example="", fleeting=fleeting)
        self._more = lines[1:]

    def reply(self) -> Reply:
        """The question in two lines: who it is, and what would be written."""
        return reply(self.problem, *self._more, fleeting=self.fleeting)


@dataclass(frozen=True, slots=True)
class _Search:
    """One line, and what is needed to say whether it names a contact."""

    posted: PostedLine
    ctx: Context
    looking: Looking
    names: NamesInTexts
    members: Members

    async def find(self) -> Found:
        """The contacts whom the line names, by their words. Raises Refusal when that cannot be told."""
        found = [
            named
            for named in _places(self.posted, self.members.roles.keys())
            if not self._is_a_member(named)
        ]
        if not found:
            return {}
        need = Need(people=True)
        if refusal(self.ctx.standing, need, self.ctx.now, self.ctx.settings) is not None:
            if questions(found):
                raise _cannot_tell(self.posted)
            return {}
        care = await self.looking.care()
        own = _named(found, await self.names.of({each.words for each in found}, care))
        rest = [each for each in found if each.words not in own]
        if self.looking.everybody:
            return _apart(found, {**own, **_telling(rest, await self._of(rest))})
        own = _apart(found, own)
        return {**own, **await self._of_others(rest)}

    async def _of_others(self, found: Sequence[NamePlace]) -> Found:
        """The people outside of one's own care whom the line names, each place at the price of a look-up."""
        likely = [each for each in found if each.likely]
        try:
            for _question in range(questions(likely)):
                await self.looking.ask()
            told = _telling(likely, await self._of(likely))
            await self.looking.noted(
                [
                    Other(each.id, each.number, each.name, each.organizer)
                    for people in told.values()
                    for each in people
                ]
            )
        except TooManyLookUps as spent:
            if self.posted.known:
                return {}
            raise spent.but(problem=_spent()) from None
        return told

    async def _of(self, found: Sequence[NamePlace]) -> Found:
        return await self.names.of({each.words for each in found}, None)

    def _is_a_member(self, named: NamePlace) -> bool:
        """Whether the words are how a member is called: the room knows who is in it."""
        return set(named.words) <= self._called(named.words)

    def _called(self, words: Collection[str]) -> set[str]:
        for user in self.members.roles:
            local = folded(user.partition(":")[0]).split()
            theirs = {*folded(self.members.names.get(user, "")).split(), *local, "".join(local)}
            if theirs.issuperset(words):
                return theirs
        return set()


async def _notice(
    posted: PostedLine,
    ctx: Context,
    looking: Looking,
    names: NamesInTexts,
    members: Members,
    withheld: WithheldLines,
) -> None:
    """Raise Refusal when a line names a contact; the line as it could be said waits for an ok."""
    told = {} if posted.may_name else await _Search(posted, ctx, looking, names, members).find()
    if posted.abroad is not None:
        _refuse_abroad(posted, posted.abroad, told, members, ctx, withheld)
    if not told:
        return
    people = list({each.id: each for found in told.values() for each in found}.values())
    instead = _with_handles(posted, told, members)
    if instead is None:
        raise NamesSomebody(_who(people), _say_it_otherwise(), fleeting=posted.fleeting)
    withheld.keep(WithheldLine(instead, posted.place, ctx.now + KEPT))
    raise NamesSomebody(
        (*_who(people), " ", *_ask(people)), (Code(instead),), fleeting=posted.fleeting
    )


def _places(posted: PostedLine, members: Collection[str]) -> list[NamePlace]:
    """The places in what others read where a name may stand; the command's own name is none."""
    return [
        named
        for words in posted.words
        # Of a command without words nothing is left to be looked at.
        if len(words) > posted.begins
        for named in names_in(words, members)
        if named.end > posted.begins
    ]


def _names_nobody(posted: PostedLine) -> bool:
    """Whether no name stands in a line, whoever is in the room; of one with mentions, or for others, that is not told."""
    if posted.abroad is not None:
        return False
    return not any(MARK in words for words in posted.words) and not _places(posted, ())


def _refuse_abroad(
    posted: PostedLine,
    abroad: Abroad,
    told: Found,
    members: Members,
    ctx: Context,
    withheld: WithheldLines,
) -> None:
    """Raise Refusal when other committees would read a contact's name, or a handle that is somebody else there."""
    with_handles = any(map(holds_a_handle, posted.words))
    if not told and not with_handles:
        return
    lines: list[Line] = []
    if told:
        people = list({each.id: each for found in told.values() for each in found}.values())
        lines.append((*_who(people), " ", *line("Other committees would read the name.")))
    if with_handles:
        lines.append(line("In other committees a handle like M-41 is somebody else."))
    somebody = a_colleague()
    text = posted.text
    if posted.readable:
        places = [each for each in names_in(text, members.roles.keys()) if each.words in told]
        text = without_handles(replaced(text, [(each, somebody) for each in places]), somebody)
    if text == posted.text:
        lines.append(line("I did nothing. Write “{words}” instead.", words=somebody))
    else:
        withheld.keep(WithheldLine(text, posted.place, ctx.now + KEPT))
        lines.append(
            line(
                "Shall I write “{words}” instead? {ok} does it, {no} drops it.",
                words=somebody,
                ok=Code("!ok"),
                no=Code("!no"),
            )
        )
        lines.append((Code(text),))
    if told and abroad.named:
        lines.append(
            line(
                "If they agreed to be named, send yours again with {agreed} before it.",
                agreed=Code(abroad.named),
            )
        )
    raise NamesSomebody(*lines, fleeting=posted.fleeting)


def a_colleague() -> str:
    """Return what stands in the place of a name or a handle that goes to other committees."""
    return _("a colleague")


NOTICE = Resolver(_notice, idle=_names_nobody)
"""Notices names in lines that others read. Given a PostedLine."""


def _named(found: Sequence[NamePlace], people: Found) -> Found:
    """The people of those places where a name stands; a part of a word only where it is all of a name."""
    whole = {each.words for each in found if each.whole}
    return {
        words: fits
        for words, some in people.items()
        if (fits := [one for one in some if words not in whole or folded(one.name) == words[0]])
    }


def _apart(found: Sequence[NamePlace], told: Found) -> Found:
    """The same without single words that stand only within a whole name that was found."""
    pairs = [each for each in found if len(each.words) > 1 and each.words in told]
    outside = {
        each.words
        for each in found
        if not any(pair.start <= each.start and each.end <= pair.end for pair in pairs)
    }
    return {words: some for words, some in told.items() if len(words) > 1 or words in outside}


def _telling(found: Sequence[NamePlace], people: Found) -> Found:
    """The same; a first name tells who is meant where one contact has it, and nobody where several do.

    A word with nothing beside it that makes it a name is one only as the first of a name.
    """
    alone = {each.words for each in found if each.alone}
    return {
        words: some
        for words, some in _named(found, people).items()
        if len(words) > 1
        or (len(some) == 1 and (words not in alone or folded(some[0].name).split()[0] == words[0]))
    }


def _with_handles(posted: PostedLine, told: Found, members: Members) -> str | None:
    """The line with handles in the places of names; None where it cannot be said like that."""
    if not posted.readable or any(len(people) > 1 for people in told.values()):
        return None
    places = [
        (each, told[each.words][0].handle)
        for each in names_in(posted.text, members.roles.keys())
        if each.words in told
    ]
    return replaced(posted.text, places) if places else None


def _who(people: Sequence[Contact]) -> Line:
    if len(people) == 1:
        who = people[0]
        return line("{name} is a contact ({handle}).", name=who.name, handle=who.handle)
    names = one_of([f"{each.name} ({each.handle})" for each in people])
    return line("That may be a contact: {names}.", names=names)


def _ask(people: Sequence[Contact]) -> Line:
    return line(
        "Others would read the name. Shall I write {handle} instead? {ok} does it, {no} drops it.",
        handle=people[0].handle if len(people) == 1 else _("the handles"),
        ok=Code("!ok"),
        no=Code("!no"),
    )


def _say_it_otherwise() -> Line:
    return line(
        "Others would read the name, so I did nothing. Write the handle instead, or leave it out."
    )


def _spent() -> Line:
    return line(
        "I did nothing: there may be a contact's name in that, and I cannot check. You"
        " have reached today's limit of look-ups. Leave the name out or write the"
        " handle, like M-41. A lead can also post it for you."
    )


def _cannot_tell(posted: PostedLine) -> Refusal:
    words = line(
        "I did nothing: there may be somebody's name in that. I may not check for you"
        " yet, because you are new here. Leave the name out, or ask a lead to post it."
    )
    return NamesSomebody(words, fleeting=posted.fleeting)
