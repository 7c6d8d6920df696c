"""What was said with a message, out of what apps made of it: each part alone. It never raises."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.threads import in_clear, thread_of, within
from bot.matrix.links import HTML, LONGEST, anchors_in, person_in
from bot.matrix.media import event_of, instead_of
from bot.matrix.message_text import relation_of, routing, said_in
from bot.matrix.rooms import Room
from commands.framework.clean import clean
from commands.framework.errors import Refusal
from commands.framework.mentions import (
    ADDRESS,
    MARK,
    addressed,
    by_address,
    in_full,
    mention,
    shown,
    the_mention,
)
from commands.framework.words import split
from storage.chat.outbox import ContentKind, Outgoing
from tests.support.held import effort

OWN, BEN = "@st-bot:example.org", "@ben:example.org"


def room(**names: str) -> Room:
    made = Room("!r")
    for user, name in {"st-bot": "Karl", "ben": "Ben Meyer", **names}.items():
        content = {"membership": "join", "displayname": name}
        made.apply(
            {"type": "m.room.member", "state_key": f"@{user}:example.org", "content": content}
        )
    return made


def read(body: str, content: dict[str, Any] | None = None, **names: str) -> str:
    whole = {"format": HTML, **(content or {}), "body": body}
    return said_in(whole, body, relation_of(whole, {}), room(**names), OWN)


@pytest.mark.parametrize(
    ("link", "person"),
    [
        ("https://matrix.to/#/@ben:example.org", BEN),
        ("http://matrix.to/#/@ben:example.org/", BEN),
        ("https://www.matrix.to/#/@ben:example.org?via=example.org", BEN),
        ("https://matrix.to/#/%40ben%3Aexample.org", BEN),
        ("matrix:u/ben:example.org", BEN),
        ("matrix:u/ben:example.org?action=chat", BEN),
        ("https://matrix.to/#/@ben:example.org:8448", "@ben:example.org:8448"),
        ("https://matrix.to/#/#room:example.org", None),
        ("https://matrix.to/#/!room:example.org/$event", None),
        ("https://matrix.to/#/@ben", None),
        ("https://matrix.to/@ben:example.org", None),
        ("https://matrix.to.example/#/@ben:example.org", None),
        ("https://matrix.to@example/#/@ben:example.org", None),
        ("https://example/?https://matrix.to/#/@ben:example.org", None),
        ("matrix:r/ben:example.org", None),
        ("javascript:https://matrix.to/#/@ben:example.org", None),
        ("https://matrix.to/#/@ben%0a:example.org", None),
        ("", None),
    ],
)
def test_whom_a_link_leads_to(link: str, person: str | None) -> None:
    assert person_in(link) == person


def test_anchors_in_order_and_none_of_a_quote() -> None:
    markup = (
        '<mx-reply><blockquote><a href="https://matrix.to/#/@q:x.org">q</a></blockquote></mx-reply>'
        'a <a class="x" href="https://matrix.to/#/@ben:example.org"><b>Ben</b> &amp; Co</a> b '
        '<a href="https://example.org">no</a><A HREF=https://matrix.to/#/@li:x.org>Li</A>'
    )
    found = anchors_in({"format": HTML, "formatted_body": markup})
    assert [(each.user, each.words) for each in found] == [(BEN, "Ben & Co"), ("@li:x.org", "Li")]
    assert [each.before for each in found] == ["a ", " b no"]
    assert anchors_in({"format": HTML, "formatted_body": markup + " " * LONGEST}) == []
    assert anchors_in({"format": "text/html", "formatted_body": markup}) == []


@pytest.mark.parametrize(
    "body",
    [
        "Karl: due",
        "karl, due",
        "@Karl: due",
        "st-bot: due",
        "@st-bot:example.org: due",
        "Steward: due",
        "karl !due",
        "@st-bot !due",
        "[Karl](matrix:u/st-bot:example.org) due",
    ],
)
def test_by_which_names_it_is_called(body: str) -> None:
    assert read(body).startswith(ADDRESS)
    assert clean(read(body)).lstrip("!") == "due"


def test_somebody_else_may_be_called_steward() -> None:
    assert not read("Steward: due", steward="Steward").startswith(ADDRESS)
    assert not read("Steward: due", kim="Steward").startswith(ADDRESS)
    assert read("Karl: due", kim="Steward").startswith(ADDRESS)


def test_a_mention_travels_through_cleaning_and_cutting() -> None:
    text = clean(
        f"!x  {mention(BEN, 'Ben   Meyer')},{mention('@li:x.org', 'Li')}: (\u200b{mention(BEN, 'B')})"
    )
    words = split(text)
    assert [(word.text, word.person) for word in words] == [
        ("!x", None),
        ("Ben Meyer,", BEN),
        ("Li", "@li:x.org"),
        ("(B)", BEN),
    ]
    assert the_mention(words[1].marked) == BEN
    assert by_address(mention(BEN, "Ben")) == BEN
    assert shown(addressed("Karl:", f"{mention(BEN, 'Ben')}'s")) == "Ben's"
    assert [word.person for word in split(f"{mention(BEN, 'Ben')}'s list")] == [None, None]
    assert [word.person for word in split(f"cover={mention(BEN, 'Ben M')} x")] == [BEN, None]
    assert [word.text for word in split(f'note="ask {mention(BEN, "Ben M")}"')] == ["ask Ben M"]


def test_the_name_in_front_is_left_out_and_not_lost() -> None:
    for body in (
        "Karl: due",
        "@Karl,  due",
        "Karl:\n!due",
        "[Karl](matrix:u/st-bot:example.org) due",
    ):
        assert clean(read(body)).lstrip("!") == "due"
    assert in_full(read("Karl, he  said: no")) == "Karl, he  said: no"
    assert in_full(read("[Karl](matrix:u/st-bot:example.org): no")) == "Karl: no"
    assert in_full("no") == "no"


LONG = 45_000
"""About as many letters as a message can have."""


@pytest.mark.parametrize(
    "body",
    [
        "> <\n\n" * (LONG // 5),
        "> <@a:b>\n" * (LONG // 9),
        "```!" + " " * LONG + "x",
        "```!" + " x" * (LONG // 2),
        "`" * (LONG // 2) + "!" + "`" * (LONG // 2) + "x",
        "*" * 3 + "!" + "*" * LONG + "x",
        "“!" + "”" * LONG,
        "- " + " " * LONG + "x",
        "[" * LONG,
        "[[a]" * (LONG // 4),
        "[\\a" * (LONG // 3),
        "https://matrix.to/#/@" * (LONG // 21),
        "Ben Meye" * (LONG // 8),
    ],
    ids=range(13),
)
def test_nothing_keeps_it_busy(body: str) -> None:
    """Everything that anybody in a room says is read like this, before it is known whom to believe."""
    mentions = {"m.mentions": {"user_ids": [BEN]}, "m.relates_to": {"m.in_reply_to": {}}}
    with effort() as taken:
        read(body, mentions)
    assert taken.yardsticks < 250


@pytest.mark.parametrize(
    "user", ["@a|b:x.org", "@a,b:x.org", "@a b:x.org", '@a"b:x.org', "ben", ""]
)
def test_addresses_that_would_part_a_line_stay_words(user: str) -> None:
    assert mention(user, "Ben") == "Ben"


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
PIECES = st.lists(
    st.sampled_from(
        [
            "> <@a:b> ",
            "\n",
            "\n\n",
            MARK,
            ADDRESS,
            "!due",
            " ",
            "Ben Meyer",
            "Karl:",
            "`",
            "[",
            "](",
            ")",
            "https://matrix.to/#/",
            "@ben:example.org",
            '<a href="',
            '">',
            "</a>",
            "<mx-reply>",
            "* ",
        ]
    )
    | st.text(max_size=5),
    max_size=12,
).map("".join)


@given(PIECES, PIECES, ANY, ANY, ANY)
def test_nothing_makes_it_raise(
    body: str, markup: str, relates: object, mentions: object, fresh: object
) -> None:
    content = {
        "formatted_body": markup,
        "m.relates_to": relates,
        "m.mentions": mentions,
        "m.new_content": fresh,
    }
    text = read(body, content)
    routing(content)
    try:
        words = split(clean(text))
    except Refusal:
        return
    assert all(MARK not in word.text for word in words)
    # Whom nobody linked to is never meant.
    linked = {each.user for each in anchors_in({"format": HTML, **content})}
    known = linked | {BEN, OWN}
    assert {word.person for word in words} - {None} <= known


def test_the_event_of_a_file() -> None:
    info = {"size": 1}
    relation = {"m.relates_to": {"rel_type": "m.thread", "event_id": "$r"}}
    made = event_of(
        {"body": "…", "m.mentions": {}, **relation}, "m.file", "a.ics", {"url": "x"}, info
    )
    assert (made["body"], made["filename"], made["msgtype"]) == ("a.ics", "a.ics", "m.file")
    assert made["m.relates_to"] == relation["m.relates_to"]
    # A release before this one left words and file to send as one; the words are not lost.
    old = {"body": "Words", "formatted_body": "<p>Words</p>", "m.mentions": {}}
    assert event_of(old, "m.file", "a.ics", {"url": "x"}, info)["body"] == "Words"
    assert instead_of({"body": "…", **relation}, "Sorry.") == {
        "msgtype": "m.notice",
        "body": "Sorry.",
        "m.mentions": {},
        **relation,
    }


def test_only_what_goes_to_the_room_of_the_thread_goes_into_it() -> None:
    thread = thread_of("!r", "$root", "$asked")
    assert thread is not None
    assert thread_of("!r", "", "$asked") is None
    said = Outgoing({"body": "x"})
    assert within(thread, said, "!r").content["m.relates_to"] == thread.relation
    assert in_clear(within(thread, said, "!r").content) == {"m.relates_to": thread.relation}
    assert within(thread, said, "!other") == said
    assert within(thread, said, None) == said
    assert within(None, said, "!r") == said
    redaction = Outgoing({}, ContentKind.REDACTION, "$x")
    assert within(thread, redaction, "!r") == redaction
    assert in_clear(said.content) == {}
