"""The type of the parameter for a time zone, typed as a city."""

from typing import Annotated

from commands.framework.i18n import _
from commands.framework.reader import Reader, Words
from commands.zones.places import NamedZone, read_zone

City = Annotated[
    NamedZone,
    Reader(
        lambda raw, ctx: read_zone(raw, ctx.now, ctx.committee.zone),
        "CITY",
        lambda: _("Which city's time? Like Madrid or New York."),
        Words.rest(),
        known=True,
    ),
]
"""The zone of a place."""
