"""Rules about what is kept about somebody: what in it tells about others as well. Pure."""

from collections.abc import Mapping, Sequence

from storage.privacy.subject_access import HeldRow

_OF_OTHERS = frozenset({"pairs", "test_sheets", "followings"})
"""Who may be the same person, who stands behind whom, and lines that others brought: people outside an
organizer's care."""
_GROUPS = frozenset({"followed", "not followed"})


def for_organizers(found: Mapping[str, Sequence[HeldRow]]) -> dict[str, Sequence[HeldRow]]:
    """Leave out of somebody's records what would tell an organizer about other people.

    Left out are likely duplicates, signature lists, and reviews of a natural leader's group: each of them says
    something about people outside the organizer's care.
    """
    left = {table: rows for table, rows in found.items() if table not in _OF_OTHERS}
    reviews = [row for row in left.get("test_reviews", ()) if _GROUPS.isdisjoint(row.words)]
    if reviews:
        return {**left, "test_reviews": reviews}
    left.pop("test_reviews", None)
    return left
