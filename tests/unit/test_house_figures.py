"""The figures of how the house is put together, on small made-up houses."""

from pathlib import Path
from textwrap import dedent

import pytest

from tests.support.house import House, page, strongly_connected
from tests.support.source import Module


def house(**sources: str) -> House:
    """A house of modules, ``__`` for each dot: ``bot__app`` is ``bot.app``."""
    return House(
        Module(name.replace("__", "."), dedent(source)) for name, source in sources.items()
    )


def late(source: str, name: str = "bot__app") -> list[str]:
    return [each.target for each in house(**{name: source}).late]


# -- circles ----------------------------------------------------------------------------------


def test_modules_that_import_each_other_are_a_circle() -> None:
    built = house(
        bot__a="from bot.b import B",
        bot__b="from bot import c",
        bot__c="import bot.a",
        bot__d="from bot.a import A",
    )
    assert built.circles == [["bot.a", "bot.b", "bot.c"]]


def test_modules_that_import_downward_are_none() -> None:
    built = house(bot__a="from bot import b, c", bot__b="from bot.c import C", bot__c="import os")
    assert built.circles == []


def test_two_circles_are_two_and_the_larger_comes_first() -> None:
    built = house(
        bot__a="import bot.b",
        bot__b="import bot.a\nimport bot.c",
        bot__c="import bot.d",
        bot__d="import bot.e",
        bot__e="import bot.c",
    )
    assert built.circles == [["bot.c", "bot.d", "bot.e"], ["bot.a", "bot.b"]]


def test_an_import_inside_of_a_function_closes_a_circle() -> None:
    built = house(
        bot__a="import bot.b",
        bot__b="""
            def later():
                try:
                    from bot import a
                except ImportError:
                    pass
        """,
    )
    assert built.circles == built.run_time_circles == [["bot.a", "bot.b"]]


@pytest.mark.parametrize("asked", ["TYPE_CHECKING", "typing.TYPE_CHECKING"])
def test_an_import_for_types_closes_one_but_not_at_run_time(asked: str) -> None:
    built = house(
        bot__a="import bot.b",
        bot__b=f"""
            if {asked}:
                from bot.a import A
            else:
                A = object
        """,
    )
    assert built.circles == [["bot.a", "bot.b"]]
    assert built.run_time_circles == []


def test_what_stands_beside_an_import_for_types_is_imported_at_run_time() -> None:
    built = house(
        bot__a="import bot.b",
        bot__b="""
            if TYPE_CHECKING:
                from storage import model
            else:
                import bot.a
        """,
        storage__model="",
    )
    assert built.run_time_circles == [["bot.a", "bot.b"]]
    assert built.imports["bot.b"] == {"bot.a", "storage.model"}


def test_dots_at_the_start_of_an_import_are_resolved() -> None:
    package = Module("bot.polls", "from .votes import Votes", package=True)
    votes = Module("bot.polls.votes", "from . import Poll\nfrom ..app import Bot")
    built = House([package, votes, Module("bot.app", "")])
    assert built.imports["bot.polls.votes"] == {"bot.polls", "bot.app"}
    assert built.circles == [["bot.polls", "bot.polls.votes"]]


def test_a_long_chain_is_no_circle_and_no_recursion() -> None:
    chain = {str(number): [str(number + 1)] for number in range(5000)}
    assert len(strongly_connected(chain)) == 5001
    assert len(strongly_connected(chain | {"5000": ["0"]})) == 1


def test_a_chord_does_not_join_what_it_does_not_lead_back_to() -> None:
    graph = {"a": ["b", "c"], "b": ["c"], "c": ["d"], "d": ["b"], "e": ["d"]}
    assert sorted(map(sorted, strongly_connected(graph))) == [["a"], ["b", "c", "d"], ["e"]]


def test_jobs_that_import_each_other_are_named_by_folder() -> None:
    built = house(
        commands__polls__views="from commands.turf.terms import Unit",
        commands__turf__terms="import commands.framework.words",
        commands__turf__views="from commands.polls.model import Poll",
        commands__polls__model="",
        commands__framework__words="",
        commands__all="import commands.polls.views",
    )
    assert built.job_circles == [["commands.polls", "commands.turf"]]
    assert built.circles == []


