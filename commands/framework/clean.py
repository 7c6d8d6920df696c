"""Cleaning a typed line of what phones and keyboards did to it. Pure; ``clean`` alone raises Refusal."""

import re
import unicodedata

from commands.framework.errors import NO_EXAMPLE, Refusal, cut, refuse
from commands.framework.i18n import _
from commands.framework.mentions import ADDRESS, shown, unaddressed
from commands.framework.reply import fill

LIMIT = 4096
"""Bytes of a message. The longest sensible command is a few hundred."""
UNFOLDED = 2 * LIMIT
"""Letters of it once each is taken apart: a single sign may stand for a sentence of eighteen."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Marks that steer direction or join nothing: invisible, pasted unawares, and able to make a line
# read differently from what it says. ZWJ and ZWNJ stay: emoji, Persian and Indic names need them.
_INVISIBLE = dict.fromkeys(
    (
        *(0x00AD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    )
)
_JOINERS = "\u200c\u200d\ufe0e\ufe0f"
"""Characters that join to the one before them; with nothing there they are left over from a paste."""
_KEYCAP = re.compile("\ufe0f?\u20e3")
"""What makes a key of the digit before it: 2️⃣ is 2."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
"""Control characters (Cc) but for blanks, and halves of pairs (Cs): looked for at once, not sign by sign."""
_TIDIED = {**_INVISIBLE, 0x3000: " ", 0x2011: "-"}


def clean(text: str) -> str:
    """Normalize a line: plain spaces, no invisible marks, composed letters (NFC).

    Raises Refusal for a line too long, with control characters, or with two commands at once.
    """
    read = shown(text)
    long = len(read) > LIMIT or len(read.encode("utf-8", "surrogatepass")) > LIMIT
    if long or len(unicodedata.normalize("NFKD", read)) > UNFOLDED:
        raise _without_words(
            _("That is far too long: a command is a line or two. I saved nothing.")
        )
    straight = straighten(text)
    read = shown(straight)
    if unreadable := _CONTROL.search(read):
        raise _unreadable(read, unreadable.start())
    lines = [part.strip() for part in straight.splitlines() if part.strip()]
    if any(part.startswith("!") for part in lines[1:]):
        raise _without_words(
            _("One command per message: send the first line alone, then the next.")
        )
    return unicodedata.normalize("NFC", " ".join(" ".join(lines).split()))


def _without_words(template: str) -> Refusal:
    return Refusal(fill(template), example=NO_EXAMPLE, neutral=fill(template))


def straighten(text: str) -> str:
    """Full-width forms and keycaps as plain ones, invisible marks gone, and the bot's name in front, too."""
    if text.isascii() and not text.startswith(ADDRESS):
        # As nearly all that is typed: nothing below is looked for among these.
        return text
    return plain(with_full_width(text))


def with_full_width(text: str) -> str:
    """Keycaps as plain signs, invisible marks gone, and the bot's name in front, too; full-width forms stay."""
    return _KEYCAP.sub("", unaddressed(text).translate(_TIDIED)).lstrip(_JOINERS)


def plain(text: str) -> str:
    """Full-width forms as plain ones, sign by sign."""
    return text.translate(_FULL_WIDTH)


def _unreadable(text: str, at: int) -> Refusal:
    before = text[:at].split()
    if not before:
        return refuse("There is an invisible character in that. Type it again by hand.")
    return refuse(
        "There is an invisible character in that, after “{word}”. Type it again by hand.",
        word=cut(before[-1]),
    )
