"""All declarations of personal data, gathered from the jobs. A new job is added here."""

from storage.attendance import personal as attendance
from storage.authority import personal as authority
from storage.chat import personal as chat
from storage.coalition import personal as coalition
from storage.contacts import personal as contacts
from storage.first_week import personal as first_week
from storage.history import personal as history
from storage.imports import personal as imports
from storage.issues import personal as issues
from storage.meetings import personal as meetings
from storage.polls import personal as polls
from storage.privacy import personal as privacy
from storage.reports import personal as reports
from storage.structure_tests import personal as structure_tests
from storage.turf import personal as turf

JOBS = (
    contacts.PERSONAL,
    turf.PERSONAL,
    first_week.PERSONAL,
    imports.PERSONAL,
    issues.PERSONAL,
    structure_tests.PERSONAL,
    meetings.PERSONAL,
    attendance.PERSONAL,
    polls.PERSONAL,
    coalition.PERSONAL,
    reports.PERSONAL,
    privacy.PERSONAL,
    authority.PERSONAL,
    chat.PERSONAL,
    # After the others: what they erase is found by whom an entry of history is about.
    history.PERSONAL,
)
TABLES = tuple(table for job in JOBS for table in job.tables)
