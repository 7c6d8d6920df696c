"""A copy of the records takes two people, is on record, and runs nothing in a spreadsheet."""

import csv
import io
import json
from typing import Any

import pytest

from bot.delivery.exports import ExportFiles, exported
from bot.matrix import media
from bot.matrix.client import Client
from commands.privacy.formats import CardKey
from commands.roles.standing import Role
from storage.chat.outbox import ContentKind, Outgoing
from storage.core.model import UserId
from tests.chat.conversation import Chat, Said


@pytest.fixture
async def people(chat: Chat) -> Chat:
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Payments shift=night")
    await chat.dm("@ana", "!1on1 log M-1 reached rate=2 did note=herons")
    await chat.dm("@ana", "!contact alias M-1 'Sammy; the, \\ one'")
    await chat.dm("@ana", "!contact role M-1 leader")
    await chat.dm("@ana", "!contact add '=cmd|calc Kim' area=@SUM")
    return chat


def orders(said: Said) -> list[int]:
    return [int(each.source) for each in said.outgoing if each.kind is ContentKind.EXPORT]


async def made(
    chat: Chat, order: int, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, dict[str, Any]]:
    """The file as it would be uploaded, and the message."""
    kept: list[bytes] = []

    async def put(_client: Client, content: bytes) -> dict[str, str]:
        kept.append(content)
        return {"url": "mxc://example.org/abc"}

    monkeypatch.setattr("bot.delivery.exports.put", put)
    assert media.put is not put
    client = Client("http://127.0.0.1:9", "@steward:example.org")
    exporting = ExportFiles(chat.database, client, CardKey(bytes(range(32))), lambda: chat.now)
    words = {"body": "…", "m.relates_to": {"rel_type": "m.thread"}}
    event = await exporting.made(Outgoing(words, ContentKind.EXPORT, str(order)))
    content = dict(event.content)
    assert (event.kind is ContentKind.FILE) == (content["msgtype"] == "m.file")
    if event.kind is ContentKind.FILE:
        async with chat.database.transaction() as tx:
            await exported(tx, order, chat.now)
    await client.close()
    return (kept[0].decode("utf-8") if kept else "", content)


