"""Words that records are kept with, as their reader's language says them."""

from commands.framework.i18n import _, pgettext
from commands.shared.wording import (
    evidence_word,
    mark_words,
    outcome_words,
    part_words,
    state_words,
)
from storage.core.model import Evidence, Membership, Outcome, Part
from storage.structure_tests.model import Mark

BECAUSE = "kept because: "
"""What stands before the reason for which a field is kept (``storage/contacts/personal.py``)."""


def in_words(stored: str) -> str:
    """Return what a record holds as its reader's language says it; what people typed stays as it is."""
    if stored.startswith(BECAUSE):
        return _("kept because: {why}").format(why=stored.removeprefix(BECAUSE))
    return _known().get(stored, stored)


def _known() -> dict[str, str]:
    return {
        **{mark.name.casefold().replace("_", " "): mark_words(mark) for mark in Mark},
        **{evidence.value: evidence_word(evidence) for evidence in Evidence},
        **{outcome.value: outcome_words(outcome) for outcome in Outcome},
        **{state.value: state_words(state) for state in Membership},
        **{part.value: part_words(part) for part in Part},
        "yes": _("yes"),
        "maybe": _("maybe"),
        "no": _("no"),
        "name": _("name"),
        "alias": _("other name"),
        "preferred": _("name to call them by"),
        "phone": _("phone"),
        "email": _("e-mail"),
        "language": _("language"),
        "primary": _("first organizer"),
        "backup": _("second organizer"),
        "due": pgettext("a follow-up", "due"),
        "done": pgettext("a follow-up", "done"),
        "open": _("still open"),
        "ended": _("ended"),
        "answered": pgettext("a question", "answered"),
        "came": pgettext("to a meeting", "came"),
        "did not come": _("did not come"),
        "consent": _("they agreed"),
        "member": _("member, or in regular contact"),
        "interest": _("legitimate interest"),
        "outside": _("outside the unit"),
        "amended": _("amended"),
        "held back": _("was asked, and did not act"),
        "stepped up": _("did more than was expected"),
        "followed": _("the group followed"),
        "not followed": _("the group did not follow"),
        "subject": _("asked to see everything"),
        "hold": _("put on hold"),
        "hold ended": _("ended the hold"),
        "undone": _("undone"),
    }
