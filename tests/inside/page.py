"""The table of docs/threat-model.md that these programs fill.

``python -m tests.inside.page`` writes it anew.
"""

from pathlib import Path
from typing import Final

from tests.inside.attacks import ATTACKS, BY_KEY, number

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "threat-model.md"
HEADING: Final = "| who | goal | budget | before | now at most |"


def row(key: str) -> str:
    """One program's line of the page."""
    attack = BY_KEY[key]
    before = attack.f159b98 if attack.f159b98 is not None else attack.main
    was = "not tried" if before is None else f"{number(before)}"
    return (
        f"| {attack.who} | {attack.goal} | {attack.budget} | {was}"
        f" | {number(attack.at_most)} {attack.unit.value} |"
    )


def rows() -> list[str]:
    """All lines, in the order of the programs."""
    return [HEADING, "|---|---|---|---|---|", *(row(attack.key) for attack in ATTACKS)]


def stated(text: str) -> list[str]:
    """The lines of the table as they stand on the page."""
    lines = text.splitlines()
    start = lines.index(HEADING)
    table = lines[start:]
    return table[: next((n for n, each in enumerate(table) if not each.startswith("|")), None)]


def promised(key: str) -> float:
    """What the page says of a program: the figure before its unit in the last column."""
    text = PAGE.read_text("utf-8")
    if HEADING not in text:
        return BY_KEY[key].at_most
    attack = BY_KEY[key]
    for each in stated(text):
        cells = [cell.strip() for cell in each.strip("|").split("|")]
        if cells[:2] == [attack.who, attack.goal]:
            return float(cells[-1].split()[0])
    raise AssertionError(f"docs/threat-model.md does not have {attack.goal}")


def filled(text: str) -> str:
    """The page with the table as the programs have it now."""
    return text.replace("\n".join(stated(text)), "\n".join(rows()))


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text("utf-8")), "utf-8")
