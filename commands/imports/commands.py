"""Commands about imports. The long work begins here and is done a sheet at a time (work.py)."""

from dataclasses import replace

from commands.authority.budget import Acts
from commands.authority.previews import Previews
from commands.contacts.lookup import the_contact
from commands.framework import Context, Reply, Role, Where, _, command, impossible, refuse, say
from commands.framework.errors import not_now
from commands.framework.i18n import one_of
from commands.framework.reply import Code, line, reply
from commands.framework.values import Pasted, Who
from commands.imports import file_views, mapping, past_views, reach_views, views
from commands.imports import previews as looks
from commands.imports.gathering import pasted
from commands.imports.list_contents import ListContents
from commands.imports.read.fields import Field
from commands.imports.read.people import ColumnReading
from commands.imports.read.reach import FIELDS, OWN_FIELDS, with_reach
from commands.imports.read.tables import NotAList
from commands.imports.terms import ColumnWords, DecisionWord, FieldWord, ImportNumber, LineNumber
from commands.imports.upload import AttachedFile
from commands.roles.quotas import Act, QuotaItem
from commands.shared.attached import LostFile
from commands.shared.background import BackgroundWork
from commands.shared.wording import label
from storage.contacts.contacts import Contacts
from storage.contacts.details import DetailChoices
from storage.core.model import ContactId
from storage.core.rows import millis
from storage.imports.imports import Decided, Import, Imports, ImportState

PAGE = 8
RECENT = 5
MOST_WAITING = 40
"""Lists of one person that are neither saved nor dropped; each is kept for two days."""


@command(
    "import file",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!import file",
    also=("import new", "import upload", "import csv"),
    makes=(QuotaItem.IMPORT,),
)
async def file(
    ctx: Context, imports: Imports, choices: DetailChoices, upload: AttachedFile
) -> Reply:
    """Read a list of employees that you send in our direct chat, as CSV or a workbook."""
    found = upload.found
    if found is None:
        raise not_now(file_views.no_file())
    if isinstance(found, LostFile):
        raise not_now(file_views.lost(found))
    if upload.others and isinstance(found, ListContents):
        every = (found, *upload.others)
        opened = [await _kept(ctx, imports, choices, each, upload.name) for each in every]
        return views.several(opened)
    return await _opened(ctx, imports, choices, found, upload.name)


@command(
    "import paste",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!import paste",
    makes=(QuotaItem.IMPORT,),
)
async def paste(ctx: Context, imports: Imports, choices: DetailChoices, below: Pasted) -> Reply:
    """Begin an import from the lines under this command in the same message."""
    if not below.text.strip():
        raise impossible(
            "Put the list under {paste}, in the same message: headings first, one person a line.",
            paste=Code("!import paste"),
        )
    return await _opened(ctx, imports, choices, pasted(below.text), _("pasted list"))


async def _opened(
    ctx: Context,
    imports: Imports,
    choices: DetailChoices,
    found: ListContents | NotAList,
    name: str,
) -> Reply:
    if isinstance(found, NotAList):
        raise not_now(file_views.not_a_list(found))
    one = await _kept(ctx, imports, choices, found, name)
    return await _mapping(imports, choices, one, mapping.from_json(one.reading))


async def _kept(
    ctx: Context, imports: Imports, choices: DetailChoices, found: ListContents, name: str
) -> Import:
    """A list that waits for somebody's word; each sheet of a workbook is one."""
    table = found.table
    if await imports.waiting(ctx.user) >= MOST_WAITING:
        raise impossible(
            "{n} lists of yours wait to be saved. Save or drop some first: {list}",
            n=MOST_WAITING,
            list=Code("!import list"),
        )
    columns = with_reach(found.columns, table.heads, await choices.kept())
    return await imports.open(
        author=ctx.user,
        name=f"{found.title} · {name}" if found.title else name,
        encoding=table.encoding,
        separator=table.separator,
        head_line=table.head_line,
        heads=table.heads,
        reading=mapping.to_json(ColumnReading(columns, found.orders)),
        lines=found.lines,
        sheets=found.sheets,
        staged=found.staged,
        at=ctx.now,
    )


