"""Organizers type in their own language, in the committee's and in English, side by side."""

import gettext
import re
from dataclasses import dataclass

import pytest

from commands.all import CATALOGUE
from commands.framework import i18n
from commands.framework.i18n import hearing, speaking
from commands.framework.reply import Audience
from commands.framework.shown_names import COMMAND, KEY, shown_name
from storage.chat.preferences import People
from tests.chat.conversation import Chat

FIRST_DAY = {
    "de": (
        "kontakt neu 'Sam Okafor' bereich=Payments",
        "GESPRACH M-1 erreicht stufe=2 gesagt schritt=mi",
        "faellig",
        "!rückgängig",
        "!hilfe gespräch ändern",
    ),
    "es": (
        "contacto añadir 'Sam Okafor' área=Payments",
        "1a1 M-1 hablé valora=2 dijo siguiente=mie",
        "pendientes",
        "!deshacer",
        "!ayuda contacto anadir",
    ),
    "fr": (
        "contact ajouter 'Sam Okafor' secteur=Payments",
        "echange M-1 parlé eval=2 dit suite=mer",
        "suivis",
        "!annuler",
        "!aide évaluer",
    ),
    "it": (
        "contatto nuovo 'Sam Okafor' area=Payments",
        "1a1 M-1 parlato valuta=2 detto prossimo=mer",
        "ricontatti",
        "!annulla",
        "!aiuto valuta",
    ),
    "pt_BR": (
        "contato adicionar 'Sam Okafor' área=Payments",
        "conversa M-1 conversei posicao=2 disse proximo=qua",
        "retornos",
        "!desfazer",
        "!ajuda avaliar",
    ),
    "zh_Hans": (
        "！联系人添加“Sam Okafor”　部门＝Payments",
        "一对一M-1 谈到了 评为：2 说了 下一步＝周三",
        "跟进",
        "！撤销",
        "！帮助 评估",
    ),
}


async def choose(chat: Chat, who: str, language: str) -> None:
    async with chat.database.transaction() as tx:
        await People(tx).set_language(chat.user(who), language)


async def chosen(chat: Chat, who: str) -> str | None:
    async with chat.database.transaction() as tx:
        return await People(tx).language(chat.user(who))


async def committee_speaks(chat: Chat, language: str) -> None:
    async with chat.database.transaction() as tx:
        await tx.execute("UPDATE committees SET language = ?", (language,))


@pytest.mark.parametrize("language", FIRST_DAY)
async def test_a_first_day_in_ones_own_words(chat: Chat, language: str) -> None:
    await choose(chat, "@ana", language)
    add, log, due, undo, help_ = FIRST_DAY[language]
    assert (await chat.dm("@ana", add)).says("M-1 Sam Okafor (Payments)")
    logged = await chat.dm("@ana", log)
    (talk,) = await chat.conversations()
    assert talk.outcome.value == "reached"
    assert [each.rating.value for each in await chat.assessments("M-1")] == [2]
    # What to type is shown in the reader's words, and what they show works.
    assert undo.replace("！", "!") in logged.text
    assert (await chat.dm("@ana", due)).says("Sam Okafor")
    await chat.dm("@ana", undo)
    assert await chat.conversations() == []
    shown = await chat.dm("@ana", help_)
    with speaking(language):
        own = i18n._("Or in English: {usage}").partition("{")[0]
    assert own in shown.text
    # English goes on working.
    assert (await chat.dm("@ana", "!contact add 'Noor Azad' area=Search")).text
    assert (await chat.dm("@ana", "!contact show M-2")).says("Noor Azad")


@pytest.mark.parametrize("language", FIRST_DAY)
async def test_what_is_typed_in_english_shows_the_readers_words(chat: Chat, language: str) -> None:
    await choose(chat, "@ana", language)
    added = await chat.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    assert "!1on1" not in added.text
    assert "!contact add" not in (await chat.dm("@ana", "!help")).text
    # The control: in English they are as they were.
    assert "!contact add" in (await chat.dm("@ben", "!help")).text


