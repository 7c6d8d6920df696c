"""Dataclasses that are finished late are the standard library's in all that can be seen of them."""

import copy
import dataclasses
import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, field, fields, replace
from pathlib import Path
from threading import Barrier
from typing import Any, ClassVar, Generic, TypeVar

import pytest

from storage.core.lazy_dataclass import dataclass

ROOT = Path(__file__).resolve().parents[2]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shift:
    """A class as ours are."""

    name: str
    people: int = 3
    days: list[str] = field(default_factory=list, compare=False)
    LONGEST: ClassVar[int] = 12

    @property
    def busy(self) -> bool:
        return self.people > 2


@dataclass(frozen=True, slots=True)
class NightShift(Shift):
    """A class with fields of its own, and one that it has otherwise."""

    people: int = 1
    light: bool = False


@dataclass(slots=True)
class Counter(Generic[T]):
    """A class that changes."""

    of: T
    count: int = 0

    def __post_init__(self) -> None:
        self.count += 1


@dataclass(frozen=True, slots=True, order=True)
class Ordered:
    """A class with an order, and words of its own."""

    number: int

    def __repr__(self) -> str:
        return f"#{self.number}"


def test_values_defaults_and_words() -> None:
    early = Shift("early")
    assert (early.name, early.people, early.days, early.busy) == ("early", 3, [], True)
    assert repr(early) == "Shift(name='early', people=3, days=[])"
    assert early == Shift("early", 3, ["mon"]) != Shift("late")
    assert hash(early) == hash(Shift("early"))
    assert Shift.LONGEST == 12
    assert Shift.__match_args__ == ("name", "people", "days")


def test_what_is_frozen_stays_and_there_are_no_other_attributes() -> None:
    early = Shift("early")
    with pytest.raises(FrozenInstanceError):
        early.people = 4  # type: ignore[misc]
    assert not hasattr(early, "__dict__")
    counter = Counter("x")
    counter.count += 1
    assert (counter.count, hasattr(counter, "__dict__")) == (2, False)
    with pytest.raises(TypeError):
        hash(counter)
    with pytest.raises(TypeError):
        Shift()  # type: ignore[call-arg]


def test_first_values_are_put_into_slots_without_a_look_for_each() -> None:
    """Half the time of making one; a Python that writes ``__init__`` otherwise is to be looked at."""
    names = {name for kind in (Shift, NightShift) for name in kind.__init__.__code__.co_names}
    assert "__setattr__" not in names
    assert names >= {"name", "people", "days", "light"}
    assert NightShift("dusk", light=True) == replace(NightShift("dusk", 1, []), light=True)


def test_a_class_under_another() -> None:
    night = NightShift("night", light=True)
    assert repr(night) == "NightShift(name='night', people=1, days=[], light=True)"
    assert (night.busy, night == Shift("night", 1)) == (False, False)


def test_order_and_words_of_its_own() -> None:
    assert Ordered(1) < Ordered(2)
    assert f"{sorted([Ordered(2), Ordered(1)])}" == "[#1, #2]"


def fresh() -> Any:
    @dataclass(frozen=True, slots=True)
    class Fresh:
        a: int
        b: str = "b"

    return Fresh


def test_what_is_seldom_called_is_made_when_it_is() -> None:
    kind = fresh()
    first = kind(1)
    seldom = ("__repr__", "__eq__", "__hash__")
    assert [type(vars(kind)[name]).__name__ for name in seldom] == ["_Pending"] * 3
    assert first == kind(1)
    assert first != kind(2)
    assert all(callable(vars(kind)[name]) for name in seldom)
    assert hash(first) == hash(kind(1))
    assert repr(first).endswith("Fresh(a=1, b='b')")


def test_each_of_them_may_be_called_first() -> None:
    for ask in (repr, hash, lambda one: one == one.__class__(1), lambda one: {one: 1}[one]):
        assert ask(fresh()(1))


def test_a_class_under_a_frozen_one_keeps_what_it_has_beside_the_fields() -> None:
    kind = fresh()

    class Under(kind):  # type: ignore[misc, valid-type]
        more: int

    under = Under(1)
    under.more = 2
    with pytest.raises(FrozenInstanceError):
        under.a = 2
    with pytest.raises(FrozenInstanceError):
        del under.a
    assert (under.more, under.a) == (2, 1)


@pytest.mark.parametrize(
    "asked",
    [
        lambda kind: [each.name for each in fields(kind)] == ["a", "b"],
        dataclasses.is_dataclass,
        lambda kind: replace(kind(1), b="c") == kind(1, "c"),
        lambda kind: dataclasses.asdict(kind(1)) == {"a": 1, "b": "b"},
        lambda kind: copy.copy(kind(1)) == kind(1),
        lambda kind: copy.deepcopy(kind(1)) == kind(1),
    ],
)
def test_what_asks_first_finds_it_finished(asked: Callable[[Any], bool]) -> None:
    assert asked(fresh())


def test_it_is_pickled() -> None:
    assert pickle.loads(pickle.dumps(NightShift("night"))) == NightShift("night")  # noqa: S301
    assert NightShift("a").__getstate__() == ["a", 1, [], False]


def test_threads_that_make_the_first_at_once_all_get_one() -> None:
    for _ in range(50):
        kind, start = fresh(), Barrier(4)

        def make(kind: Any = kind, start: Barrier = start) -> Any:
            start.wait(10)
            return kind(1)

        with ThreadPoolExecutor(4) as threads:
            made = [each.result() for each in [threads.submit(make) for _ in range(4)]]
        assert made == [kind(1)] * 4


STARTED = """
import json, sys
import bot.cli.main, bot.app
from dataclasses import is_dataclass
from storage.core.lazy_dataclass import _Pending
kinds = {
    kind for module in list(sys.modules.values()) if module.__name__.startswith(("bot", "commands", "storage"))
    for kind in vars(module).values()
    if isinstance(kind, type) and kind.__module__ == module.__name__ and "__dataclass_fields__" in vars(kind)
}
late = [kind for kind in kinds if isinstance(vars(kind)["__dataclass_fields__"], _Pending)]
print(json.dumps([len(kinds), len(late)]))
"""


def test_a_start_makes_few_of_ours() -> None:
    run = [sys.executable, "-c", STARTED]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    kinds, late_ones = json.loads(done.stdout)
    assert kinds > 450
    assert kinds - late_ones < 90, "take `dataclass` from storage.core.lazy_dataclass"