async def _mapping(
    imports: Imports, choices: DetailChoices, one: Import, reading: ColumnReading
) -> Reply:
    rows = await imports.sheet(one, 0)
    shown = [cells for _line, cells, _surplus in rows]
    return views.mapping(one, reading, shown, await choices.kept())


@command(
    "import list",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!import list",
    also=("imports",),
)
async def list_(_ctx: Context, imports: Imports) -> Reply:
    """List the last imports, and how to begin one."""
    return views.overview(await imports.latest(RECENT))


@command(
    "import map",
    who=Role.LEAD,
    where=Where.DIRECT,
    example='!import map 7 "Emp #"=id Dept=area',
    also=("import columns",),
)
async def map_(
    ctx: Context,
    number: ImportNumber | None = None,
    columns: ColumnWords | None = None,
    *,
    imports: Imports,
    choices: DetailChoices,
) -> Reply:
    """Say what the columns of a list hold: id, name, first, last, email, area, shift, hired or none.

    What you kept yourselves: rating, talked (the day of the last talk), leader. How people are reached,
    if a keeper has switched it on (!fields): phone, language, and the email besides.

    Further: preferred (the first name somebody goes by), infix (van den), second (a second last
    name), kind (person or organization).

    number: the import; left out, the one that waits
    columns: pairs like Dept=area; a column by its heading or its letter
    """
    one = await _waiting(imports, number)
    reading = mapping.from_json(one.reading)
    if columns is not None:
        reading = replace(reading, columns=mapping.remapped(reading.columns, one.heads, columns))
        await _check_kept(reading, choices)
        await _read_so(ctx, imports, one, reading)
    return await _mapping(imports, choices, one, reading)


async def _check_kept(reading: ColumnReading, choices: DetailChoices) -> None:
    """Nothing is read as how people are reached unless that is kept. Raises Refusal."""
    wanted = [FIELDS[what] for what in reading.columns.values() if what in OWN_FIELDS]
    kept = await choices.kept() if wanted else {}
    for field in wanted:
        if field not in kept:
            raise not_now(reach_views.cannot_be_kept(field))


@command(
    "import values",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!import values 7 shift N=night D=day",
)
async def values(
    ctx: Context,
    number: ImportNumber | None = None,
    field: FieldWord | None = None,
    codes: ColumnWords | None = None,
    *,
    imports: Imports,
) -> Reply:
    """Say what the codes in a column stand for, like N for night.

    number: the import; left out, the one that waits
    field: what the column holds: area, shift or rating
    codes: pairs like N=night, with _ for a space; for ratings pairs like A=1, or same, or turned (5 is
        best)
    """
    one = await _waiting(imports, number)
    if field is None or codes is None:
        raise refuse(
            "Which column, and what do its codes stand for?",
            example=f"!import values {one.number} shift N=night D=day",
        )
    if field not in {Field.AREA, Field.SHIFT, Field.RATING}:
        raise refuse("Only areas, shifts and ratings have codes, not {field}.", field=field.value)
    reading = mapping.from_json(one.reading)
    reading = replace(reading, values=mapping.translated(reading, field, codes))
    await _read_so(ctx, imports, one, reading)
    scale = past_views.scale_said(reading) if field is Field.RATING else None
    return reply(scale, line("Noted. Next: {check}", check=Code(f"!import check {one.number}")))


