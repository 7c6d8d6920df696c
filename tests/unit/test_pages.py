"""docs/README.md says that it lists all pages: it does, and each that it names is there."""

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
INSIDE_ANOTHER = {"design/ballots.md", "design/choices.md", "design/trust.md"}
"""Listed by docs/design/README.md, which is listed."""


def linked(page: Path) -> set[Path]:
    """The pages that a page links to."""
    links = re.findall(r"\]\(([^)#\s]+\.md)(?:#[^)]*)?\)", page.read_text("utf-8"))
    return {(page.parent / link).resolve() for link in links}


def test_every_page_is_listed() -> None:
    listed = linked(DOCS / "README.md")
    pages = {path for path in DOCS.rglob("*.md") if path != DOCS / "README.md"}
    missing = {str(each.relative_to(DOCS)) for each in pages - listed}
    assert missing - INSIDE_ANOTHER == set()
    assert missing >= INSIDE_ANOTHER, "listed now: take them out of the exceptions"
    assert {DOCS / each for each in INSIDE_ANOTHER} <= linked(DOCS / "design" / "README.md")


def test_each_that_is_listed_is_there() -> None:
    for page in (DOCS / "README.md", DOCS.parent / "README.md"):
        assert {each for each in linked(page) if not each.exists()} == set()