async def test_it_takes_two(people: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = await people.dm("@kim", "!export csv why='mailing before the vote'")
    assert asked.says("Export 1 waits for another lead: !export approve 1")
    assert asked.says("@kim asks for a copy of 2 people as csv, without ratings: “mailing before")
    assert orders(asked) == []
    assert (await people.dm("@kim", "!export approve 1")).says("It takes two")
    approved = await people.dm("@lea", "!export approve 1")
    assert approved.says("Approved: @kim gets the file")
    assert "approved by @lea" in approved.told("@kim")
    [order] = orders(approved)
    text, content = await made(people, order, monkeypatch)
    assert "Sam Okafor" in text
    assert content["msgtype"] == "m.file"
    # Apps save a file under its body, or hide the body: it is the name and no caption.
    assert content["body"] == content["filename"] == "steward-export-1.csv"
    assert content["m.relates_to"] == {"rel_type": "m.thread"}
    assert content.keys() == {"msgtype", "body", "filename", "file", "info", "m.relates_to"}
    assert (await people.dm("@lea", "!export approve 1")).says("decided already")


async def test_whoever_is_no_keeper_any_more_gets_nothing_approved(people: Chat) -> None:
    """Nobody has looked at the room since: the approval itself looks."""
    await people.dm("@kim", "!export csv why=x")
    people.roles["@kim"] = Role.LEAD
    said = await people.dm("@lea", "!export approve 1")
    assert said.says("@kim is not a keeper of the data any more")
    assert orders(said) == []
    people.roles["@kim"] = Role.KEEPER
    assert (await people.dm("@lea", "!export approve 1")).says("is withdrawn")
    assert (await people.dm("@lea", "!audit")).says(
        "@kim: may not have it any more: export 1 withdrawn"
    )
    await people.dm("@kim", "!export csv why=x")
    assert orders(await people.dm("@lea", "!export approve 2")), "the control"


async def test_a_question_of_somebody_off_boarded_is_withdrawn_with_them(people: Chat) -> None:
    people.join("@kit")
    people.roles["@kit"] = Role.KEEPER
    await people.dm("@kim", "!export csv why=x")
    await people.dm("@kit", "!export csv why=x")
    people.roles["@kim"] = Role.LEAD
    assert "Withdrawn with that: export 1." in (await people.dm("@kit", "!offboard @kim")).here
    assert (await people.dm("@lea", "!export approve 1")).says("is withdrawn")
    assert orders(await people.dm("@lea", "!export approve 2")), "the control"


async def test_nobody_else_may_ask(people: Chat) -> None:
    assert (await people.dm("@lea", "!export csv why=x")).says("is for keepers")
    assert (await people.dm("@ana", "!export approve 1")).says("is for leads")
    assert (await people.dm("@kim", "!export csv")).says("why=")
    assert (await people.dm("@lea", "!export approve 7")).says("There is no export 7")


async def test_an_old_question_is_not_answered(people: Chat) -> None:
    await people.dm("@kim", "!export csv why=x")
    people.later(hours=25)
    assert (await people.dm("@lea", "!export approve 1")).says("more than a day ago")


async def test_a_refused_export_is_not_made(people: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    await people.dm("@kim", "!export csv why=x")
    refused = await people.dm("@lea", "!export refuse 1")
    assert "@lea refused export 1" in refused.told("@kim")
    text, content = await made(people, 1, monkeypatch)
    assert (text, content["msgtype"]) == ("", "m.notice")


async def test_cells_run_nothing_and_ratings_go_only_when_asked(
    people: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, flag in ((1, ""), (2, " --ratings")):
        await people.dm("@kim", f"!export csv why=x{flag}")
        [order] = orders(await people.dm("@lea", f"!export approve {number}"))
        text, _content = await made(people, order, monkeypatch)
        assert text.startswith("\ufeff")
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        assert [row["handle"] for row in rows] == ["M-1", "M-2"]
        assert rows[0]["roles"] == "natural leader"
        assert rows[0]["export"] == str(number)
        assert (rows[1]["name"], rows[1]["area"]) == ("'=cmd|calc Kim", "'@SUM")
        assert ("rating" in rows[0]) is bool(flag)
        assert rows[0].get("rating", "2") == "2"
        assert "herons" not in text


async def test_json_is_shaped_as_osdi_says(people: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    await people.dm("@kim", "!export json why=x")
    [order] = orders(await people.dm("@lea", "!export approve 1"))
    text, _content = await made(people, order, monkeypatch)
    found = json.loads(text)
    sam = found["_embedded"]["osdi:people"][0]
    assert (sam["given_name"], sam["family_name"]) == ("Sam", "Okafor")
    assert sam["identifiers"] == ["steward:M-1"]
    tags = {tag["identifiers"][0]: tag["name"] for tag in found["_embedded"]["osdi:tags"]}
    of_sam = {
        tags[tagging["_links"]["osdi:tag"]["href"]]
        for tagging in found["_embedded"]["osdi:taggings"]
        if tagging["_links"]["osdi:person"]["href"] == "steward:M-1"
    }
    assert of_sam == {"area: Payments", "shift: night", "role: natural leader", "state: employed"}
    assert "rating" not in text


async def test_a_vcard_holds_names_only(people: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await people.dm("@kim", "!export vcard why=x --ratings")).says("names only")
    await people.dm("@kim", "!export vcard why=x")
    [order] = orders(await people.dm("@lea", "!export approve 1"))
    text, content = await made(people, order, monkeypatch)
    assert content["filename"].endswith(".vcf")
    assert "FN:Sam Okafor\r\nN:Okafor;Sam;;;\r\n" in text
    assert "NICKNAME:Sammy; the\\, \\\\ one\r\n" in text
    assert not any(word in text for word in ("Payments", "night", "leader", "herons"))
    assert all(len(row.encode()) <= 75 for row in text.split("\r\n"))


async def test_whoever_is_forgotten_meanwhile_is_not_in_it(
    people: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people.dm("@kim", "!export csv why=x")
    [order] = orders(await people.dm("@lea", "!export approve 1"))
    await people.sure("@lea", "!forget M-1")
    text, _content = await made(people, order, monkeypatch)
    assert "Okafor" not in text


async def test_all_of_it_is_on_record(people: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    await people.dm("@kim", "!export csv why='mailing'")
    [order] = orders(await people.dm("@lea", "!export approve 1"))
    await made(people, order, monkeypatch)
    await people.dm("@lea", "!contact show M-1")
    await people.dm("@lea", "!subject M-1")
    reply = await people.dm("@kim", "!audit")
    assert reply.says(
        "@kim: asked for export 1 csv: mailing",
        "@lea: approved export 1",
        "@kim: got export 1",
        "@lea: looked at M-1",
        "@lea: saw everything about M-1",
    )
    about = await people.dm("@kim", "!audit M-1")
    assert about.says("looked at M-1")
    assert "export" not in about.text
    assert (await people.dm("@kim", "!audit M-2")).says("Nobody looked")
    assert (await people.dm("@ana", "!audit")).says("is for leads")


async def test_the_record_is_read_a_page_at_a_time(people: Chat) -> None:
    for _n in range(9):
        await people.dm("@lea", "!subject M-1")
        people.later(days=1)
    reply = await people.dm("@kim", "!audit")
    assert len(reply.text.splitlines()) <= 8
    assert reply.says("Older: !audit skip=7")
    assert (await people.dm("@kim", "!audit skip=7")).says("saw everything")
    assert (await people.dm("@kim", "!audit before=2026-11-25")).says("saw everything")


@pytest.mark.parametrize("kind", ["csv", "json", "vcard"])
async def test_steward_reads_its_own_copy_back(
    chat: Chat, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = (
        'Emp #,Name,Email,Area,Shift\n00123,"O\'Brien, Ana",ana@x.org,NA,day\n'
        '00124,"García López, José",,Search,night\n00125,Jan \'t Hooft,jan@x.org,Search,\n'
        "00126,Kim Lee,,Search,\n"
    )
    await chat.send("@lea", "staff.csv", rows)
    await chat.dm("@lea", "!import check 1")
    await chat.dm("@lea", "!import commit 1")
    await chat.dm("@lea", "!contact left M-4 2026-11-01")
    await chat.dm("@kim", f"!export {kind} why='moving'")
    [order] = orders(await chat.dm("@lea", "!export approve 1"))
    copy, content = await made(chat, order, monkeypatch)
    await chat.send("@lea", content["filename"], copy)
    said = (await chat.dm("@lea", "!import check 2")).text
    if kind == "vcard":
        # Cards have names alone: no area tells whether that is the same Ana.
        assert "0 new · 0 updated" in said
        assert "ambiguous" in said
    else:
        assert "0 new · 0 updated · 3 unchanged · 1 left out" in said
        assert "is marked “left”, left out" in said


async def test_whoever_looks_like_another_is_named_in_full(people: Chat) -> None:
    """An account on another server is nobody's namesake in what leads decide by."""
    assert (await people.dm("@kim", "!export csv why=mailing")).text.count("@kim asks") == 1

    people.alike.append(UserId("@kim:example.net"))
    asked = await people.dm("@kim", "!export csv why=mailing")
    assert asked.says("@kim:example.org asks for a copy")
    assert (await people.dm("@lea", "!audit")).says("@kim:example.org: asked for export 2")