@command(
    "import check",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!import check 7",
    also=("import dry-run", "import try"),
)
async def check(
    ctx: Context,
    number: ImportNumber | None = None,
    *,
    imports: Imports,
    choices: DetailChoices,
    background: BackgroundWork,
    overwrite: bool = False,
) -> Reply:
    """Try an import without saving anything: who is new, what would change, which lines have a problem.

    number: the import; the one that waits if you do not say
    overwrite: use the list where one of you has set something else by hand
    """
    one = await _waiting(imports, number)
    reading = replace(mapping.from_json(one.reading), overwrite=overwrite)
    if not set(reading.columns.values()) & {Field.NAME, Field.FIRST, Field.LAST}:
        raise refuse(
            "Which column has the names? Say it first; two columns are {two}.",
            two=Code(f"!import map {one.number} A=first B=last"),
            example=f"!import map {one.number} A=name",
        )
    await _check_kept(reading, choices)
    rows = [cells for _line, cells, _surplus in await imports.sheet(one, 0)]
    if scale := past_views.which_scale(one, reading, rows):
        raise not_now(scale)
    await imports.read_so(one, mapping.to_json(reading), ctx.now)
    await imports.begin(one, ImportState.CHECKING, ctx.now, ctx.user)
    background.wake_imports()
    return views.working(one, ImportState.CHECKING)


@command(
    "import problems",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!import problems 7",
)
async def problems(
    _ctx: Context,
    number: ImportNumber | None = None,
    *,
    imports: Imports,
    after: LineNumber | None = None,
) -> Reply:
    """List the lines that have a problem, with their numbers in the file.

    number: the import; the last one if you do not say
    after: the last line of the page before
    """
    one = await _known(imports, number)
    told = await imports.told(one, after=-1 if after is None else after, limit=PAGE + 1)
    page = told[:PAGE]
    return views.problems(
        one,
        page,
        more=len(told) > PAGE,
        decide=one.state in {ImportState.CHECKED, ImportState.MAPPING},
    )


@command(
    "import decide",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!import decide 7 214 M-41",
)
async def decide(
    ctx: Context,
    number: ImportNumber,
    line: LineNumber,
    who: DecisionWord,
    *,
    imports: Imports,
    contacts: Contacts,
) -> Reply:
    """Say who is meant by a line: somebody new, one of your contacts, or nobody.

    number: the import
    line: the line in the file
    who: new, skip, or a contact's handle
    """
    one = await _waiting(imports, number)
    if one.state is not ImportState.CHECKED:
        raise impossible("First {check}.", check=Code(f"!import check {one.number}"))
    if not await imports.has_line(one, line):
        raise impossible("Import {n} has no line {line}.", n=one.number, line=line)
    before = await imports.decision(one, line)
    was = [] if before is None or before.contact is None else await contacts.all([before.contact])
    contact = None if who.contact is None else await the_contact(who.contact, contacts)
    now = Decided(None if contact is None else contact.id, who.skip, ctx.user, millis(ctx.now))
    await imports.decide(one, line, now)
    tail = looks.decided_before(before, was[0].handle if was else None, ctx)
    if contact is not None:
        said = say("Line {line} is {who}.", line=line, who=label(contact))
    elif who.skip:
        said = say("Line {line} is left out.", line=line)
    else:
        said = say("Line {line} will be added as somebody new.", line=line)
    return reply(*said.blocks, tail) if tail else said


@command(
    "import missing",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!import missing 7",
)
async def missing(
    _ctx: Context,
    number: ImportNumber,
    *,
    imports: Imports,
    contacts: Contacts,
    after: Who | None = None,
) -> Reply:
    """List who was on earlier lists and is not on this one. I do not count them as left.

    number: the import
    after: the last contact of the page before
    """
    one = await _known(imports, number)
    start = ContactId(0) if after is None else (await the_contact(after, contacts)).id
    found = await imports.missing(one, after=start, limit=PAGE + 1)
    page = await contacts.all(found[:PAGE])
    return views.missing(one, page, [label(c) for c in page], more=len(found) > PAGE)


@command(
    "import commit",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!import commit 7",
    also=("import save",),
    destroys=(Act.SAVE_IMPORT,),
)
async def commit(
    ctx: Context,
    number: ImportNumber | None = None,
    *,
    imports: Imports,
    contacts: Contacts,
    background: BackgroundWork,
    acts: Acts,
    previews: Previews,
    yes: bool = False,
) -> Reply:
    """Save an import that was checked.

    number: the import; the one that waits if you do not say
    yes: save what I just showed you
    """
    one = await _waiting(imports, number)
    if one.state is not ImportState.CHECKED:
        raise refuse(
            "I saved nothing: first look at what would change.",
            example=f"!import check {one.number}",
        )
    look = await looks.at_commit(ctx, imports, contacts, one)
    first = None if look is None else await previews.first(ctx, look, yes=yes)
    if first is not None:
        return first
    await acts.spend(ctx, Act.SAVE_IMPORT)
    await imports.begin(one, ImportState.SAVING, ctx.now, ctx.user)
    background.wake_imports()
    return views.working(one, ImportState.SAVING)


