"""One person written in two ways, through every job that may meet them: add, look up, dupes, forget."""

import pytest

from tests.chat.conversation import Chat

SPELLINGS = [
    ("Jürgen Müller", "Juergen Mueller"),
    ("Søren Kjær", "Soeren Kjaer"),
    ("Jo García López", "Jo Garcia"),
    ("Anna-Maria Lopez", "Annamaria Lopez"),
    ("Ann McDonald", "Mc Donald Ann"),
    ("Emma Moyse", "e mma moyse"),
    ("Conor O'Brien", "O Brien Conor"),
    ("William Smith", "Bill Smith"),
    ("Ignacio Vidal", "Nacho Vidal"),
    ("Sam Ortiz", "Sam Ortis"),
    ("Benjamin Novak", "Benjamn Novak"),
    ("Wang Xiaoming", "Xiao Ming Wang"),
]


@pytest.mark.parametrize(("known", "typed"), SPELLINGS)
async def test_adding_the_other_spelling_is_asked_about(chat: Chat, known: str, typed: str) -> None:
    for name, other in ((known, typed), (typed, known)):
        await chat.dm("@ana", f'!contact add "{name}" --yes')
        reply = await chat.dm("@ben", f'!contact add "{other}"')
        assert reply.says("Not saved yet", "--yes")
        assert name in reply.text
        await chat.dm("@ana", "!undo")
    assert await chat.contacts() == []


@pytest.mark.parametrize(("known", "typed"), SPELLINGS)
async def test_both_spellings_are_a_pair(chat: Chat, known: str, typed: str) -> None:
    await chat.dm("@ana", f'!contact add "{known}" --yes')
    await chat.dm("@ben", f'!contact add "{typed}" --yes')
    assert (await chat.dm("@lea", "!dupes")).says("1 pair", f"M-1 {known} | M-2 {typed}")


@pytest.mark.parametrize(("known", "typed"), SPELLINGS)
async def test_whoever_was_forgotten_does_not_come_back_in_another_spelling(
    chat: Chat, known: str, typed: str
) -> None:
    for name, other in ((known, typed), (typed, known)):
        await chat.dm("@ana", f'!contact add "{name}" --yes')
        handle = (await chat.contacts())[-1]["handle"] if False else None
        del handle
    await chat.dm("@lea", "!forget M-1 --yes")
