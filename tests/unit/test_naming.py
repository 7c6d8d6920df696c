"""How people are named, for any people: short as long as nobody can be taken for another, else in full."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from commands.framework.naming import named, naming
from storage.chat.called_alike import alike
from storage.core.model import UserId
from storage.names.look_alikes import looks
from tests.unit.circumstances import circumstances

LOCALPARTS = st.one_of(
    st.text("abiln01.-_", min_size=1, max_size=4),
    st.text("an\u0430\u03b1\u00e1", min_size=1, max_size=3),
)
SERVERS = st.sampled_from(("berlin.example", "milan.example", "shenzhen.example:8448"))
PEOPLE = st.sets(st.builds(lambda name, server: UserId(f"@{name}:{server}"), LOCALPARTS, SERVERS))


def shown(people: set[UserId]) -> dict[UserId, str]:
    committee = replace(circumstances().committee, alike=" ".join(alike(people)))
    with naming(committee):
        return {each: named(each) for each in people}


def local(user: str) -> str:
    return user.partition(":")[0]


@given(PEOPLE)
def test_no_two_people_are_shown_alike(people: set[UserId]) -> None:
    names = shown(people)
    assert len(set(names.values())) == len(people)
    short = [name for name in names.values() if ":" not in name]
    assert len({looks(name) for name in short}) == len(short)


@given(PEOPLE)
def test_only_who_may_be_taken_for_another_is_shown_in_full(people: set[UserId]) -> None:
    for user, name in shown(people).items():
        others = {looks(local(each)) for each in people - {user}}
        assert name == (user if looks(local(user)) in others else local(user))


@given(PEOPLE, PEOPLE)
def test_whoever_comes_makes_no_name_shorter(people: set[UserId], more: set[UserId]) -> None:
    before, after = shown(people), shown(people | more)
    assert all(len(after[each]) >= len(before[each]) for each in people)


def test_where_nobody_looked_yet_all_are_shown_in_full() -> None:
    with naming(replace(circumstances().committee, alike=None)):
        assert named(UserId("@ana:berlin.example")) == "@ana:berlin.example"
