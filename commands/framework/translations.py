"""Keeping the catalogues in locales/: ``python -m commands.framework.translations update``, ``compile``, or ``merge``.

``update`` gives every catalogue the sentences that the source has now; what has no translation yet is left empty, and
nothing is guessed from sentences that are like it. ``compile`` writes what gettext reads beside each. ``merge BASE
OURS THEIRS`` is for git (`make merging`): it writes into OURS what both made of BASE, sentence by sentence.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from commands.framework.catalogue_merge import merged
from commands.framework.i18n import CATALOGUES, DOMAIN, NAMES, compile_catalogue

WRITTEN = datetime(2026, 11, 30, tzinfo=UTC)
TEMPLATE = CATALOGUES / f"{DOMAIN}.pot"


def catalogues() -> list[Path]:
    """Return the catalogue of every language."""
    return sorted(CATALOGUES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def read(path: Path) -> Catalog:
    """Read a catalogue; its language is the name of its folder."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def update(path: Path) -> None:
    """Write a catalogue anew with the sentences of the source, in their order."""
    catalogue = read(path)
    with TEMPLATE.open("rb") as file:
        catalogue.update(read_po(file), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.project, catalogue.version, catalogue.fuzzy = "Steward", "", False
    catalogue.header_comment = f"# Steward in {Locale.parse(catalogue.locale).english_name}"
    catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = "Steward"
    # Two runs write the same bytes.
    catalogue.creation_date = catalogue.revision_date = WRITTEN
    write(path, catalogue)


def write(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue as it is kept: one line a sentence, by the files that say it."""
    with path.open("wb") as file:
        write_po(file, catalogue, width=0, include_lineno=False, sort_by_file=True)


def merge(base: Path, ours: Path, theirs: Path) -> list[str]:
    """Merge two versions of a catalogue into the file ``ours``; the sentences that both translated anew.

    Of those our words stay, marked as fuzzy and with theirs in a comment, so that tests fail until somebody chooses.
    """
    found = []
    for path in (base, ours, theirs):
        with path.open("rb") as file:
            found.append(read_po(file))
    unclear = merged(*found)
    write(ours, found[1])
    return unclear


def waiting(path: Path) -> list[str]:
    """Return the names that have no words in a catalogue yet, and so are typed in English."""
    return [
        f"{each.context} {each.id}"
        for each in read(path)
        if each.context in NAMES and not each.string
    ]


def main(task: str) -> None:
    """Do one of the tasks for every catalogue."""
    for path in catalogues():
        if task == "compile":
            path.with_suffix(".mo").write_bytes(compile_catalogue(path))
            continue
        update(path)
        if names := waiting(path):
            print(f"{path.parent.parent.name}: no words yet for {', '.join(names)}")  # noqa: T201


def merge_for_git(words: list[str]) -> int:
    """Merge as git asks: base, ours, theirs, the path in the repository. Returns 1 where somebody has to choose."""
    unclear = merge(*map(Path, words[:3]))
    for each in unclear:
        print(f"{words[3]}: both sides translated anew: {each}", file=sys.stderr)  # noqa: T201
    return 1 if unclear else 0


if __name__ == "__main__":
    if sys.argv[1] == "merge":
        sys.exit(merge_for_git(sys.argv[2:]))
    main(sys.argv[1])
