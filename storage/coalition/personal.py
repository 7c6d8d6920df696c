"""Personal data in coalitions: none about contacts. What leads typed may name somebody all the same."""

from storage.privacy.declarations import Erased, Forgetting, PersonalData, PersonalTable
from storage.privacy.name_patterns import BLANK

_OF_COALITION = "t.coalition IN (SELECT c.id FROM coalitions AS c WHERE c.committee = ?1)"
_OF_MEMBER = (
    "t.member IN (SELECT m.id FROM coalition_members AS m JOIN coalitions AS c ON c.id = m.coalition"
    " WHERE c.committee = ?1)"
)

IDS = (
    "action", "bot", "bots", "hash", "here", "key", "kind", "master", "members", "messages", "missing", "poll",
    "ref", "report", "test", "vector", "zone",
)  # fmt: skip
"""Fields of messages with ids: accounts, keys, zones, other messages. A bot may be called as somebody is."""


def _table(name: str, *, whose: str = _OF_COALITION, words: tuple[str, ...] = ()) -> PersonalTable:
    return PersonalTable(name, whose=whose, about=None, words=words, bodies=("body",), ids=IDS)


async def _hold_back_questions(forgetting: Forgetting) -> Erased:
    """Empty questions of polls from which a name was blanked, where they may be said or heard once more.

    Sums are bound to a question as it was asked: whoever heard it otherwise would spoil the sum of all. So who
    missed it is not in that poll, as if it had been away.
    """
    for table, whose in (("coalition_said", _OF_COALITION), ("coalition_heard", _OF_MEMBER)):
        await forgetting.tx.execute(
            f"UPDATE {table} AS t SET body = '{{}}' WHERE t.kind = 'poll ask' AND {whose}"
            " AND instr(t.body, ?2)",
            (forgetting.committee, BLANK),
        )
    return Erased()


PERSONAL = PersonalData(
    tables=(
        PersonalTable("coalitions", about=None, words=("title", "label")),
        _table("coalition_said", words=("sentence",)),
        _table("coalition_polls"),
        _table("coalition_heard", whose=_OF_MEMBER, words=("sentence",)),
        _table("coalition_proposals"),
        PersonalTable("coalition_tests", whose=_OF_COALITION, about=None, words=("name", "letter")),
    ),
    nobody=(
        "coalition_codes",
        "coalition_consents",
        "coalition_counts",
        "coalition_gives",
        "coalition_knocks",
        "coalition_meeting_counts",
        "coalition_meetings",
        "coalition_lines",
        "coalition_members",
        "coalition_sides",
        "coalition_tables",
        "coalition_told_times",
        "coalition_poll_words",
    ),
    scrubs=(_hold_back_questions,),
)
