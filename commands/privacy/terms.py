"""Types of parameters about personal data: legal basis, export format. Pure."""

from collections.abc import Mapping
from typing import Annotated

from commands.framework.i18n import _
from commands.framework.reader import choice, numbered
from storage.privacy.bases import Basis
from storage.privacy.exports import ExportFormat

ExportNumber = Annotated[int, numbered("NUMBER", lambda: _("Which export? Like 3."))]
"""An export's number within its committee."""

LinesSkipped = Annotated[
    int, numbered("LINES", lambda: _("How many lines to leave out? Like 7."), 9_999)
]
"""How many of the newest lines to leave out."""


def _more_bases() -> Mapping[Basis, str]:
    return {
        Basis.CONSENT: _("agreed, permission"),
        Basis.MEMBER: _("membership, card"),
        Basis.INTEREST: _("legitimate interest, interests"),
    }


BasisWord = Annotated[
    Basis,
    choice(
        Basis,
        "consent|member|interest",
        lambda: _("Why may we keep it: consent, member or interest?"),
        also=_more_bases,
        upto=2,
    ),
]
"""Why something may be kept, in a word or two."""


def _more_formats() -> Mapping[ExportFormat, str]:
    return {
        ExportFormat.CSV: _("excel, spreadsheet, table"),
        ExportFormat.JSON: _("osdi"),
        ExportFormat.VCARD: _("vcf, address book"),
    }


FormatWord = Annotated[
    ExportFormat,
    choice(
        ExportFormat,
        "csv|json|vcard",
        lambda: _("Csv, json or vcard?"),
        also=_more_formats,
        upto=2,
    ),
]
"""The format of an export, in a word or two."""
