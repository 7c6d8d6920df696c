"""What is said to a pairing code that cannot be right: which word, and what was probably meant."""

from commands.coalition.pairing_code import NotACode, Swapped, Unfitting, UnknownWord, WrongWord
from commands.framework.errors import NO_EXAMPLE, AnswerOption, Refusal, cut
from commands.framework.reply import Code, Line, line, plural


def unknown_word(unknown: UnknownWord) -> Refusal:
    """A word that is not in the list."""
    if unknown.meant is None:
        told = line(
            "Word {n}, “{word}”, is in no code. Ask for it again.",
            n=unknown.place,
            word=cut(unknown.word),
        )
    else:
        told = line(
            "Word {n}, “{word}”, is in no code. Did they say “{meant}”?",
            n=unknown.place,
            word=cut(unknown.word),
            meant=unknown.meant,
        )
    return Refusal(told, example=NO_EXAMPLE)


def wrong_word(wrong: WrongWord) -> Refusal:
    """A word that does not fit the others; a yes takes the one that does."""
    told = line(
        "Word {n}, “{word}”, does not fit the others. Did they say “{meant}”? {yes} takes that.",
        n=wrong.place,
        word=wrong.word,
        meant=wrong.meant,
        yes=Code("yes"),
    )
    return _mended(wrong.whole, told)


def swapped(found: Swapped) -> Refusal:
    """Two words that changed places; a yes takes them in the other order."""
    told = line(
        "Words {n} and {next} seem to be in the wrong order. {yes} changes that.",
        n=found.place,
        next=found.place + 1,
        yes=Code("yes"),
    )
    return _mended(found.whole, told)


def unfitting(found: NotACode) -> Refusal:
    """Several words that are wrong, missing or too many."""
    count = found.count if isinstance(found, Unfitting) else 0
    told = plural(
        "{n} word alone is no code: the others are missing. Have all of them read to you.",
        "These {n} words are no code: several are wrong, or some are missing. Compare them one by one.",
        count,
    )
    return Refusal(told, example=NO_EXAMPLE)


def _mended(whole: str, told: Line) -> Refusal:
    yes = AnswerOption("yes", f"!coalition join {whole}", unlisted=True)
    return Refusal(
        told,
        example=NO_EXAMPLE,
        options=[yes, AnswerOption("no", "", unlisted=True)],
    )
