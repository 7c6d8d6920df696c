"""An attacker who learns from many trials to tell which of two things happened in another.

Three simple learners, the best of them chosen on trials kept apart for that; each trial is judged
by what was learned from others only, so that a guesser's score is that of a fair coin.
"""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

Features = Sequence[float]
Judge = Callable[[Features], bool]
DEVIATIONS: Final = 4.0
"""A guesser gets farther than this once in 30,000 games."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What one trial looked like, and which of the two things happened."""

    seen: Features
    truth: bool


@dataclass(frozen=True, slots=True)
class Score:
    """How often the attacker was right."""

    right: int
    trials: int

    @property
    def advantage(self) -> float:
        """1 when always right, 0 when no better than a coin, below that by bad luck."""
        return 2 * self.right / self.trials - 1

    @property
    def noise(self) -> float:
        """The advantage that luck alone does not give."""
        return DEVIATIONS / math.sqrt(self.trials)


def judge_all(trials: Sequence[Trial]) -> Score:
    """Learn from each half and judge the other."""
    halves = trials[::2], trials[1::2]
    right = 0
    for lessons, tests in (halves, halves[::-1]):
        judge = learn(lessons)
        right += sum(judge(trial.seen) == trial.truth for trial in tests)
    return Score(right, len(trials))


def learn(trials: Sequence[Trial]) -> Judge:
    """Return the learner that does best on a third of the trials kept apart."""
    scaled = _scaling(trials)
    lessons = [Trial(scaled(each.seen), each.truth) for each in trials]
    cut = len(lessons) * 2 // 3
    apart = lessons[cut:]

    def score(judge: Judge) -> int:
        return sum(judge(trial.seen) == trial.truth for trial in apart)

    best = max((learner(lessons[:cut]) for learner in (_stump, _bayes, _slope)), key=score)
    return lambda seen: best(scaled(seen))


def _scaling(trials: Sequence[Trial]) -> Callable[[Features], list[float]]:
    columns = list(zip(*(trial.seen for trial in trials), strict=True))
    means = [fmean(column) for column in columns]
    widths = [_spread(column, mean) for column, mean in zip(columns, means, strict=True)]
    used = [at for at, width in enumerate(widths) if width > 0]

    def scaled(seen: Features) -> list[float]:
        return [(seen[at] - means[at]) / widths[at] for at in used]

    return scaled


def _spread(values: Sequence[float], mean: float) -> float:
    return math.sqrt(fmean((value - mean) ** 2 for value in values))


def _stump(trials: Sequence[Trial]) -> Judge:
    """The one feature, and the one limit, that parts the trials best."""
    best, feature, limit, above = -1, 0, 0.0, True
    total = sum(trial.truth for trial in trials)
    width = len(trials[0].seen) if trials else 0
    for at in range(width):
        ordered = sorted((trial.seen[at], trial.truth) for trial in trials)
        below = 0
        for place, (value, truth) in enumerate(ordered[:-1], 1):
            below += truth
            if value == ordered[place][0]:
                continue
            # Right if everything above the limit is taken for true, and the other way round.
            right = (place - below) + (total - below)
            for count, upward in ((right, True), (len(ordered) - right, False)):
                if count > best:
                    best, feature, above = count, at, upward
                    limit = (value + ordered[place][0]) / 2
    if best < 0:
        return lambda _seen: True
    return lambda seen: (seen[feature] > limit) == above


def _bayes(trials: Sequence[Trial]) -> Judge:
    """Each feature a bell curve of its own for either truth."""
    sides = [[t.seen for t in trials if t.truth is truth] for truth in (False, True)]
    if not all(sides):
        return lambda _seen: bool(sides[1])
    curves = [
        [(fmean(c), max(_spread(c, fmean(c)), 1e-3)) for c in zip(*side, strict=True)]
        for side in sides
    ]

    def likelihood(seen: Features, truth: int) -> float:
        return sum(
            -math.log(width) - min(((value - mean) / width) ** 2, 1e6) / 2
            for value, (mean, width) in zip(seen, curves[truth], strict=True)
        )

    return lambda seen: likelihood(seen, 1) > likelihood(seen, 0)


def _slope(trials: Sequence[Trial]) -> Judge:
    """Logistic regression by a few passes of gradient descent."""
    chance = random.Random(1)
    weights = [0.0] * (len(trials[0].seen) if trials else 0)
    bias, order = 0.0, list(trials)

    def lean(seen: Features) -> float:
        return bias + sum(w * v for w, v in zip(weights, seen, strict=True))

    for rate in (0.1, 0.05, 0.02, 0.01, 0.005, 0.002):
        chance.shuffle(order)
        for trial in order:
            error = trial.truth - 1 / (1 + math.exp(-max(-30.0, min(30.0, lean(trial.seen)))))
            step = rate * error
            bias += step
            weights = [w + step * v for w, v in zip(weights, trial.seen, strict=True)]
    return lambda seen: lean(seen) > 0
