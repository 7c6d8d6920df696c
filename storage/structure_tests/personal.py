"""Personal data in structure tests: rosters, marks and lists of signatures."""

import json

from storage.core.slices import in_slices
from storage.privacy.declarations import (
    IN_RECORDS,
    Disclosure,
    Erased,
    Forgetting,
    PersonalData,
    PersonalTable,
)

_TEST = "JOIN tests AS s ON s.id = t.test JOIN history AS h ON h.id = s.entry"
_MARK = (
    "CASE t.mark WHEN 0 THEN 'not asked' WHEN 1 THEN 'asked' WHEN 2 THEN 'unable' "
    "WHEN 3 THEN 'no' WHEN 4 THEN 'yes' ELSE 'did' END"
)


async def _drop_signatures(forgetting: Forgetting) -> Erased:
    """Drop lines of lists of signatures that wait."""
    names, records, lines = forgetting.names, set(forgetting.person.records), 0
    for row in await forgetting.tx.all(
        "SELECT id, lines FROM test_sheets WHERE committee = ? AND number > 0",
        (forgetting.committee,),
    ):
        every = json.loads(row["lines"])
        theirs = await in_slices(
            names.in_row([each[1]]) or bool(set(each[3]) & records) for each in every
        )
        rest = [each for each, his in zip(every, theirs, strict=True) if not his]
        if len(rest) < len(every):
            lines += len(every) - len(rest)
            await forgetting.tx.execute(
                "UPDATE test_sheets SET lines = ? WHERE id = ?", (json.dumps(rest), row["id"])
            )
    return Erased(lines=lines)


PERSONAL = PersonalData(
    tables=(
        PersonalTable("tests", about=None, words=("name",)),
        PersonalTable(
            "test_people",
            shown=Disclosure(
                "'T-' || s.number, s.name, coalesce(a.name, iif(t.area < 0, 'outside', NULL)), "
                "t.shift, t.rating, t.organizer, iif(t.leader, 'leader', NULL)",
                f"{_TEST} LEFT JOIN areas AS a ON a.id = t.area",
                taken_back="EXISTS (SELECT 1 FROM history AS b WHERE b.reverses = s.entry)",
                order="t.test",
            ),
        ),
        PersonalTable(
            "test_marks",
            shown=Disclosure(
                f"'T-' || s.number, s.name, {_MARK}, iif(t.amends, 'amended', NULL)",
                "JOIN history AS h ON h.id = t.entry JOIN tests AS s ON s.id = t.test",
            ),
            contacted="t.contact",
        ),
        PersonalTable(
            "test_reviews",
            shown=Disclosure(
                "'T-' || s.number, s.name, t.what, t.answer, t.answered_by", _TEST, taken_back="0"
            ),
        ),
        PersonalTable(
            "test_sheets",
            about=None,
            shown=Disclosure(
                "'#' || t.number, l.value ->> 1",
                "JOIN json_each(t.lines) AS l",
                at="t.at",
                by="t.author",
                taken_back="0",
                about="t.committee > 0 AND EXISTS (SELECT 1 FROM json_each(l.value, '$[3]') AS c "
                f"WHERE c.value {IN_RECORDS})",
            ),
        ),
        PersonalTable(
            "test_figures",
            whose="(SELECT s.committee FROM tests AS s WHERE s.id = t.test) = ?1",
            about=None,
            words=("why",),
        ),
    ),
    nobody=("joint_tests", "test_counts", "test_rows", "test_terms", "test_told", "test_turnouts"),
    scrubs=(_drop_signatures,),
    scrubbed=("test_sheets",),
)
