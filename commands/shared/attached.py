"""Names for what people send besides words, shared by the Matrix side and the commands."""

from enum import Enum
from typing import Final

LARGEST: Final = 20 << 20
"""Bytes of a file that are fetched at most; a list of 200,000 people is half of that."""


class LostFile(Enum):
    """The reason why a file did not reach us, or is not looked at."""

    TOO_LARGE = "too large"
    NOT_A_FILE = "not a file"
    """A picture, a voice message."""
    NOT_ENCRYPTED = "not encrypted"
    DAMAGED = "damaged"
    """The bytes are not what the sender encrypted."""
    GONE = "gone"
    """The homeserver has it no longer."""
    NEVER_CAME = "never came"
    """The homeserver did not deliver the file for as long as it was asked."""
    GIVEN_UP = "given up"
    """Twice somebody or something ended the bot while it read it."""


class WordlessMessage(Enum):
    """A kind of message that is neither words nor a file."""

    PHOTO = "photo"
    VIDEO = "video"
    VOICE = "voice"
    """Recorded in the app."""
    SOUND = "sound"
    PLACE = "place"
    STICKER = "sticker"
    POLL = "poll"
    """One that an app made, not the bot."""
    EMOTE = "emote"