async def test_the_room_and_a_reader_each_have_their_words(chat: Chat) -> None:
    await committee_speaks(chat, "es")
    await choose(chat, "@ana", "de")
    # In the room both languages are heard; the room's is spoken.
    for typed in ("!reunión", "!treffen", "!meet", "！treffen", "! treffen"):
        said = await chat.room("@ana", typed)
        assert said.says("!reunión nueva"), typed
    # In the direct chat both are heard as well; the person's is spoken.
    for typed in ("fällig", "pendientes", "due"):
        assert (await chat.dm("@ana", typed)).says("Nichts fällig")
    assert (await chat.dm("@ana", "ayuda")).says("!kontakt neu")
    assert (await chat.dm("@ben", "ayuda")).says("!contacto añadir")


async def test_a_private_command_does_not_stay_in_the_room_in_any_language(chat: Chat) -> None:
    await choose(chat, "@ana", "de")
    for typed in (
        "!gespräch Sam Okafor erreicht",
        "!gespraech Sam Okafor erreicht",
        "👋 !gespräch Sam Okafor erreicht",
        "/gespräch Sam Okafor erreicht",
        "hallo\n!notiz Sam Okafor mag Tee",
        # Nobody here speaks these.
        "!échange Sam Okafor vu",
        "!联系人添加张三",
    ):
        assert (await chat.room("@ana", typed)).retracted, typed
    assert not (await chat.room("@ana", "!treffen")).retracted


async def test_slips_are_met_with_the_readers_words(chat: Chat) -> None:
    await choose(chat, "@ana", "de")
    assert (await chat.dm("@ana", "!kontakt nue Sam")).says("!kontakt neu")
    assert (await chat.dm("@ana", "!umfrgae")).says("!umfrage")
    assert (await chat.dm("@ana", "!gesprch M-1")).says("!gespräch")
    await chat.dm("@ana", "!kontakt neu Sam bereich=Payments")
    assert (await chat.dm("@ana", "gespräch M-1 erreicht shcritt=mi")).says("schritt=")
    assert (await chat.dm("@ana", "!kontakt")).says("neu, suchen, zeigen")
    # The control: whoever reads English is shown none of it.
    assert "!umfrage" not in (await chat.dm("@ben", "!umfrgae")).text.replace("“umfrgae”", "")


@pytest.mark.parametrize("language", FIRST_DAY)
@pytest.mark.parametrize(
    "asked", ["!help", "!help all", "!help polls", "!help tests", "!help meetings 2"]
)
async def test_help_names_what_can_be_typed(chat: Chat, language: str, asked: str) -> None:
    await choose(chat, "@lea", language)
    said = await chat.dm("@lea", asked)
    typed = re.findall(r"(?<!\w)!([^\s,.。，、]+)", said.text)
    assert typed
    with hearing(language), speaking(language):
        unknown = [each for each in typed if not CATALOGUE.knows(each)]
        assert unknown == []
        # English is named once, at the bottom, and only where all of it is listed.
        english = [each for each in typed if CATALOGUE.typed.in_english(each).text == each]
    assert "contact" not in english or language == "fr"
    assert ("help" in english) is (asked == "!help all")


# -- a first guess ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "language", "own"),
    [
        ("!kontakt neu 'Sam Okafor' bereich=Payments", "de", "Deutsch"),
        ("kontakt neu Sam bereich=Payments", "de", "Deutsch"),
        ("!contacto añadir 'Sam Okafor'", "es", "Español"),
        ("contact ajouter 'Sam Okafor' secteur=Payments", "fr", "Français"),
        ("!contatto nuovo 'Sam Okafor'", "it", "Italiano"),
        ("!contato adicionar 'Sam Okafor'", "pt_BR", "Português"),
        ("！联系人添加张三", "zh_Hans", "简体中文"),
        ("contact add Sam bereich=Payments", "de", "Deutsch"),
        ("hallo, wie kann ich hier was eintragen?", "de", "Deutsch"),
        ("hola, ¿cómo puedo añadir a alguien? gracias", "es", "Español"),
        ("bonjour, comment je peux ajouter quelqu'un ?", "fr", "Français"),
        ("ciao, come posso aggiungere una persona? non ho capito", "it", "Italiano"),
        ("oi, como você adiciona uma pessoa? obrigada", "pt_BR", "Português"),
        ("你好，我该怎么添加同事？", "zh_Hans", "简体中文"),
    ],
)
async def test_whoever_types_in_a_language_is_answered_in_it(
    chat: Chat, typed: str, language: str, own: str
) -> None:
    said = await chat.dm("@ana", typed)
    assert await chosen(chat, "@ana") == language
    # Said in both, with how to change it.
    with speaking(language):
        lang = shown_name(COMMAND, "lang")
    assert said.says(f"You typed that in {own}", "!lang en", f"!{lang} en")
    # Once.
    again = await chat.dm("@ana", typed)
    assert "You typed that in" not in again.text
    # And nobody else notices.
    assert (await chat.room("@ana", "!status")).says("Everything is all right")
    assert "You typed that" not in (await chat.dm("@ben", "!me")).text


