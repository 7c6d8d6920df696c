"""What a column may hold for us, and which words people head such a column with. Pure."""

import re
from collections.abc import Sequence
from enum import Enum

from storage.names import folded


class Field(Enum):
    """What we take from a list; every other column is dropped."""

    ID = "id"
    """The employer's own number for somebody: the surest way to meet them again next month."""
    NAME = "name"
    FIRST = "first"
    LAST = "last"
    EMAIL = "email"
    AREA = "area"
    SHIFT = "shift"
    HIRED = "hired"


_HEADS: dict[Field, str] = {
    Field.ID: "id, emp, emp id, emp no, emp nr, emp num, empid, empno, employee, employee id, "
    "employee no, employee nr, employee number, employee num, personnel number, personnel no, "
    "personnel id, personal id, staff id, staff no, staff number, payroll number, payroll no, "
    "payroll id, worker id, badge, badge no, badge number, badge id, person number, number, no, "
    "personalnummer, personalnr, pers nr, mitarbeiternummer, ma nr, matricule, legajo, "
    "numero de empleado, matricola, file number, clock number, ext id, external id",
    Field.NAME: "name, names, full name, full nm, fullname, employee name, emp name, worker, "
    "worker name, staff name, person, display name, legal name, member, nombre completo, "
    "nombre y apellidos, nom complet, nom et prenom, name vorname, vollstandiger name, nome completo, "
    "last name first name, surname first name, last first, coworker, contact, contact name",
    Field.FIRST: "first, first name, first nm, firstname, fname, given, given name, given names, "
    "forename, forenames, preferred first name, vorname, vornamen, prenom, nombre",
    Field.LAST: "last, last name, last nm, lastname, lname, surname, surnames, family name, "
    "nachname, familienname, nom, nom de famille, apellido, apellidos, cognome",
    Field.EMAIL: "email, e mail, mail, email address, e mail address, mail address, work email, "
    "personal email, correo, correo electronico, courriel",
    Field.AREA: "area, team, teams, team name, dept, department, dept team, department team, "
    "team dept, dept name, department name, unit, org unit, org, division, group, section, "
    "business unit, cost center name, abteilung, bereich, equipo, departamento, equipe, service, "
    "reparto, kst bezeichnung, work area, work group",
    Field.SHIFT: "shift, shifts, shift name, shift code, work shift, schedule, rota, rotation, "
    "schicht, turno, horaire, poste",
    Field.HIRED: "hired, hired on, hire date, date hired, date of hire, start date, started, start, "
    "joined, entry date, seniority date, employed since, eintritt, eintrittsdatum, fecha de ingreso, "
    "fecha de alta, date d embauche, date d entree, data assunzione",
}
_KNOWN = {head.strip(): field for field, heads in _HEADS.items() for head in heads.split(",")}


def head_key(words: str) -> str:
    """A column's head without case, accents, signs and the breaks inside a cell."""
    # folded() drops signs; "Emp #" and "Emp" would be the same anyway, and "#" alone is a number.
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", words).replace("#", " no ").replace("№", " no ")
    return folded(spaced)


def field_of(head: str) -> Field | None:
    """What a column with this head holds, if the words are usual."""
    return _KNOWN.get(head_key(head)) or _KNOWN.get(folded(head))


def guess(heads: Sequence[str], cells: Sequence[Sequence[str]]) -> dict[int, Field]:
    """Which column holds what: by its head, and where heads say nothing by what stands in it."""
    found: dict[int, Field] = {}
    for column, head in enumerate(heads):
        field = field_of(head)
        if field is not None and field not in found.values() and any(row[column] for row in cells):
            found[column] = field
    if Field.NAME in found.values():
        # One column with the whole name is enough; two would be two opinions.
        found = {c: f for c, f in found.items() if f not in {Field.FIRST, Field.LAST}}
    by_looks = ((Field.EMAIL, _looks_like_email), (Field.NAME, _looks_like_name))
    named = {Field.NAME, Field.FIRST, Field.LAST} & set(found.values())
    for field, looks in by_looks:
        if field in found.values() or (field is Field.NAME and named):
            continue
        for column in range(len(heads)):
            filled = [row[column] for row in cells if row[column]]
            if column not in found and filled and all(map(looks, filled)):
                found[column] = field
                break
    return dict(sorted(found.items()))


_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_NAME = re.compile(r"[^\W\d_][^\d@=]*[\s,]+[^\W\d_][^\d@=]*")


def _looks_like_email(cell: str) -> bool:
    return _EMAIL.fullmatch(cell) is not None


def _looks_like_name(cell: str) -> bool:
    return _NAME.fullmatch(cell) is not None