@command(
    "import undo",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!import undo 7",
    destroys=(Act.UNDO_IMPORT,),
)
async def undo(
    ctx: Context,
    number: ImportNumber,
    *,
    imports: Imports,
    background: BackgroundWork,
    acts: Acts,
    previews: Previews,
    yes: bool = False,
) -> Reply:
    """Undo a saved import, except what somebody has worked on since. First you see what goes.

    number: the import
    yes: undo what I just showed you
    """
    one = await _known(imports, number)
    if one.state is not ImportState.SAVED:
        raise impossible(
            "Import {n} is {state}; you can undo only a saved one.",
            n=one.number,
            state=views.state_words(one.state),
        )
    first = await previews.first(ctx, looks.at_undo(one), yes=yes)
    if first is not None:
        return first
    await acts.spend(ctx, Act.UNDO_IMPORT)
    await imports.begin(one, ImportState.UNDOING, ctx.now, ctx.user)
    background.wake_imports()
    return views.working(one, ImportState.UNDOING)


@command(
    "import drop",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!import drop 7",
    also=("import cancel",),
    destroys=(Act.DROP_LIST,),
)
async def drop(
    ctx: Context,
    number: ImportNumber,
    *,
    imports: Imports,
    acts: Acts,
    previews: Previews,
    yes: bool = False,
) -> Reply:
    """Drop a list that was not saved, with everything in it.

    number: the import
    yes: drop what somebody else sent or decided, after I showed it to you
    """
    one = await _waiting(imports, number)
    look = await looks.at_drop(ctx, imports, one)
    first = None if look is None else await previews.first(ctx, look, yes=yes)
    if first is not None:
        return first
    await acts.spend(ctx, Act.DROP_LIST)
    await imports.end(one, ImportState.DROPPED, ctx.now)
    return say("Import {n} is gone, and what was in the file.", n=one.number)


async def _read_so(ctx: Context, imports: Imports, one: Import, reading: ColumnReading) -> None:
    """What was found with the columns read otherwise says nothing any longer."""
    await imports.read_so(one, mapping.to_json(reading), ctx.now)
    await imports.end(one, ImportState.MAPPING, ctx.now)


async def _known(imports: Imports, number: ImportNumber | None) -> Import:
    if number is None:
        latest = await imports.latest(1)
        if not latest:
            raise not_now(file_views.no_file())
        return latest[0]
    one = await imports.by_number(number)
    if one is None:
        raise impossible(
            "There is no import {n}. {list} shows the last ones.",
            n=number,
            list=Code("!import list"),
        )
    return one


async def _waiting(imports: Imports, number: ImportNumber | None) -> Import:
    """An import that is not saved and on which no work is under way."""
    one = await _only_one(imports) if number is None else await _known(imports, number)
    if one.state.at_work:
        raise impossible("I am still working on import {n}; one moment.", n=one.number)
    if one.state not in {ImportState.MAPPING, ImportState.CHECKED}:
        raise impossible(
            "Import {n} is {state}. Send the list again to start again.",
            n=one.number,
            state=views.state_words(one.state),
        )
    return one


async def _only_one(imports: Imports) -> Import:
    """The import that is meant without its number, if there is only one to be meant."""
    waiting = await imports.unsaved(2)
    if len(waiting) == 1:
        return waiting[0]
    if not waiting:
        return await _known(imports, None)
    raise refuse(
        "Several lists wait: {imports}. Say which by its number.",
        imports=one_of([str(each.number) for each in waiting]),
        example=f"!import check {waiting[0].number}",
    )