async def test_a_lead_is_told_how_the_room_follows(chat: Chat) -> None:
    said = await chat.dm("@lea", "!kontakt neu Sam bereich=Payments")
    assert said.says("!einrichten raumsprache=de")
    assert "raumsprache" not in (await chat.dm("@ben", "!kontakt neu Zoe bereich=Payments")).text
    async with chat.database.transaction() as tx:
        assert await tx.value("SELECT language FROM committees") == "en"


@pytest.mark.parametrize(
    "typed",
    [
        "hello",
        "hi, how do i add somebody?",
        "thanks!",
        "!help",
        "!contact add 'Ulrich Nicht' area=Payments",
        "note M-1 ich kann nicht und du bist mit mir, danke",
        "!note M-1 hola, como estas, gracias por todo",
        "log M-1 reached note='moi je peux pas, merci pour ton aide'",
        "contact add 'Maria Da Silva' area=Para",
        "Sam Okafor",
        "M-1 reached 2 said",
        "merci",
        "hola",
        "ja",
        "nein danke",
        "no",
        "Ana y Luis",
        "!zwyx",
        "你好",
        "nota bene: she likes tea",
        "hier",
        "hier parlé avec sam, 3 dit",
        "action 'chi siamo'",
    ],
)
async def test_what_is_kept_or_english_or_short_tells_no_language(chat: Chat, typed: str) -> None:
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    said = await chat.dm("@ana", typed)
    assert await chosen(chat, "@ana") is None
    assert "You typed that" not in said.text


