"""Types of parameters about the bot itself: a command, a committee. Pure."""

from typing import Annotated, Final

from commands.framework.context import Context
from commands.framework.errors import refuse
from commands.framework.i18n import _, available, one_of
from commands.framework.reader import Reader, Words, text
from storage.names import folded

CommitteeName = Annotated[str, text(60, "NAME", lambda: _("Which committee?"))]
"""What a committee calls itself."""

LANGUAGES: Final = {
    "en": ("English", "anglais", "inglés", "inglese", "englisch", "inglês", "英语", "英文"),
    "de": ("Deutsch", "German", "alemán", "tedesco", "allemand", "alemão", "德语", "德文"),
    "es": ("Español", "Spanish", "castellano", "spanisch", "espagnol", "spagnolo", "espanhol", "西班牙语"),
    "fr": ("Français", "French", "französisch", "francés", "francese", "francês", "法语", "法文"),
    "it": ("Italiano", "Italian", "italienisch", "italien", "意大利语"),
    "pt_BR": ("Português", "Portuguese", "Brazilian", "pt", "portugiesisch", "portugués", "portugais", "portoghese",
              "葡萄牙语"),
    "zh_Hans": ("简体中文", "中文", "Chinese", "zh", "cn", "chinesisch", "chino", "cinese", "chinois", "chinês", "汉语"),
}  # fmt: skip
"""Languages by the code of their catalogue: what each calls itself, and what else people type for it."""


def called(code: str) -> str:
    """Return what a language calls itself."""
    return LANGUAGES[code][0]


def _language(raw: str, _ctx: Context) -> str:
    typed = folded(raw.replace("_", "-"))
    for code in available():
        names = {folded(name) for name in (code.replace("_", "-"), *LANGUAGES.get(code, ()))}
        # de-AT is German too, and pt-PT nearer to what there is than English.
        if typed in names or (len(typed) > 3 and typed.split("-")[0] in names and "-" in typed):
            return code
    raise refuse(
        "I speak {languages}. Which one?",
        languages=one_of([f"{called(code)} ({code})" for code in available()]),
    )


Language = Annotated[
    str,
    Reader(
        _language,
        "LANGUAGE",
        lambda: _("Which language? Like {example}.").format(example="de"),
        Words.rest(),
        known=True,
    ),
]
"""The code of a language that the bot speaks."""

Topic = Annotated[str, text(60, "TOPIC", lambda: _("Which topic or command?"))]
"""A topic or a command somebody wants to know more about."""

PairingCode = Annotated[str, text(20, "CODE", lambda: _("Which code? My admin has it."))]
"""What stands for a committee that comes to a new room."""
