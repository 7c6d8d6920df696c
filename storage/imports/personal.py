"""Personal data in lists being imported, and in the files the lists came from."""

import json

from storage.core.slices import a_turn
from storage.privacy.declarations import (
    Disclosure,
    Erased,
    Forgetting,
    PersonalData,
    PersonalTable,
)

SHEETS_AT_ONCE = 50


async def _drop_lines(forgetting: Forgetting) -> Erased:
    """Drop lines of lists that are not saved yet, some sheets at a time: all may be more than fits."""
    tx, lines, last = forgetting.tx, 0, 0
    while True:
        rows = await tx.all(
            "SELECT s.id, s.rows FROM import_sheets AS s CROSS JOIN imports AS i ON i.id = s.import "
            "WHERE i.committee = ? AND s.rows IS NOT NULL AND s.id > ? ORDER BY s.id LIMIT ?",
            (forgetting.committee, last, SHEETS_AT_ONCE),
        )
        for row in rows:
            await a_turn()
            sheet = json.loads(row["rows"])
            rest = [each for each in sheet if not forgetting.names.in_row(each[1])]
            if len(rest) < len(sheet):
                lines += len(sheet) - len(rest)
                await tx.execute(
                    "UPDATE import_sheets SET rows = ? WHERE id = ?", (json.dumps(rest), row["id"])
                )
        if len(rows) < SHEETS_AT_ONCE:
            return Erased(lines=lines)
        last = rows[-1]["id"]


async def _drop_problems(forgetting: Forgetting) -> Erased:
    """Drop what was said about lines that mention them."""
    tx, committee = forgetting.tx, (forgetting.committee,)
    await tx.execute(
        "DELETE FROM import_seen WHERE import IN (SELECT id FROM imports WHERE committee = ?)",
        committee,
    )
    # A list that is being checked is looked at again from its first line, and in a round of its own: what
    # is remembered of this one counts lines that are gone.
    checking = "SELECT id FROM imports WHERE committee = ? AND state = 'checking'"
    await tx.execute(f"DELETE FROM import_problems WHERE import IN ({checking})", committee)
    await tx.execute(
        "UPDATE imports SET done = 0, figures = '{}', round = round + 1 "
        "WHERE committee = ? AND state = 'checking'",
        committee,
    )
    for row in await tx.all(
        "SELECT p.id, p.words FROM imports AS i JOIN import_problems AS p ON p.import = i.id "
        "WHERE i.committee = ?",
        committee,
    ):
        await a_turn()
        if forgetting.names.mentioned(json.loads(row["words"])):
            await tx.execute("DELETE FROM import_problems WHERE id = ?", (row["id"],))
    return Erased()


async def _blank_uploads(forgetting: Forgetting) -> Erased:
    """Blank the names of files that are still to be fetched, and what was typed beside them."""
    names = forgetting.names
    for row in await forgetting.tx.all("SELECT event_id, body, file FROM uploads"):
        file = json.loads(row["file"])
        if names.mentioned([row["body"], file]):
            better = {**file, "name": names.blanked(str(file.get("name"))) or file.get("name")}
            body = names.blanked(row["body"]) or row["body"]
            await forgetting.tx.execute(
                "UPDATE uploads SET body = ?, file = ? WHERE event_id = ?",
                (body, json.dumps(better), row["event_id"]),
            )
    return Erased()


PERSONAL = PersonalData(
    tables=(
        PersonalTable(
            "listings",
            names="t.name",
            areas="t.area",
            numbers="t.external_id",
            emails="t.email",
            shown=Disclosure("t.name, t.external_id, t.email, t.area, t.shift"),
        ),
        PersonalTable("imports", about=None, words=("name",)),
        PersonalTable(
            "import_decisions",
            shown=Disclosure(
                "'#' || i.number, t.line",
                "JOIN imports AS i ON i.id = t.import",
                at="i.changed_at",
                by="i.author",
                taken_back="0",
                order="t.line",
            ),
        ),
        PersonalTable(
            "import_missing",
            shown=Disclosure(
                "'#' || i.number",
                "JOIN imports AS i ON i.id = t.import",
                at="i.changed_at",
                by="i.author",
                taken_back="0",
                order="i.id",
            ),
        ),
    ),
    # The rows of a file that is being read become lines, and lines of who was forgotten are left out.
    nobody=("upload_sheets", "uploads_sent"),
    scrubs=(_drop_lines, _drop_problems, _blank_uploads),
    scrubbed=("import_sheets", "import_seen", "import_problems", "uploads"),
)
