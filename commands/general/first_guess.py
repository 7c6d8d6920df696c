"""The language of somebody who has not chosen one, by what they type: a command in it, or several of its small words.

Guessed in the direct chat alone, and told there in both languages. What is kept about anybody is not looked at, and the
room's language stays what a lead chose.
"""

import re
from typing import Final

from commands.framework.context import Context, Place
from commands.framework.hearing import LanguageGuess
from commands.framework.i18n import available
from commands.general import views
from commands.roles.rules import Need, refusal
from commands.roles.standing import Role
from storage.chat.preferences import People
from storage.core.database import Transaction
from storage.names import folded

SEVERAL: Final = 3
"""Small words of one language, and of no other, that tell it."""
SEVERAL_SIGNS: Final = 4
"""Chinese letters that tell it."""
LONGEST: Final = 400
"""Letters of talk that are looked at."""

SMALL_WORDS: Final = {
    "de": "ich du wir ihr nicht und oder aber wie wer wann kann kannst bitte danke hallo mit fur was ist sind das ein eine mein mir brauche hilfe",
    "es": "yo tu nosotros y pero como quien cuando puedo puedes gracias hola con para que es son el los una mi necesito ayuda por esta",
    "fr": "je tu nous vous et mais comment quand peux merci bonjour salut avec pour est sont le les une mon besoin aide pas dans",
    "it": "io noi voi ma come quando posso puoi grazie ciao con per che sono il gli della una mio bisogno aiuto non questo cosa",
    "pt_BR": "eu voce nos mas como quando posso pode obrigado obrigada oi ola com para que sao os uma meu minha preciso ajuda nao por isso",
    "en": "i you we they and but how who when can please thanks hello hi with for what is are the my need help not it to of",
}  # fmt: skip
"""Words without which nobody talks for long, folded, by the code of the language."""
_HAN = re.compile("[\u3400-\u9fff]")
_KANA = re.compile("[\u3040-\u30ff\uac00-\ud7af]")


def of_talk(text: str) -> str | None:
    """The one language whose small words stand in a text; None where there are few, or of another one too."""
    said = text[:LONGEST]
    if len(_HAN.findall(said)) >= SEVERAL_SIGNS and not _KANA.search(said):
        return "zh_Hans"
    words = set(folded(said).split())
    counts = {code: len(words & small) for code, small in _ALONE.items()}
    most = max(counts, key=lambda code: counts[code])
    others = [many for code, many in counts.items() if code != most]
    return most if counts[most] >= SEVERAL and not any(others) and most != "en" else None


async def take(language: str, ctx: Context, tx: Transaction) -> LanguageGuess | None:
    """Answer somebody in a language from now on; None for whoever has chosen, and in rooms."""
    people = People(tx)
    taking_part = refusal(ctx.standing, Need(), ctx.now, ctx.settings) is None
    if ctx.place is not Place.DIRECT or not taking_part or language not in available():
        return None
    if language == ctx.language or await people.language(ctx.user) is not None:
        return None
    await people.set_language(ctx.user, language)
    said = views.language_guessed(
        language, ctx.language, ctx.committee.language, lead=ctx.role >= Role.LEAD
    )
    return LanguageGuess(language, said)


def _of_one_language() -> dict[str, frozenset[str]]:
    """The small words that only one of the languages has."""
    all_words = {code: frozenset(words.split()) for code, words in SMALL_WORDS.items()}
    return {
        code: words - frozenset().union(*(w for other, w in all_words.items() if other != code))
        for code, words in all_words.items()
    }


_ALONE: Final = _of_one_language()
