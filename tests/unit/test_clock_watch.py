"""A clock that is set: noticed, and everything that waits for a moment is looked at."""

from bot.clock_watch import ClockWatch


class Clocks:
    def __init__(self) -> None:
        self.wall, self.steady = 1_000_000.0, 50.0
        self.steps: list[float] = []
        self.watch = ClockWatch(
            self.steps.append, wall=lambda: self.wall, steady=lambda: self.steady
        )

    def passes(self, seconds: float, *, shown: float | None = None) -> None:
        self.steady += seconds
        self.wall += seconds if shown is None else shown
        self.watch.look()


def test_time_that_passes_and_a_clock_that_is_slewed_are_no_steps() -> None:
    clocks = Clocks()
    for _ in range(1000):
        clocks.passes(10, shown=10.005)
    assert clocks.steps == []
    assert clocks.watch.steps == 0


def test_a_step_is_told_once_with_its_size() -> None:
    clocks = Clocks()
    clocks.passes(10, shown=-3590)
    clocks.passes(10)
    clocks.passes(10, shown=86_410)
    assert [round(step) for step in clocks.steps] == [-3600, 86_400]
    assert clocks.watch.steps == 2
