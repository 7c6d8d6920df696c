"""A refusal never changes: what a command adds to it makes another one."""

from commands.all import CATALOGUE
from commands.framework.errors import Interpretation, Refusal, ambiguous, impossible, refuse


class Beside(Refusal):
    """One that carries something besides."""

    def __init__(self, what: int) -> None:
        super().__init__(("words",))
        self.what = what


def test_another_refusal_is_made_and_the_first_one_stays() -> None:
    first = Beside(3)
    other = first.but(example="!help", fleeting=True)
    assert (other.example, other.fleeting, other.what) == ("!help", True, 3)
    assert (first.example, first.fleeting) == (None, False)
    assert isinstance(other, Beside)


def test_a_commands_example_stands_in_only_for_what_was_typed_wrongly() -> None:
    assert refuse("No.").with_example("!help").example == "!help"
    assert refuse("No.", example="!me").with_example("!help").example == "!me"
    assert impossible("Not now.").with_example("!help").example == ""


def test_readings_are_shown_within_the_words_around_them() -> None:
    asked = ambiguous("fri", [Interpretation("2026-11-20", "today"), Interpretation("4d", "then")])
    copied = asked.to_copy("!done 1 next=fri")
    assert "!done 1 next=2026-11-20" in str(copied.reply())
    assert "!done" not in str(asked.reply())
    assert asked.to_copy("fri fri") is asked


def test_what_polls_say_to_a_slip_is_never_written_down() -> None:
    fleeting = {command.name for command in CATALOGUE if CATALOGUE.fleeting(command)}
    assert {"poll temp", "poll rank", "vote"} <= fleeting
    assert not fleeting & {"meet poll", "contact add", "help"}
