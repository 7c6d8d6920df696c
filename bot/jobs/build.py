"""Puts together the recurring and background jobs."""

from bot.config import Retention
from bot.delivery.post import Delivering
from bot.jobs.digests import DigestJob
from bot.jobs.imports import ImportJob
from bot.jobs.reminders import ReminderJob
from bot.jobs.retention import RetentionJob
from bot.jobs.scheduler import Scheduler
from bot.process.data_directory import DataDirectory
from bot.rooms.authority import Authority
from bot.state import Signals
from storage.core.database import Database
from storage.core.lazy_dataclass import dataclass
from storage.privacy.forgotten import Seal


@dataclass(frozen=True, slots=True)
class Jobs:
    """All recurring jobs; each reads tables and goes on where it was after any end."""

    imports: ImportJob
    retention: RetentionJob
    reminders: ReminderJob
    scheduler: Scheduler


def build_jobs(
    database: Database,
    directory: DataDirectory,
    authority: Authority,
    outbox: Delivering,
    retention: Retention,
    seal: Seal,
    signals: Signals,
) -> Jobs:
    """Put the parts together."""
    deleting = RetentionJob(database, retention, signals)
    reminders = ReminderJob(database, authority, outbox)
    digests = DigestJob(database, authority, outbox)
    return Jobs(
        ImportJob(database, authority=authority, outbox=outbox, seal=seal, signals=signals),
        deleting,
        reminders,
        Scheduler(database, directory, retention, digests, deleting, reminders),
    )
