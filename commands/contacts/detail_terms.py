"""Types of parameters about details of a contact: phone, e-mail, language, and which field. Pure."""

import re
from typing import Annotated

from commands.framework.context import Context
from commands.framework.errors import cut, refuse
from commands.framework.i18n import _
from commands.framework.reader import Reader, Words, choice
from storage.contacts.details import DetailField

TAKEN_OUT = "-"
"""Typed for a detail that is to go."""
FEWEST_DIGITS, MOST_DIGITS = 5, 15
"""Of a phone number; the most are those of ITU-T E.164."""
LONGEST_EMAIL = 254
LONGEST_LANGUAGE = 40

_PHONE = re.compile(r"\+?[\d\s()/.\-–]{5,30}(?:(?:x|ext\.?)\s?\d{1,6})?", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\".]{2,}")


def is_phone(words: str) -> bool:
    """Whether words are a phone number, as people write them."""
    return _PHONE.fullmatch(words) is not None and (
        FEWEST_DIGITS <= sum(map(str.isdigit, words)) <= MOST_DIGITS
    )


def is_email(words: str) -> bool:
    """Whether words are an e-mail address, by their form alone."""
    return len(words) <= LONGEST_EMAIL and _EMAIL.fullmatch(words) is not None


def is_language(words: str) -> bool:
    """Whether words may name a language: some letters and no digit."""
    return (
        len(words) <= LONGEST_LANGUAGE
        and any(map(str.isalpha, words))
        and not any(map(str.isdigit, words))
    )


def _read_phone(raw: str, _ctx: Context) -> str:
    if raw != TAKEN_OUT and not is_phone(raw):
        raise refuse("“{word}” is not a phone number. Type it like +49 30 1234567.", word=cut(raw))
    return raw


def _read_email(raw: str, _ctx: Context) -> str:
    bare = raw.removeprefix("mailto:")
    if bare != TAKEN_OUT and not is_email(bare):
        raise refuse(
            "“{word}” is not an e-mail address. Type it like sam@example.org.", word=cut(raw)
        )
    return bare


def _read_language(raw: str, _ctx: Context) -> str:
    if raw != TAKEN_OUT and not is_language(raw):
        raise refuse("“{word}” is not a language. Type it like Spanish.", word=cut(raw))
    return raw


PhoneNumber = Annotated[
    str, Reader(_read_phone, "PHONE", lambda: _("Which phone number?"), Words.upto(6))
]
"""A phone number as it is typed, or "-" to take it out."""
EmailAddress = Annotated[str, Reader(_read_email, "EMAIL", lambda: _("Which e-mail address?"))]
"""An e-mail address, or "-" to take it out."""
LanguageName = Annotated[
    str, Reader(_read_language, "LANGUAGE", lambda: _("Which language?"), Words.upto(3))
]
"""A language by its name, or "-" to take it out."""
FieldWord = Annotated[
    DetailField,
    choice(
        DetailField,
        "phone|email|language",
        lambda: _("Which field: phone, email or language?"),
        also=lambda: {
            DetailField.PHONE: _("phones, phone number, telephone, mobile"),
            DetailField.EMAIL: _("e-mail, mail, emails"),
            DetailField.LANGUAGE: _("languages"),
        },
        upto=2,
    ),
]
"""A field that a keeper may switch on, in a word."""
