"""Messages as apps make them: quotes before answers, pills in several forms, names, addresses.

What an app sends is given whole (body, ``formatted_body``, ``m.mentions``, ``m.relates_to``) and read as
the guard reads it.
"""

from typing import Any

import pytest

from tests.chat.conversation import Chat, Said

TO = "https://matrix.to/#/"
REPLY: dict[str, Any] = {"m.relates_to": {"m.in_reply_to": {"event_id": "$asked"}}}


def pill(who: str, words: str = "", **extra: Any) -> dict[str, Any]:
    """What Element Web sends beside the body ``!action NAME …``: an anchor, and ``m.mentions``."""
    user = f"{who}:example.org"
    return {
        "formatted_body": f'!x <a href="{TO}{user}">{words or user}</a> y',
        "m.mentions": {"user_ids": [user]},
        **extra,
    }


@pytest.fixture
def people(chat: Chat) -> Chat:
    chat.join("@fay", "@tariq", "@b77", "@lw")
    chat.names = {
        "@ben": "Ben Meyer",
        "@fay": "fay",
        "@tariq": "Tariq",
        "@b77": "Bea Nováková",
        "@lea": "Lea 🌻",
        "@lw": "李伟",
        "@steward": "Steward of Payments",
    }
    return chat


# -- quotes ------------------------------------------------------------------------------------------


@pytest.fixture
async def coming(chat: Chat) -> Chat:
    await chat.room("@ana", "!meet new Planning | thu 19:00 | 90m")
    await chat.room("@ana", "!ok")
    return chat


QUOTED = [
    "> <@steward:example.org> Coming? !yes #1\n\n!yes",
    "> <@steward:example.org> Coming? !yes #1\r\n\r\n!yes",
    "> <@steward:example.org> Coming?\n> !yes #1\n> !no #1\n\n!yes",
    "> <@steward:example.org> Coming?\n>\n> !no #1\n\n!yes",
    "> * <@ben:example.org> waves\n\n!yes",
    "> <@ben:example.org> > <@steward:example.org> Coming?\n> \n> me too\n\n!yes",
    "> <@ben:example.org> one\n\n> <@steward:example.org> Coming?\n\n!yes",
    "> <@steward:example.org> sent a file.\n!yes",
]


@pytest.mark.parametrize("body", QUOTED)
async def test_an_answer_with_a_quoted_message_is_done(coming: Chat, body: str) -> None:
    said = await coming.room("@ben", body, **REPLY)
    assert said.says("1 yes") or said.says("Planning")
    assert (await coming.room("@ana", "!meet who")).says("ben")
    assert "not answered: ana, lea, kim" in (await coming.room("@ana", "!meet who")).text.replace(
        "kim, lea", "lea, kim"
    )


async def test_a_quote_of_ones_own_is_no_fallback(coming: Chat) -> None:
    """Only an answer has a fallback; who quotes by hand says something else."""
    assert (await coming.room("@ben", QUOTED[0])).text == ""
    assert (await coming.room("@ben", "> !yes\n\nwhat does that do?", **REPLY)).text == ""
    assert (await coming.room("@ben", "> they say\n\n!yes", **REPLY)).text == ""


