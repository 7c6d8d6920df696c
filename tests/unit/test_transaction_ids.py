"""Transaction ids: a bot that was updated knows its own messages again."""

import ast
from collections import Counter
from pathlib import Path

from bot.delivery import transaction_ids
from bot.delivery.transaction_ids import ANSWER, NEWCOMERS, OF_A_VOTE, is_of, stem
from tests.support.trees import nodes_of

ROOT = Path(__file__).parents[2]
ON_THE_WIRE = {
    "AFTER_RESTORE": "back", "ANNOUNCEMENT": "pa", "ANSWER": "st", "AWAY": "away", "BALLOT": "pb",
    "BALLOTS_LOST": "lost", "BALLOT_TAKEN_BACK": "pd", "BUSY": "bz", "CANCELLED": "can",
    "COALITION": "co", "COALITION_TOLD": "ct",
    "DIGEST": "digest", "EXPORT_ENDED": "ex", "FILE_LATE": "fl", "FILE_WAITS": "fw",
    "GREETING": "hi", "IDENTITY_CHANGED": "id", "IDENTITY_COMPARED": "vs", "IMPORT": "im",
    "LEFT": "left", "NEWCOMERS": "new", "NOT_VERIFIED": "vn", "POLL_REMINDER": "pr",
    "POSTPONED": "pp", "REFUSED": "no", "REMINDER": "rem", "RESULT": "res", "ROLL": "roll",
    "ROSTER_CHANGED": "pw", "SPARING": "spare", "TAKEN_AWAY": "ta", "UNREAD_FILE": "uf", "VOTE_ANSWER": "va",
    "VOTE_IN_ROOM": "vw", "VOTE_REACTION": "vx", "VOTE_REDACTED": "vr", "VOTE_TAKEN_AWAY": "vn",
    "ZONE": "zone",
}  # fmt: skip
"""As the release before sent them: what waits, and what is in doubt, has ids that begin like this."""


def beginnings() -> dict[str, str]:
    named = {name: value for name, value in vars(transaction_ids).items() if name.isupper()}
    return {k: v for k, v in named.items() if k not in {"REFERENCE", "OF_A_VOTE"}}


def test_no_beginning_changes_while_a_bot_runs_somewhere_that_used_it() -> None:
    assert beginnings() == ON_THE_WIRE
    assert transaction_ids.REFERENCE == "org.steward.transaction"
    assert stem(ANSWER, "$event:x.org") == "st-df2c009e69d6f8552dfdb699"


def test_one_beginning_has_one_meaning() -> None:
    twice = {value for value, times in Counter(beginnings().values()).items() if times > 1}
    assert twice == {"vn"}, "known, and kept: it was on the wire before"
    votes = {name for name, value in beginnings().items() if value.startswith(OF_A_VOTE)}
    others = {"IDENTITY_COMPARED", "NOT_VERIFIED"}
    assert votes - others == {name for name in beginnings() if name.startswith("VOTE_")}


def test_a_beginning_ends_with_its_dash() -> None:
    assert is_of(NEWCOMERS, "new-3f2a-1")
    assert not is_of(NEWCOMERS, "news-3f2a-1")
    assert not is_of(ANSWER, "s-1")


def test_nobody_spells_a_beginning_by_hand() -> None:
    spelled = {f"{value}-" for value in ON_THE_WIRE.values()}
    found = {
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "bot").rglob("*.py")
        for node in nodes_of(path)
        if isinstance(node, ast.JoinedStr)
        and isinstance(node.values[0], ast.Constant)
        and node.values[0].value in spelled
    }
    assert found == set()
