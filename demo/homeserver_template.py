"""An empty database as Synapse makes it, kept for the next homeserver: making it takes a quarter of a start."""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Final

KEPT_IN: Final = Path(__file__).resolve().parent.parent / "build" / "homeserver"


def _template() -> Path:
    return KEPT_IN / f"synapse-{version('matrix-synapse')}.db"


def copy_to(database: Path) -> None:
    """Give a new homeserver the empty database of its version, where one was kept."""
    if not database.exists() and (template := _template()).exists():
        shutil.copyfile(template, database)


def keep(database: Path) -> None:
    """Keep the database of a homeserver that nobody has used yet, unless one is kept of this version.

    It holds nothing of the server it was made by: no name, no key, no account.
    """
    template = _template()
    if template.exists():
        return
    KEPT_IN.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=KEPT_IN)
    os.close(handle)
    made = Path(name)
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(made)) as target:
        source.backup(target)
    # Others may be doing the same; whoever is last wins, and none is ever seen half.
    made.replace(template)
