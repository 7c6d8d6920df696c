"""Notes to think over before they are kept: long ones, and what law or decency asks about. Pure."""

import re

from commands.framework.errors import Refusal, impossible
from commands.framework.i18n import _, in_languages_heard
from commands.framework.reply import Code
from storage.names import folded

LONG_NOTE = 280
"""Letters; longer notes are asked about."""


def delicate(note: str) -> str | None:
    """The first word in a note that law or decency asks to think over; None without one."""
    said = folded(note).split()
    stems = [stem for known in in_languages_heard(_delicate_stems) for stem in known]
    for word in said:
        for stem in stems:
            if re.fullmatch(stem, word):
                return word
    return None


def _delicate_stems() -> list[str]:
    """Folded words; * stands for any ending."""
    table = ", ".join(
        (
            # Health
            _("health, sick, sickness, ill, illness, disease, diagnos*, cancer, depress*, doctor, "
              "hospital, therap*, medic*, pregnan*, disab*, injur*, surgery, addict*, alcohol*"),
            # Immigration
            _("visa, visas, immigra*, migrant, undocumented, asylum, refugee, citizen*, deport*, "
              "passport, greencard, h1b"),
            # Family
            _("wife, husband, spouse, married, divorc*, child, children, kid, kids, baby, son, "
              "daughter, girlfriend, boyfriend, family"),
            # Religion
            _("religi*, church, mosque, temple, synagogue, muslim*, christian*, jewish, hindu*, "
              "catholic*, pray*"),
        )
    )  # fmt: skip
    return [
        r"\w*".join(folded(part) for part in word.strip().split("*"))
        for word in table.split(",")
        if word.strip()
    ]


def think_over(note: str | None) -> Refusal | None:
    """The question to ask before a note is kept; None if there is none."""
    if note is None:
        return None
    if len(note) > LONG_NOTE:
        return impossible(
            "Not saved yet: that note is long. Write only what they could read; shorten it, or "
            "send it again with {yes}.",
            yes=Code("--yes"),
        )
    word = delicate(note)
    if word is None:
        return None
    return impossible(
        "Not saved yet: “{word}” may be about health, immigration, family or religion. Write "
        "only what they could read; leave it out, or send it again with {yes}.",
        word=word,
        yes=Code("--yes"),
    )


def ask_about(note: str | None, *, sure: bool) -> None:
    """Raise a Refusal with the question a note gives cause for, unless its author is sure of the note."""
    doubt = None if sure else think_over(note)
    if doubt is not None:
        raise doubt