# -- what is bound late -----------------------------------------------------------------------


def test_what_is_assigned_to_a_part_after_it_was_made_is_late() -> None:
    found = late("""
        async def build(config):
            outbox = Outbox()
            outbox.timely, outbox.rooms.wanted = Reminders(outbox), config
            setattr(outbox, "exports", None)
            outbox.tries += 1
            for outbox.room in config:
                pass
    """)
    assert found == [
        "outbox.rooms.wanted",
        "outbox.timely",
        "setattr(outbox, 'exports', None)",
        "outbox.tries",
        "outbox.room",
    ]


def test_what_is_handed_to_a_constructor_is_not() -> None:
    found = late("""
        class Bot:
            def __init__(self, outbox):
                self.outbox = outbox
                self._ready: bool = False

        async def build(config):
            outbox = Outbox(Reminders(config))
            names = {"outbox": outbox}
            names["bot"] = Bot(outbox)
            return names
    """)
    assert found == []


def test_a_lambda_that_reads_what_comes_later_is_late_too() -> None:
    found = late("""
        class Bot:
            def __init__(self):
                self._intake = None

            def serve(self):
                polls = Polls(heard=lambda: self._intake.heard, now=lambda: self._clock.now)
                self._intake = Intake(polls)
    """)
    assert found == ["lambda: self._intake.heard", "self._intake"]


def test_a_timer_may_be_told_that_it_is_a_daemon() -> None:
    source = """
        import threading

        def end_anyway(seconds):
            last = threading.Timer(seconds, print)
            last.daemon = True
    """
    assert late(source) == []
    assert late(source.replace("import threading", "from bot import threading"))


def test_outside_of_the_root_only_a_constructor_is_looked_at() -> None:
    source = """
        class Intake:
            def __init__(self, outbox):
                outbox.announced = self.announce

            def take(self):
                self.token = self.outbox.token = None
    """
    assert late(source, "bot__incoming__intake") == ["outbox.announced"]
    assert late(source, "bot__polls__build") == [
        "outbox.announced",
        "self.outbox.token",
        "self.token",
    ]
    assert late(source, "storage__build") == []


# -- the rest ---------------------------------------------------------------------------------


def test_a_word_that_names_two_public_classes_is_found() -> None:
    built = house(
        bot__a="class Reading: ...\nclass _Inner: ...",
        storage__b="""
            def made():
                class Reading: ...
            class _Inner: ...
            class Alone: ...
        """,
    )
    assert built.namesakes == {"Reading": ["bot.a", "storage.b"]}


def test_the_longest_function_is_counted_from_def_to_its_end() -> None:
    built = house(
        bot__a="""
            @decorated
            def short():
                pass

            class Bot:
                async def serve(self):
                    '''Prepare.'''
                    def begin():
                        return 1

                    return begin
        """
    )
    assert [(each.name, each.lines) for each in built.functions] == [
        ("Bot.serve", 6),
        ("Bot.serve.begin", 2),
        ("short", 2),
    ]


def test_who_is_imported_most_is_counted_once_for_each_module() -> None:
    built = house(
        bot__a="from storage.model import A\nfrom storage.model import B\nimport storage.driver",
        bot__b="from storage import model",
        storage__model="",
        storage__driver="",
    )
    assert built.most_imported == [("storage.model", 2), ("storage.driver", 1)]


def test_a_tree_is_read_from_its_folder(tmp_path: Path) -> None:
    for name, source in {
        "bot/__init__.py": "",
        "bot/polls/__init__.py": "",
        "bot/polls/votes.py": "from storage.model import Poll\n\n\ndef count():\n    return 1\n",
        "storage/model.py": "class Poll:\n    pass\n",
        "tests/unit/test_it.py": "def test_it():\n    pass\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    built = House.at(tmp_path)
    assert sorted(built.modules) == ["bot", "bot.polls", "bot.polls.votes", "storage.model"]
    assert [built.lines(floor) for floor in ("bot", "commands", "storage")] == [5, 0, 2]
    assert "| longest function | 2 (`count`) |" in list(page({"here": built}))


def test_this_house_is_read_whole() -> None:
    built = House.here()
    assert built.lines("storage") > 1000
    assert built.most_imported[0][1] > 100
