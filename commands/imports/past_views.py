"""Words about what an old list knows of people: its scale, its talks, its leaders."""

from collections.abc import Iterable, Mapping, Sequence

from commands.framework.i18n import _, a_number, joined
from commands.framework.reply import Code, Line, line, plural
from commands.imports.file_views import as_typed, shortened
from commands.imports.read import past
from commands.imports.read.fields import Field, offered
from commands.imports.read.people import ColumnReading
from commands.imports.read.reach import FIELDS
from commands.shared.wording import rating_words, with_colon
from storage.core.model import Assessment
from storage.imports.imports import Import

LONGEST_WORD = 24
MOST_WORDS = 5
"""Words of a list's scale in an example."""


def own_notes(one: Import, reading: ColumnReading) -> Line | None:
    """How to keep the columns that look like what organizers note themselves; None without any."""
    found: dict[Field, str] = {}
    for column, head in enumerate(one.heads):
        what = offered(head)
        if what is not None and what not in FIELDS and column not in reading.columns:
            found.setdefault(what, head)
    taken = set(reading.columns.values())
    pairs = " ".join(
        f"{as_typed(head)}={what.value}" for what, head in found.items() if what not in taken
    )
    if not pairs:
        return None
    return line(
        "If its ratings, talks or leaders are yours, you can keep them: {map}",
        map=Code(f"!import map {one.number} {pairs}"),
    )


def which_scale(one: Import, reading: ColumnReading, rows: Iterable[Sequence[str]]) -> Line | None:
    """Ask what the ratings of a list stand for; None when that is known or there are none."""
    column = next((c for c, what in reading.columns.items() if what is Field.RATING), None)
    if column is None or reading.values.get(Field.RATING):
        return None
    words = {past.code_key(row[column]): row[column].strip() for row in rows if row[column].strip()}
    start = f"!import values {one.number} rating"
    if words and words.keys() <= past.SAME.keys() | {"0"}:
        return line(
            "Which end is best in that list? 1, as here: {same}. 5: {turned}",
            same=Code(f"{start} same"),
            turned=Code(f"{start} turned"),
        )
    pairs = " ".join(
        f"{as_typed(word)}={n}" for n, word in enumerate(list(words.values())[:MOST_WORDS], 1)
    )
    return line(
        "What do its ratings mean here? {scale}. Like this: {values}",
        scale=joined(rating_words(each) for each in Assessment if each.value),
        values=Code(f"{start} {pairs or 'A=1 B=2'}"),
    )


def scale_said(reading: ColumnReading) -> Line:
    """Say back what the words of a list's scale stand for."""
    return line(
        "Ratings: {pairs}. Any other word is left out.",
        pairs=" · ".join(
            # "a+" as people write it.
            f"{shortened(word.upper() if len(word) < 3 else word, LONGEST_WORD)} → {_meaning(meaning)}"
            for word, meaning in reading.values.get(Field.RATING, {}).items()
        ),
    )


def _meaning(meaning: str) -> str:
    rating = past.rating_of(meaning)
    return _("left out") if rating is None else rating_words(rating)


def brought(figures: Mapping[str, int]) -> list[Line]:
    """The ratings, talks and leaders that come with the list."""
    rated = {each: figures.get(f"rated {each.value}", 0) for each in Assessment}
    said = [with_colon(rating_words(each), a_number(n)) for each, n in rated.items() if n]
    talks, leaders = figures.get("talked", 0), figures.get("leaders", 0)
    lines: list[Line] = []
    if said:
        lines.append(line("With ratings, as heard: {ratings}.", ratings=" · ".join(said)))
    if talks:
        lines.append(plural("With {n} talk.", "With {n} talks.", talks))
    if leaders:
        lines.append(plural("With {n} natural leader.", "With {n} natural leaders.", leaders))
    return lines
