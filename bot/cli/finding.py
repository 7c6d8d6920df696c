"""One line of what ``steward doctor`` reports."""

from enum import Enum

from storage.core.lazy_dataclass import dataclass


class Severity(Enum):
    """How bad a finding is; the value is the word the report shows."""

    OK = "ok"
    NOTE = "note"
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; ``cure`` says what to do, where something can be done."""

    mark: Severity
    subject: str
    words: str
    cure: str = ""


def counted(n: int, one: str, many: str) -> str:
    """A number with its word: ``1 pattern``, ``2 patterns``."""
    return f"{n} {one if n == 1 else many}"
