"""Types of parameters about contacts: employment, reasons for exclusion, roles. Pure."""

from collections.abc import Mapping
from enum import Enum
from typing import Annotated

from commands.framework.i18n import _
from commands.framework.reader import choice, numbered

PairNumber = Annotated[
    int, numbered("NUMBER", lambda: _("Which pair? !dupes shows their numbers."))
]
"""The number of a pair of contacts that may be one person."""


class EmploymentStatus(Enum):
    """The way somebody in the unit is employed."""

    EMPLOYEE = "employee"
    LEAVE = "leave"
    CONTRACTOR = "contractor"


def _more_statuses() -> Mapping[EmploymentStatus, str]:
    return {
        EmploymentStatus.EMPLOYEE: _("employed, staff, back, permanent"),
        EmploymentStatus.LEAVE: _("on leave, parental leave"),
        EmploymentStatus.CONTRACTOR: _("contract, agency, temp, freelancer"),
    }


StatusWord = Annotated[
    EmploymentStatus,
    choice(
        EmploymentStatus,
        "employee|leave|contractor",
        lambda: _("Employee, leave or contractor?"),
        also=_more_statuses,
    ),
]
"""How somebody is employed, in a word."""


class Reason(Enum):
    """The reason why somebody is not of the unit."""

    SUPERVISOR = "supervisor"
    OUTSIDE = "outside"
    OTHER = "other"


def _more_reasons() -> Mapping[Reason, str]:
    return {
        Reason.SUPERVISOR: _("manager, boss, management, promoted"),
        Reason.OUTSIDE: _("outsider, not in the unit, other company"),
        Reason.OTHER: _("something else"),
    }


ReasonWord = Annotated[
    Reason,
    choice(
        Reason,
        "supervisor|outside|other",
        lambda: _("Why? Supervisor, outside or other."),
        also=_more_reasons,
    ),
]
"""Why somebody is left out, in a word."""


class NewRole(Enum):
    """A role to give to somebody; none takes roles away."""

    LEADER = "leader"
    COMMITTEE = "committee"
    NONE = "none"


def _more_roles() -> Mapping[NewRole, str]:
    return {
        NewRole.LEADER: _("natural leader, organic leader"),
        NewRole.COMMITTEE: _("oc, committee member"),
        NewRole.NONE: _("no, nothing"),
    }


RoleWord = Annotated[
    NewRole,
    choice(
        NewRole,
        "leader|committee|none",
        lambda: _("Which role: leader, committee or none?"),
        also=_more_roles,
        upto=2,
    ),
]
"""A role, in a word or two."""
