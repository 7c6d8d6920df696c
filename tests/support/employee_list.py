"""A list of 2,000 employees, as badly made as real ones, with known content.

Merged heads in two lines under a title, "Last, First", dates in four formats, formula cells,
people twice, codes for shifts, a total at the end; and twenty-one who could be two people.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

FIRST: Final = (
    "Ada", "Björn", "Chloé", "Dana", "Elif", "François", "Gül", "Hana", "Inés", "José", "Kim", "Lea",
    "Maja", "Nia", "Omar", "Zoë",
)  # fmt: skip
LAST: Final = (
    "Ångström", "Baker", "Çelik", "Díaz", "Evans", "Fox", "García", "Haas", "Ito", "Jönsson", "Kaya",
    "López", "Müller", "Nowak", "O’Brien",
)  # fmt: skip
AREAS: Final = ("Payments", "Search", "Data, Platform", "Größe & Kleinteile", "Risk")
SHIFTS: Final = ("D", "N", "E")
PEOPLE: Final = 2_000
ALREADY: Final = 96
"""Of them we know from before, with the area and without the number."""
NAMESAKES: Final = 21
"""Of them are there twice in our records, so that a line could mean either."""
BAD: Final = 9
AGAIN: Final = 14
"""Lines that repeat another one."""


@dataclass(frozen=True, slots=True)
class Employee:
    """One person of the list."""

    number: int
    first: str
    last: str
    area: str
    shift: str
    hired: date

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


@dataclass(frozen=True, slots=True)
class EmployeeList:
    """The people, and the lines of the file that are not people."""

    people: tuple[Employee, ...]
    bad: frozenset[int] = field(default_factory=frozenset)
    """Indices of people whose line is spoilt."""

    @property
    def known(self) -> tuple[Employee, ...]:
        """Return the people who are on record before the list comes."""
        sound = [p for at, p in enumerate(self.people) if at not in self.bad]
        return tuple(sound[: ALREADY + NAMESAKES])

    @property
    def namesakes(self) -> tuple[Employee, ...]:
        """Return the people on record who have a namesake on the list."""
        return self.known[:NAMESAKES]

    def text(self, separator: str = ";") -> str:
        """The file's text."""
        width = 9
        lines = [
            separator.join(["ACME Staffing: active employees"] + [""] * (width - 1)),
            separator.join([""] * width),
            separator.join(["Employee", "", "", "Work", "", "", "Private", "", ""]),
            separator.join(
                [
                    "Emp #",
                    "Full Nm",
                    "Hired",
                    "Dept/Team",
                    "Shift",
                    "Cost c.",
                    "Pay",
                    "Home",
                    "Born",
                ]
            ),
        ]
        for at, person in enumerate(self.people):
            lines.append(separator.join(self._cells(at, person, separator)))
            if at % 200 == 199:
                # A page break of some report writer.
                lines += [separator.join([""] * width), lines[3]]
        lines += [lines[4 + at] for at in range(AGAIN)]
        lines.append(separator.join(["Total", *[""] * 5, "=SUM(G5:G2004)", "", ""]))
        return "\r\n".join(lines) + "\r\n"

    def _cells(self, at: int, person: Employee, separator: str) -> list[str]:
        name = f"{person.last}, {person.first}"
        if at in self.bad:
            name = ("", "=HYPERLINK(A1)", "12345", "M-17")[at % 4]
        number = (str(person.number), f'="{person.number}"', f"{person.number}.0")[at % 3]
        cells = [
            number,
            name,
            _day(person.hired, at),
            person.area,
            person.shift,
            f"=VLOOKUP(A{at};B:C;2)",
            f"{40_000 + at}",
            f"Street {at}, Town",
            "1980-01-01",
        ]
        return [
            '"' + cell.replace('"', '""') + '"' if separator in cell or '"' in cell else cell
            for cell in cells
        ]


def employee_list(seed: int = 7) -> EmployeeList:
    """Make a list; the same seed gives the same list."""
    dice = random.Random(seed)
    taken: set[tuple[str, str]] = set()
    people: list[Employee] = []
    while len(people) < PEOPLE:
        number = 10_000 + len(people)
        # A few hundred different words make names that meet; a middle initial keeps most apart.
        middle = f"{chr(65 + dice.randrange(26))}{chr(97 + dice.randrange(26))}"
        first, last = f"{dice.choice(FIRST)} {middle}", dice.choice(LAST)
        if (first, last) in taken:
            continue
        taken.add((first, last))
        hired = date(2001, 1, 1) + timedelta(days=dice.randrange(9_000))
        people.append(Employee(number, first, last, dice.choice(AREAS), dice.choice(SHIFTS), hired))
    spoilt = frozenset(dice.sample(range(AGAIN, PEOPLE), BAD))
    return EmployeeList(tuple(people), spoilt)


def _day(day: date, at: int) -> str:
    return (
        f"{day:%Y-%m-%d}",
        f"{day:%d.%m.%Y}",
        f"{day:%m/%d/%Y}",
        f"{day.day} {day:%b} {day.year}",
    )[at % 4]
