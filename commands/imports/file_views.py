"""Words about files: why one cannot be read, and how to send one that can."""

import re
from collections.abc import Sequence

from commands.framework.i18n import _, a_number, joined
from commands.framework.reply import Code, Line, line
from commands.imports.read.tables import NotAList, Unreadable
from commands.shared.attached import LARGEST, LostFile

LONGEST_NAME = 40


def lost(why: LostFile) -> Line:
    """Say why a file could not be had, and what to do."""
    return {
        LostFile.TOO_LARGE: line(
            "That file is larger than {n} MB, far more than a list of people needs. {how}",
            n=LARGEST >> 20,
            how=_how(),
        ),
        LostFile.NOT_A_FILE: (_("I can read lists only from files. {how}").format(how=_how()),),
        LostFile.NOT_ENCRYPTED: (
            _(
                "That file came unencrypted, so I did not open it. Delete it, and send it again from"
                " an app that encrypts files, like Element."
            ),
        ),
        LostFile.DAMAGED: (
            _("That file is not what you encrypted: it was changed on the way. Send it again."),
        ),
        LostFile.GONE: line("The homeserver does not have that file any longer. Send it again."),
        LostFile.NEVER_CAME: (
            _(
                "I asked for that file for a whole day and did not get it. Send it again; if it"
                " fails again, the problem is the homeserver you sent it from."
            ),
        ),
        LostFile.GIVEN_UP: (
            _(
                "I had to stop twice while I read that file, so I do not try again. I saved"
                " nothing. Open it, save it as CSV, and send that. Send a long list in parts."
            ),
        ),
    }[why]


def _how() -> str:
    return _("In the spreadsheet: Save as, CSV (UTF-8) or Excel (.xlsx); then send that here.")


_SAID_WHOLE = frozenset(
    {
        Unreadable.OPEN_QUOTE,
        Unreadable.TOO_MANY,
        Unreadable.TOO_LARGE,
        Unreadable.TOO_LONG,
        Unreadable.NO_ROWS,
        Unreadable.LOCKED,
        Unreadable.NUMBERS,
        Unreadable.OLD_MARKUP,
        Unreadable.ARCHIVE,
    }
)
"""What is answered with its own way out."""


def not_a_list(odd: NotAList) -> Line:
    """Say why a file holds no list for us, and what to do."""
    words = {
        Unreadable.EMPTY: _("That file is empty."),
        Unreadable.BINARY: _("That is no text I can read."),
        Unreadable.LOCKED: _(
            "That workbook has a password, so I cannot open it. Open it yourself, save it without the"
            " password, and send that: this chat is encrypted."
        ),
        Unreadable.DAMAGED: _("That workbook is damaged, or of a kind I do not know."),
        Unreadable.TOO_LARGE: _(
            "That file is far larger inside than a list of people, so I stopped. Send it as"
            " CSV, or in parts."
        ),
        Unreadable.TOO_LONG: _(
            "That is more than I read from a message; I stopped at line {line}. Send it as a file in"
            " this chat."
        ),
        Unreadable.DOCUMENT: _("That is a document, not a table."),
        Unreadable.NUMBERS: _(
            "That is a file of Apple Numbers. There: File, Export To, Excel or CSV; then send that"
            " here."
        ),
        Unreadable.OLD_MARKUP: _(
            "That is a spreadsheet in an old kind of XML. Open it, save it as .xlsx, and send that"
            " here."
        ),
        Unreadable.ARCHIVE: _("That is an archive. Unpack it, and send the list that is in it."),
        Unreadable.PICTURE: _("That is a picture."),
        Unreadable.NO_TABLE: _("That is a web page without a table."),
        Unreadable.NO_PEOPLE: _("I find no people in that file."),
        Unreadable.ONE_COLUMN: _("I find only one column in that, and no heading I know."),
        Unreadable.NO_ROWS: _("That has headings and nobody under them."),
        Unreadable.OPEN_QUOTE: _(
            "In line {line} a quote opens and never closes, or a cell is far too long."
            " Correct it there and send it again."
        ),
        Unreadable.TOO_MANY: _(
            "That is larger than a list of people; I stopped at line {line}. Send it in parts."
        ),
    }[odd.why].format(line=a_number(odd.line))
    own = odd.why in _SAID_WHOLE
    return (words,) if own else (words, " ", _how())


def no_file() -> Line:
    """Say how to send a list, where no file came."""
    return line(
        "Send the list as a CSV file in this chat, or as a workbook (.xlsx, .ods), or"
        " paste it under {paste}. I also read the contacts of a phone (.vcf).",
        paste=Code("!import paste"),
    )


def which_sheet(titles: Sequence[str]) -> Line:
    """A workbook with several lists, where one is wanted."""
    return line(
        "That workbook has several sheets with a list: {titles}. Save the one you mean as a file"
        " of its own, and send that.",
        titles=joined(shortened(title, LONGEST_NAME) for title in titles[:5]),
    )


def shortened(words: str, most: int) -> str:
    """Shorten words to fit on a phone."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def as_typed(head: str) -> str:
    """A head as it is typed; one with a quote in it by what it says."""
    bare = head.replace('"', "")
    return f'"{bare}"' if re.search(r"[\s=]", bare) else bare
