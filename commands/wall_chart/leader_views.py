"""The picture of leaders and who stands behind them, with the same figures in words. For leads alone."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from commands.framework.errors import cut
from commands.framework.i18n import _, a_day, joined, ngettext
from commands.framework.reply import Block, Code, Line, Reply, Strong, line, listed, reply
from commands.picture import Section, Wall, WallRow
from commands.shared import figures
from commands.shared.wording import mark_words, rating_words
from commands.wall_chart.leader_groups import ACROSS, Led, LedPage, LedPart, pages
from commands.wall_chart.views import LEADER, ORDER, SIGNS, Setting


def chart(groups: Sequence[Led], at: Setting, unled: int, *, more: bool) -> tuple[Reply, ...]:
    """Draw leaders and who stands behind them side by side, on as many pages as it takes."""
    leaves = pages(groups)
    when = _when(groups, at)
    told = [_page(leaf, at, when, number, len(leaves)) for number, leaf in enumerate(leaves, 1)]
    tail: list[Block] = []
    if more:
        tail.append(line("There are more people than one picture has room for."))
    if unled:
        how = Code(f"!follows M-7 M-{groups[0].leader.number}")
        tail.append(
            line(
                "Behind nobody: {people}. {how} puts people behind a leader.",
                people=figures.people(unled),
                how=how,
            )
        )
    tail.append(line("These are names: keep them to yourself, and out of your photos."))
    told[-1] = replace(told[-1], blocks=(*told[-1].blocks, *tail))
    return tuple(told)


def _when(groups: Sequence[Led], at: Setting) -> str:
    behind = sum(len(each.people) for each in groups)
    words = ngettext(
        "{day} · {n} leader, {behind} behind them",
        "{day} · {n} leaders, {behind} behind them",
        len(groups),
    )
    day = a_day(at.today, at.today)
    return words.format(day=day, n=len(groups), behind=behind)


def _page(page: LedPage, at: Setting, when: str, number: int, of: int) -> Reply:
    if of > 1:
        when = _("{when} · page {page} of {pages}").format(when=when, page=number, pages=of)
    picture = Wall(
        title=_("{committee}: leaders").format(committee=at.committee),
        subtitle=when,
        columns=tuple(tuple(_section(part, at) for part in column) for column in page),
        keys=tuple((rating.value, rating_words(rating).lstrip("0123456789 ")) for rating in ORDER),
        signs=_signs(at),
        across=ACROSS,
    )
    rows = [_in_words(part, at) for column in page for part in column]
    head = line("{chart}, {when}", chart=Strong(_("Leaders")), when=when)
    return reply(head, listed(rows), picture=picture)


def _signs(at: Setting) -> str:
    told = _("{leader} natural leader").format(leader=LEADER)
    if not at.tests:
        return told
    return _("{told} · {test}: {signs}").format(
        told=told,
        test=cut(at.tests[0]),
        signs=" ".join(f"{sign} {mark_words(mark)}" for mark, sign in SIGNS.items()),
    )


def _section(part: LedPart, at: Setting) -> Section:
    name = _("{n} behind {leader}").format(n=len(part.led.people), leader=part.led.leader.name)
    if part.continued:
        name = _("{area} …").format(area=name)
    return Section(name, _did(part.led, at), tuple(_rows(part)))


def _did(led: Led, at: Setting) -> str:
    return _("{n} did").format(n=led.did) if at.tests else ""


def _rows(part: LedPart) -> Iterator[WallRow]:
    for person in part.rows:
        yield WallRow(
            mark=person.rating.value,
            name=person.name,
            handle=f"M-{person.number}",
            badges=LEADER if person.id == part.led.leader.id else "",
            figures=tuple(SIGNS[mark] for mark in person.marks),
        )


def _in_words(part: LedPart, at: Setting) -> Line:
    """★ Sam Okafor ✓: 8 behind, 3 did: Mia Chen ✓, Bo Beck –."""
    leader = part.led.leader
    head = " ".join((LEADER, leader.name, *(SIGNS[mark] for mark in leader.marks)))
    people = joined(
        " ".join((person.name, *(SIGNS[mark] for mark in person.marks)))
        for person in part.rows
        if person.id != leader.id
    )
    counted = _("{n} behind them").format(n=len(part.led.people))
    told = joined(filter(None, (counted, _did(part.led, at))))
    if not people:
        return line("{leader}: {figures}", leader=Strong(head), figures=told)
    return line("{leader}: {figures}: {people}", leader=Strong(head), figures=told, people=people)