async def test_answers_to_questions_tell_no_language(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    await chat.dm("@ana", "!1on1 log M-1")
    for typed in (
        "talked",
        "ich kann nicht mehr und wir sind zu wenig, bitte hilfe",
        "nota sonstiges",
    ):
        assert "You typed" not in (await chat.dm("@ana", typed)).text
    assert await chosen(chat, "@ana") is None


async def test_whoever_has_chosen_is_asked_nothing_more(chat: Chat) -> None:
    await chat.dm("@ana", "!lang en")
    said = await chat.dm("@ana", "!kontakt neu 'Sam Okafor' bereich=Payments")
    # Understood, and answered in English.
    assert said.says("Added M-1 Sam Okafor (Payments).")
    assert await chosen(chat, "@ana") == "en"


async def test_nothing_is_guessed_in_the_room(chat: Chat) -> None:
    said = await chat.room("@ana", "!treffen")
    assert said.says("No meeting is planned")
    assert await chosen(chat, "@ana") is None


# -- another language in the middle of something ------------------------------------------------------


async def test_undo_goes_on_after_another_language(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    await chat.dm("@ana", "!1on1 log M-1 reached")
    await chat.dm("@ana", "!lang de")
    assert (await chat.dm("@ana", "rückgängig")).says("Rückgängig gemacht")
    assert await chat.conversations() == []
    await chat.dm("@ana", "gespräch M-1 erreicht")
    await chat.dm("@ana", "!sprache zh")
    await chat.dm("@ana", "！撤销")
    assert await chat.conversations() == []


async def test_a_guided_talk_goes_on_after_another_language(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    await chat.dm("@ana", "!1on1 log M-1")
    assert (await chat.dm("@ana", "talked")).says("What moves them?")
    assert (await chat.dm("@ana", "!lang de")).says("Deutsch")
    asked = await chat.dm("@ana", "Rufbereitschaft")
    assert "What did you ask" not in asked.text
    for typed in ("überspringen", "2", "gesagt", "skip", "mi"):
        asked = await chat.dm("@ana", typed)
    await chat.dm("@ana", "ja")
    (talk,) = await chat.conversations()
    assert talk.issue == "Rufbereitschaft"


async def test_a_question_is_answered_after_another_language(chat: Chat) -> None:
    """What was typed in one language is done when the answer comes in another."""
    await choose(chat, "@ana", "de")
    for area in ("Payments", "Search"):
        await chat.dm("@ana", f"kontakt neu 'Alex Kim' bereich={area} --ja")
    asked = await chat.dm("@ana", "gespräch Alex Kim erreicht schritt=mi")
    assert asked.says("M-1", "M-2")
    async with chat.database.transaction() as tx:
        kept = str(await tx.value("SELECT options FROM open_questions"))
    assert "1on1 log" in kept
    assert "next=mi" in kept
    await choose(chat, "@ana", "fr")
    await chat.dm("@ana", "2")
    (talk,) = await chat.conversations()
    assert talk.outcome.value == "reached"


@pytest.mark.parametrize(
    "typed", ["kann ich dich was fragen?", "Ich habe Sam erreicht", "komme gleich"]
)
async def test_talk_that_begins_like_a_command_saves_nothing(chat: Chat, typed: str) -> None:
    await choose(chat, "@ana", "de")
    await chat.dm("@ana", "kontakt neu 'Sam Okafor' bereich=Payments")
    before = await chat.conversations()
    said = await chat.dm("@ana", typed)
    assert said.text
    assert len(await chat.conversations()) - len(before) == ("erreicht" in typed)


@pytest.mark.parametrize("word", ["vote", "stimme", "votar", "voter", "vota", "我投"])
async def test_a_vote_in_any_words_is_answered_as_a_vote(chat: Chat, word: str) -> None:
    chat.join("@dan", "@eva", "@flo")
    await chat.opens("@ana", "!poll yesno Shall we go public?")
    by_command = await chat.dm("@ana", "vote K7QX 01")
    assert by_command.says("K7QX")
    assert (await chat.dm("@ana", f"{word} K7QX 01")).text == by_command.text
    await choose(chat, "@ana", "de")
    assert (await chat.dm("@ana", f"!{word} K7QX 01")).text == by_command.text


# -- two languages, one word --------------------------------------------------------------------------


@dataclass(frozen=True)
class Clashing(gettext.NullTranslations):
    """Two languages in which one word means two things."""

    language: str

    def pgettext(self, context: str, message: str) -> str:
        words = {
            ("de", COMMAND, "due"): "wolno",
            ("es", COMMAND, "meet"): "wolno",
            ("es", COMMAND, "contact add"): "osoba",
            ("de", COMMAND, "contact add"): "osoba",
            ("de", KEY, "area"): "pole",
            ("es", KEY, "shift"): "pole",
        }
        return words.get((self.language, context, message), message)

    def gettext(self, message: str) -> str:
        return message


@pytest.fixture
def clashing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_catalogue", Clashing)


@pytest.mark.usefixtures("clashing")
async def test_a_word_of_two_languages_is_asked_back(chat: Chat) -> None:
    await committee_speaks(chat, "es")
    await choose(chat, "@ana", "de")
    asked = await chat.dm("@ana", "!wolno")
    assert asked.says("means two things here", "1. !meet ", "2. !due ")
    assert (await chat.dm("@ana", "2")).says("Nothing due")
    # In the room nothing is done either, and a private one does not stay.
    said = await chat.room("@ana", "!wolno")
    assert said.says("means two things here")
    # Whoever reads one of the two only is not asked.
    assert "two things" not in (await chat.dm("@ben", "!wolno")).text


@pytest.mark.usefixtures("clashing")
async def test_a_key_of_two_languages_is_asked_back(chat: Chat) -> None:
    await committee_speaks(chat, "es")
    await choose(chat, "@ana", "de")
    asked = await chat.dm("@ana", "!osoba Sam pole=Payments")
    assert asked.says("means two things here", "shift=", "area=")
    assert (await chat.dm("@ben", "!osoba Sam pole=noche")).says("Sam")
    assert any(reply.audience is Audience.HERE for reply in asked.replies)


async def test_a_refusal_shows_its_example_in_the_readers_words(chat: Chat) -> None:
    """Its own and the command's, with times and choices; typed as shown, it is taken."""
    await chat.dm("@ana", "!lang de")
    said = await chat.dm("@ana", "!1on1 log M-41 reached rate=9")
    assert "!gespräch M-41 erreicht stufe=2 getan schritt=Freitag" in said.text
    said = await chat.dm("@ana", "!away until=fri")
    assert "!abwesend bis=Freitag vertretung=@ben" in said.text
    said = await chat.dm("@lea", "!1on1 log M-41 reached rate=9")
    assert "!1on1 log M-41 reached rate=2 did next=fri" in said.text
