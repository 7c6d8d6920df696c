"""A reading in the text format of Prometheus."""

from collections.abc import Iterator, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.health.metrics import MIB, MetricsReading, stepped

STEPS: Final[Mapping[str, int]] = {
    "process_cpu_seconds": 60,
    "process_resident_memory_bytes": 32 * MIB,
    "process_virtual_memory_bytes": 32 * MIB,
    "process_open_fds": 10,
}
"""What each message moves a little, and the step in which it is told."""

OURS: Final = "steward_"
"""How all names begin."""


class _Told(Collector):
    """One reading in the words of Prometheus."""

    def __init__(self, reading: MetricsReading) -> None:
        self._now = reading

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics of one reading."""
        now = self._now
        about = GaugeMetricFamily("steward_info", "The running version.", labels=["version"])
        about.add_metric([now.version], 1)
        yield about
        for name, words, value in (
            ("ready", "1 once the first answer of the homeserver was taken.", now.ready),
            ("rooms", "Rooms it is in.", now.rooms),
            ("queue", "Messages waiting to be sent.", now.queue),
            ("dead_letters", "What could not be handled or delivered.", now.dead_letters),
            ("disk_free_bytes", "Room on the disk of the data directory.", now.disk_free),
            ("disk_low", "1 while nothing new is taken for want of room.", now.disk_low),
            ("homeserver_away", "1 while the homeserver gives no answer.", now.homeserver_away),
        ):
            yield GaugeMetricFamily(f"steward_{name}", words, value)
        if now.heard_seconds is not None:
            words = "Age of the last good answer of the homeserver, in whole minutes."
            yield GaugeMetricFamily("steward_last_sync_seconds", words, now.heard_seconds)
        for name, words, count in (
            ("syncs", "Answers of sync taken while no secret poll was open.", now.syncs),
            ("answered", "Commands answered while no secret poll was open.", now.answered),
            ("clock_steps", "Times the machine's clock was set.", now.clock_steps),
            ("limited", "Times the homeserver told us to wait, no secret poll open.", now.limited),
            ("limited_seconds", "For how long, all together.", now.limited_seconds),
        ):
            yield CounterMetricFamily(f"steward_{name}", words, count)
        yield _by(
            "refused",
            "Messages not acted upon, since init; none of direct chats while a secret poll is open.",
            "reason",
            now.refused,
        )
        yield _by("expired", "Records deleted by retention.", "kind", now.expired)
        sizes = GaugeMetricFamily("steward_file_bytes", "Sizes of files.", labels=["file"])
        for name, size in now.sizes.items():
            sizes.add_metric([name], size)
        yield sizes


class _Process(Collector):
    """This process in steps: work on one message is less than any of them.

    Under names of its own: those of the library are the node exporter's too, which drops a file's that
    it has itself (1.5.0: "was collected before with the same name") and shows its own memory for ours.
    """

    def __init__(self) -> None:
        # It registers itself where it is made.
        self._exact = ProcessCollector(registry=CollectorRegistry())

    def collect(self) -> Iterator[Metric]:
        """Yield the process's own metrics, rounded to coarse steps (``STEPS``)."""
        for family in self._exact.collect():
            step = STEPS.get(family.name)
            if step is not None:
                family.samples = [
                    each._replace(value=stepped(each.value, step)) for each in family.samples
                ]
            family.name = f"{OURS}{family.name}"
            family.samples = [each._replace(name=f"{OURS}{each.name}") for each in family.samples]
            yield family


def _by(name: str, words: str, label: str, counts: Mapping[str, int]) -> CounterMetricFamily:
    family = CounterMetricFamily(f"steward_{name}", words, labels=[label])
    for value, count in counts.items():
        family.add_metric([value], count)
    return family


def text(reading: MetricsReading) -> bytes:
    """A reading in Prometheus' text format, with the process's memory, CPU time and open files."""
    registry = CollectorRegistry()
    registry.register(_Told(reading))
    registry.register(_Process())
    return generate_latest(registry)