async def test_the_quote_is_no_answer_to_a_question(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    await chat.dm("@ana", "!1on1 log M-1")
    await chat.dm("@ana", "> <@steward:example.org> How did it go\n\nreached", **REPLY)
    await chat.dm("@ana", "> <@steward:example.org> What moves them?\n\nskip", **REPLY)
    quote = (
        "> <@steward:example.org> What did you ask them to do?\n> skip · back · cancel\n\nsign it"
    )
    assert (await chat.dm("@ana", quote, **REPLY)).says("What did they say to that")
    await chat.dm("@ana", "yes")
    await chat.dm("@ana", "skip")
    await chat.dm("@ana", "> <@ana:example.org> x\n\n> they said so themselves", **REPLY)
    shown = await chat.dm("@ana", "skip")
    assert shown.says("Ask: sign it – yes", "Note: > they said so themselves")


# -- people ------------------------------------------------------------------------------------------

PILLS: list[tuple[str, str, dict[str, Any]]] = [
    # Nheko: the bare name.
    ("!action fay bring leaflets", "fay: bring leaflets", pill("@fay", "fay")),
    # Element Web: the display name, of two words.
    ("!action Ben Meyer print flyers by fri", "ben: print flyers", pill("@ben", "Ben Meyer")),
    # Element X: Markdown, with and without an anchor beside it.
    (f"!action [@ben:example.org]({TO}@ben:example.org) print", "ben: print", pill("@ben")),
    (f"!action [@ben:example.org]({TO}@ben:example.org) print", "ben: print", {}),
    (f"!action [Ben Meyer]({TO}@ben:example.org) print", "ben: print", {}),
    (f"!action [b\\_m]({TO}%40ben%3Aexample.org) print", "ben: print", {}),
    # Cinny: the address in the body, @name in the anchor.
    ("!action @ben:example.org print", "ben: print", pill("@ben", "@Ben Meyer")),
    # FluffyChat and others: @name in the body.
    ("!action @Ben Meyer print", "ben: print", pill("@ben", "Ben Meyer")),
    ("!action @[Ben Meyer] print", "ben: print", pill("@ben", "Ben Meyer")),
    # m.mentions alone, as bots and bridges send them; the name says where.
    (
        "!action Ben Meyer print",
        "ben: print",
        {"m.mentions": {"user_ids": ["@ben:example.org"]}},
    ),
    (
        "!action @[Ben Meyer] print",
        "ben: print",
        {"m.mentions": {"user_ids": ["@ben:example.org"]}},
    ),
    (
        "!action @[Ben Meyer]#1234 print",
        "ben: print",
        {"m.mentions": {"user_ids": ["@ben:example.org"]}},
    ),
    ("!action @[Ben Meyer]#12 print", "ben: print", pill("@ben", "Ben Meyer")),
    ("!action @b77 print", "b77: print", {"m.mentions": {"user_ids": ["@b77:example.org"]}}),
    ("!action @ben: print", "ben: print", {"m.mentions": {"user_ids": ["@ben:example.org"]}}),
    # An address of another form, or bare in the line.
    ("!action [Ben](matrix:u/ben:example.org?action=chat) print", "ben: print", {}),
    (f"!action {TO}@ben:example.org print", "ben: print", {}),
    # Apps put a colon or a comma behind a name.
    ("!action Ben Meyer: print", "ben: print", pill("@ben", "Ben Meyer")),
    ("!action Ben Meyer, print", "ben: print", pill("@ben", "Ben Meyer")),
    ("!action @tariq: print flyers", "tariq: print flyers", {}),
    ("!action @tariq, print flyers", "tariq: print flyers", {}),
    ("!action @tariq:example.org: print flyers", "tariq: print flyers", {}),
    ("!action tariq: print flyers", "tariq: print flyers", {}),
    # Letters, emoji and no blanks.
    ("!action Bea Nováková druckt", "b77: druckt", pill("@b77", "Bea Nov&aacute;kov&#225;")),
    ("!action Lea 🌻 gießt", "lea: gießt", pill("@lea", "Lea 🌻")),
    ("!action Ben打印传单", "ben: 打印传单", pill("@ben", "Ben")),
    ("!action me print flyers", "ana: print flyers", {}),
    ("!action print flyers", "ana: print flyers", {}),
]


@pytest.mark.parametrize(("body", "taken", "content"), PILLS)
async def test_whoever_the_app_says_takes_it_on(
    people: Chat, body: str, taken: str, content: dict[str, Any]
) -> None:
    said = await people.room("@ana", body, **content)
    assert said.says(f"1) {taken}")
    assert not said.retracted


ASKED = [
    "!action Tariq prints flyers",
    "!action tariq print flyers",
    "!action Tarik print flyers",
    "!action Ben Meyer print flyers",
    "!action Ben print flyers",
    "!action Bea prints flyers",
    "!action Zoltan print flyers",
    "!action Print flyers",
    "!action print flyers @tariq",
    "!action print flyers with @tariq by fri",
    "!action @tariq and @ben print flyers",
    "!action @tariq, @ben: print flyers",
    "!action @nobody print flyers",
    "!action @nobody:elsewhere.org print flyers",
    "!action @Bea print flyers",
    # A blank behind the @, signs around, or the name where people put it: at the end, before a colon.
    "!action @ tariq print flyers",
    "!action (tariq) print flyers",
    "!action [tariq] print flyers",
    "!action - tariq print flyers",
    "!action *tariq* print flyers",
    "!action print flyers (Tariq)",
    "!action print flyers (tariq) by fri",
    "!action print flyers - tariq",
    "!action print flyers – Bea Nováková",
    "!action print flyers -> ben",
    "!action print flyers → @ ben",
    "!action print flyers: Tariq",
    "!action print flyers, tariq",
    "!action for tariq: print flyers",
    "!action hey Bea Nováková: print flyers",
    "!action 李伟打印传单",
]

YOURS = [
    "!action print flyers for the friday shift",
    "!action print flyers (A5, both sides)",
    "!action call the venue - they close at five",
    "!action book room: the big one",
    "!action ask tariq about the van",
    "!action get the well-used van",
]


@pytest.mark.parametrize("body", ASKED)
async def test_a_name_that_was_not_recognised_is_asked_about(people: Chat, body: str) -> None:
    """It never falls to whoever typed it, nor to somebody by what they call themselves."""
    said = await people.room("@ana", body)
    assert said.text
    assert (await people.room("@ana", "!actions")).says("There is nothing to do")


@pytest.mark.parametrize("body", YOURS)
async def test_talk_of_things_is_taken_on_by_whoever_types(people: Chat, body: str) -> None:
    assert (await people.room("@ana", body)).says("1) ana: ")


async def test_asking_says_how(people: Chat) -> None:
    said = await people.room("@ana", "!action Tariq prints flyers")
    assert said.says("If it is tariq: !action @tariq …", "If it is yours: !action me …")
    said = await people.room("@ana", "!action @Ben Meyer print")
    assert said.says("1) ben: Meyer print")
    said = await people.dm("@kim", "!offboard Ben Meyer")
    assert said.says("Did you mean Ben Meyer? Then type @ben:example.org.")
    assert (await people.room("@ana", "!action @ben @tariq print")).says("One person at a time")


async def test_two_who_go_by_one_name(people: Chat) -> None:
    people.join("@eve")
    people.names["@eve"] = "tariq"
    for typed in ("!action @tariq print", "!action tariq: print", "!action Tariq print"):
        said = await people.room("@ana", typed)
        assert said.says("@tariq:example.org – Tariq", "@eve:example.org – tariq"), typed
    # The address is one person's, and so is a pill, whatever it shows.
    assert (await people.room("@ana", "!action @tariq:example.org print")).says("1) tariq: print")
    said = await people.room("@ana", "!action Tariq hang posters", **pill("@tariq", "Tariq"))
    assert said.says("2) tariq: hang posters")
    # A mention without a link does not say which of the two stands there.
    mentions: dict[str, Any] = {"m.mentions": {"user_ids": ["@eve:example.org"]}}
    assert (await people.room("@ana", "!action tariq print", **mentions)).says(
        "Which of these people"
    )


async def test_the_same_name_elsewhere_is_told_apart(people: Chat) -> None:
    people.join("@ben:example.org:evil")
    people.roles.pop("@ben:example.org:evil")
    said = await people.room("@ana", "!action @ben print")
    assert said.says("1) ben: print")


HOSTILE: list[tuple[str, dict[str, Any], str]] = [
    # The anchor counts, not its words; the answer says who.
    ("!action Tariq print", pill("@ben", "Tariq"), "1) ben: print"),
    # Not of the committee.
    ("!action Ben Meyer print", pill("@mallory", "Ben Meyer"), "Nobody in this committee"),
    # Outside of the command, or only in the quote.
    (
        "!action print flyers",
        pill("@ben", "Ben Meyer"),
        "1) ana: print flyers",
    ),
    (
        "> <@ben:example.org> hi\n\n!action me print",
        {
            "formatted_body": f'<mx-reply><a href="{TO}@ben:example.org">me</a></mx-reply>!action me'
            " print",
            **REPLY,
        },
        "1) ana: print",
    ),
    # Markup that is none, or leads elsewhere.
    ("!action Zed print", {"formatted_body": "<a href='javascript:alert(1)'>Zed</a>"}, "Who does"),
    ("!action Zed print", {"formatted_body": f'<a href="{TO}@ben:example.org'}, "Who does"),
    (
        "!action Zed print",
        {"formatted_body": f'<a href="https://evil.example/#/@ben:example.org?{TO}@ben:x">Zed</a>'},
        "Who does",
    ),
    (
        "!action Zed print",
        {"formatted_body": f'<a href="{TO}!room:example.org">Zed</a>'},
        "Who does",
    ),
    ("!action Zed print", pill("@ben", "Zed", format="text/html"), "Who does"),
    (
        "!action Zed print",
        pill("@ben", "Zed", formatted_body="<a" * 50_000),
        "Who does",
    ),
    ("!action Zed print", {"m.mentions": {"user_ids": [7, None, "ben"]}}, "Who does"),
    ("!action Zed print", {"m.mentions": ["@ben:example.org"]}, "Who does"),
    # The mark itself, sent by hand.
    ("!action \x02@ben:example.org\x02Ben\x02 print", {}, "I do not know that command"),
    ("\x02\x02\x02!due", {}, ""),
]


@pytest.mark.parametrize(("body", "content", "answer"), HOSTILE)
async def test_markup_that_means_harm(
    people: Chat, body: str, content: dict[str, Any], answer: str
) -> None:
    said = await people.room("@ana", body, **content)
    assert said.says(answer) if answer else said.text == ""


ANSWERED: dict[str, Any] = {**REPLY, "m.mentions": {"user_ids": ["@eve:example.org"]}}


@pytest.mark.parametrize("typed", ["!action Zoltan print", "!action @Zoltan print", "!swap Zoltan"])
async def test_whom_one_answers_is_not_who_is_meant(people: Chat, typed: str) -> None:
    """Apps mention whoever is answered, and anybody may call themselves what others are called."""
    people.join("@eve")
    people.names["@eve"] = "Zoltan"
    said = await people.room("@ana", typed, **ANSWERED)
    assert "\x02" not in people.as_read(typed, ANSWERED)
    assert said.text
    assert (await people.room("@ana", "!actions")).says("There is nothing to do")
    people.names["@eve"] = "print"
    assert (await people.room("@ana", "!action me print", **ANSWERED)).says("ana: print")
    # An app writes whom its user chose from a list between brackets.
    people.names["@eve"] = "Eve K."
    assert (await people.room("@ana", "!action @[Eve K.] sort", **ANSWERED)).says("eve: sort")


async def test_a_link_without_words_is_nobody(people: Chat) -> None:
    marked: dict[str, Any] = {
        "formatted_body": f'!action <a href="{TO}@ben:example.org"></a>@tariq print'
    }
    assert (await people.room("@ana", "!action @tariq print", **marked)).says("1) tariq: print")


async def test_what_somebody_calls_themselves_is_never_a_part_of_the_command(people: Chat) -> None:
    for name in ("--undo", "room", "rate=5", "Ben | sat 3am", "!forget"):
        people.names["@ben"] = name
        ben = pill("@ben", name)
        read = people.as_read(f"!action {name} print", ben)
        assert read == f"!action \x02@ben:example.org\x02{name}\x02 print"
        said = await people.room("@ana", f"!action {name} print", **ben)
        assert said.says("ben: print"), name
        again = await people.room("@ana", f"!meet new Talk with {name} | thu 19:00", **ben)
        assert again.says("Thu 26 Nov, 19:00"), name
        await people.room("@ana", "!no")


async def test_brackets_in_a_name_that_an_app_did_not_escape(people: Chat) -> None:
    typed = f"!action [Ben [HR] (he)]({TO}@ben:example.org) print"
    assert (await people.room("@ana", typed)).says("1) ben: print")


async def test_a_day_to_copy_names_people_and_no_marks(people: Chat) -> None:
    said = await people.room("@ana", "!action Ben Meyer print by 3/4", **pill("@ben", "Ben Meyer"))
    assert "\x02" not in said.text
    assert said.says("!action @ben:example.org print by")


async def test_which_of_two_alike_words_is_the_name(people: Chat) -> None:
    people.names["@ben"] = "print"
    marked: dict[str, Any] = {
        "formatted_body": f'!action <a href="{TO}@tariq:example.org">Tariq</a> print print'
    }
    assert (await people.room("@ana", "!action Tariq print print", **marked)).says(
        "1) tariq: print print"
    )
    marked = {"formatted_body": f'!action ben: give Ben <a href="{TO}@tariq:example.org">Ben</a>'}
    assert people.as_read("!action ben: give Ben Ben", marked).count("\x02") == 3
    assert people.as_read("!action ben: give Ben Ben", marked).endswith(
        "Ben \x02@tariq:example.org\x02Ben\x02"
    )


async def answers_for(people: Chat) -> dict[str, Said]:
    """Every command that takes somebody, given Ben as Element Web gives him."""
    for name in ("Sam Okafor", "Mia Chen"):
        await people.dm("@ana", f'!contact add "{name}" area=Payments')
    await people.room("@ana", "!meet new Planning | thu 19:00 | 90m")
    await people.room("@ana", "!ok")
    await people.room("@ana", "!action me print flyers")
    ben = pill("@ben", "Ben Meyer")
    return {
        typed: await (people.dm if direct else people.room)(who, typed, **ben)
        for typed, who, direct in (
            ("!turf assign Ben Meyer M-1", "@lea", True),
            ("!turf Ben Meyer", "@lea", True),
            ("!swap Ben Meyer", "@ana", False),
            ("!action give 1 Ben Meyer", "@ana", False),
            ("!action give 1 Ben Meyer:", "@ana", False),
            ("!meet poll Demo | tue 19:00, wed 12:30 | needs Ben Meyer", "@ana", False),
            ("!meet poll Demo | tue 19:00, wed 12:30 | needs @tariq, Ben Meyer", "@ana", False),
            ("!meet poll Demo | tue 19:00, wed 12:30 | needs Ben Meyer and @tariq", "@ana", False),
            ("!away until 30 nov cover=Ben Meyer", "@ana", True),
            ("!back Ben Meyer", "@lea", True),
            ("!handover Ben Meyer @tariq", "@lea", True),
            ("!identity accept Ben Meyer", "@lea", True),
            ("!offboard Ben Meyer", "@lea", True),
            ("!readmit Ben Meyer", "@lea", True),
        )
    }


async def test_every_command_that_takes_a_person_takes_a_pill(people: Chat) -> None:
    for typed, said in (await answers_for(people)).items():
        for wrong in (
            "is not an organizer",
            "Nobody in this",
            "Did you mean",
            "I do not know what",
        ):
            assert wrong not in said.text, (typed, said.text)


async def test_a_pill_for_a_contact_is_the_name_it_shows(people: Chat) -> None:
    """Contacts are no accounts: somebody of the committee can be in the unit as well."""
    added = await people.dm(
        "@ana", "!contact add Ben Meyer area=Payments", **pill("@ben", "Ben Meyer")
    )
    assert added.says("M-1 Ben Meyer")
    logged = await people.dm("@ana", "!log Ben Meyer reached", **pill("@ben", "Ben Meyer"))
    assert logged.says("Logged M-1 Ben Meyer")
    await people.dm("@ana", "!log M-1 reached note=Ben Meyer's idea", **pill("@ben", "Ben Meyer"))
    assert "\x02" not in str(await people.conversations())


async def test_an_address_of_matrix_is_no_way_into_a_call(people: Chat) -> None:
    link = f"{TO}!room:example.org/$event?via=example.org"
    said = await people.room("@ana", f"!decide as said in {link}")
    assert "A link does not belong there" not in said.text
    assert not said.retracted
    said = await people.room("@ana", f"!decide {TO}@ben:example.org https://meet.example.org/x")
    assert said.says("A link does not belong there")
    assert said.retracted


# -- said to the bot -----------------------------------------------------------------------------------

BOT_PILL = pill("@steward", "Steward of Payments")
FOR_THE_BOT: list[tuple[str, dict[str, Any]]] = [
    ("Steward: !due", {}),
    ("Steward, due", {}),
    ("steward !due", {}),
    ("@steward: due", {}),
    ("@steward:example.org: due", {}),
    ("@steward:example.org !due", {}),
    ("Steward of Payments: due", {}),
    ("Steward of Payments: due", BOT_PILL),
    ("Steward of Payments due", BOT_PILL),
    (f"[@steward:example.org]({TO}@steward:example.org) due", {}),
    (f"[@steward:example.org]({TO}@steward:example.org): !due", {}),
    ("Steward： due", {}),
    ("  Steward:\n!due", {}),
    ("！due", {}),
    ("!due.", {}),
    ("!due?", {}),
    ("! due", {}),
    ("\u200b!due", {}),
    ("\u00a0!due", {}),
    ("\u200d!due", {}),
    ("!DUE", {}),
    ("!due 。", {}),
    ("\ufeff \u2060!due", {}),
    ("!\u00addue", {}),
    ("`!due`", {}),
    ("```\n!due\n```", {}),
    ("**!due**", {}),
    ("“!due”", {}),
    ("- !due", {}),
    ("!due\r\n", {}),
]


@pytest.mark.parametrize(("body", "content"), FOR_THE_BOT)
async def test_it_is_for_the_bot(people: Chat, body: str, content: dict[str, Any]) -> None:
    said = await people.room("@ana", body, **content)
    assert said.in_person, said.text
    assert (await people.dm("@ana", body, **content)).text == (await people.dm("@ana", "!due")).text


async def test_an_answer_may_begin_with_what_the_bot_is_called(chat: Chat) -> None:
    """Some workplaces have stewards, whose words are noted like all others."""
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    for answer in ("!1on1 log M-1", "reached", "Steward: skip"):
        await chat.dm("@ana", answer)
    asked = "Steward: she said he would not sign"
    assert (await chat.dm("@ana", asked)).says("What did they say to that")
    for answer in ("yes", "skip", "skip"):
        await chat.dm("@ana", answer)
    assert (await chat.dm("@ana", "skip")).says(f"Ask: {asked} – yes")


@pytest.mark.parametrize(
    ("body", "content"),
    [
        ("Steward is slow today", {}),
        ("steward", {}),
        ("the steward: due", {}),
        ("thanks, @steward", {}),
        ("thanks, Steward of Payments", BOT_PILL),
        ("! wow", {}),
        ("!!!", {}),
        ("stewardship: due", {}),
        ("due", {"m.mentions": {"user_ids": ["@steward:example.org"]}, **REPLY}),
    ],
)
async def test_talk_that_names_the_bot_is_talk(
    people: Chat, body: str, content: dict[str, Any]
) -> None:
    assert (await people.room("@ana", body, **content)).text == ""


async def test_talk_to_the_bot_gets_one_line(people: Chat) -> None:
    said = await people.room("@ana", "Steward: will you marry me?")
    assert said.says("I do not know that command. !help lists what I can do.")
    assert len(said.replies) == 1
    assert (await people.room("@ana", "Steward of Payments", **BOT_PILL)).says("!help lists")


async def test_a_private_command_said_to_the_bot_by_name_is_taken_away(people: Chat) -> None:
    await people.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    said = await people.room("@ana", "Steward, log Sam Okafor reached")
    assert said.retracted
    assert "Okafor" not in said.here
