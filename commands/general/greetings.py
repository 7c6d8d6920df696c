"""Greetings: whoever says one for the first time is offered the tour, and later the help."""

from commands.framework import Context
from commands.shared.answer_words import without_signs
from storage.core.database import Transaction
from storage.history.entries import History

GREETINGS = frozenset(
    [
        "hi",
        "hello",
        "hey",
        "hallo",
        "moin",
        "servus",
        "hola",
        "buenas",
        "bonjour",
        "salut",
        "coucou",
        "ciao",
        "ola",
        "olá",
        "oi",
        "hej",
        "cześć",
        "merhaba",
        "selam",
        "привет",
        "你好",
        "您好",
        "やあ",
        "こんにちは",
        "?",
    ]
)


async def greets_again(text: str, ctx: Context, tx: Transaction) -> bool:
    """Whether the words are a greeting of somebody who has done something here before."""
    history = History(tx, ctx.committee.id, ctx.user, ctx.now)
    return await is_greeting(text, ctx, tx) and await history.newest(ctx.user) is not None


async def is_greeting(text: str, ctx: Context, tx: Transaction) -> bool:
    """Whether the words are nothing but a greeting."""
    del ctx, tx
    said = without_signs(text).rstrip("！。 ").casefold()
    return (said or text.strip()) in GREETINGS
