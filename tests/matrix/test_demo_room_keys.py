"""People's own clients give their room keys as real ones do: anew to whoever comes later."""

from collections.abc import Mapping
from typing import Any

import pytest

from demo.organizer import Organizer
from tests.support.committee import PASSWORD, SignIn


async def typed(who: Organizer, room: str, text: str) -> tuple[str, str]:
    """Say something; the event and the session it was encrypted in."""
    sealed = await who.encrypt(room, "m.room.message", {"msgtype": "m.text", "body": text})
    event = await who.api.send_clear(room, "m.room.encrypted", sealed)
    return event, sealed["session_id"]


async def test_invited_before_sync_has_told_of_it(sign_in: SignIn) -> None:
    """What an app says right after it opened a room is for everybody whom it asked in."""
    ana, ben = await sign_in("ana"), await sign_in("ben")
    room = await ana.encrypted_room("Committee")
    await ana.pause()
    await ana.api.invite(room, ben.user)
    await ana.send(room, "the first words")
    await ben.hear("the first words")


async def test_invited_while_the_key_is_on_its_way(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, ben, cleo = await sign_in("ana"), await sign_in("ben"), await sign_in("cleo")
    room = await ana.encrypted_room("Committee", invite=[ben.user])
    await ana.settled(room, ben.user)
    deliver = ana.api.send_to_device

    async def slowly(kind: str, messages: Mapping[str, Any]) -> None:
        monkeypatch.setattr(ana.api, "send_to_device", deliver)
        await ana.api.invite(room, cleo.user)
        await ana.settled(room, cleo.user)
        await deliver(kind, messages)

    monkeypatch.setattr(ana.api, "send_to_device", slowly)
    await ana.send(room, "for both")
    await ben.hear("for both")
    await cleo.hear("for both")


async def test_somebody_goes_while_the_key_is_on_its_way(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session that begins without them is given to all the others."""
    ana, ben, cleo = await sign_in("ana"), await sign_in("ben"), await sign_in("cleo")
    room = await ana.encrypted_room("Committee", invite=[ben.user, cleo.user])
    await ana.settled(room, ben.user, cleo.user)
    deliver = ana.api.send_to_device

    async def slowly(kind: str, messages: Mapping[str, Any]) -> None:
        monkeypatch.setattr(ana.api, "send_to_device", deliver)
        await deliver(kind, messages)
        await ana.api.remove(room, cleo.user)
        await ana.until(lambda: not ana._encryption.knows(room, (cleo.user,)))

    monkeypatch.setattr(ana.api, "send_to_device", slowly)
    await ana.send(room, "for ben alone")
    await ben.hear("for ben alone")
    shared_with = ana._encryption._nio.olm.outbound_group_sessions[room].users_shared_with
    assert {user for user, _device in shared_with} == {ben.user}


async def test_who_comes_later_is_given_the_running_session_from_there_on(sign_in: SignIn) -> None:
    ana, ben, cleo = await sign_in("ana"), await sign_in("ben"), await sign_in("cleo")
    room = await ana.encrypted_room("Committee", invite=[ben.user])
    await ana.settled(room, ben.user)
    before, session = await typed(ana, room, "among two")
    await ben.hear("among two")
    await ana.api.invite(room, cleo.user)
    await ana.settled(room, cleo.user)
    _event, same = await typed(ana, room, "among three")
    assert same == session
    await cleo.hear("among three")
    await cleo.until(lambda: before in cleo.unreadable)
    await ben.hear("among three")


@pytest.mark.parametrize("how", ["left", "was removed", "signed out that device"])
async def test_nobody_who_went_can_read_what_comes_after(sign_in: SignIn, how: str) -> None:
    ana, ben, cleo = await sign_in("ana"), await sign_in("ben"), await sign_in("cleo")
    room = await ana.encrypted_room("Committee", invite=[ben.user, cleo.user])
    await ana.settled(room, ben.user, cleo.user)
    _event, session = await typed(ana, room, "among three")
    await cleo.hear("among three")
    if how == "signed out that device":
        known = ana._encryption._nio.device_store
        await cleo.pause()
        await cleo.api.call("POST", "/logout")
        await ana.until(lambda: not list(known.active_user_devices(cleo.user)))
    else:
        if how == "left":
            await cleo.api.leave(room)
        else:
            await ana.api.remove(room, cleo.user)
        await ana.until(lambda: not ana._encryption.knows(room, (cleo.user,)))
    _event, other = await typed(ana, room, "among two")
    assert other != session
    await ben.hear("among two")
    given = cleo._encryption._nio.olm.inbound_group_store
    keys = ana._encryption._nio.olm.account.identity_keys["curve25519"]
    assert given.get(room, keys, session) is not None
    assert given.get(room, keys, other) is None


async def test_a_device_that_is_new_is_given_the_running_session(sign_in: SignIn) -> None:
    ana, ben = await sign_in("ana"), await sign_in("ben")
    room = await ana.encrypted_room("Committee", invite=[ben.user])
    await ana.settled(room, ben.user)
    _event, session = await typed(ana, room, "to the first device")
    await ben.hear("to the first device")
    known = ana._encryption._nio.device_store
    async with await ben.another_device(PASSWORD) as second:
        await ana.until(lambda: second.device in known[ben.user])
        _event, same = await typed(ana, room, "to both")
        assert same == session
        await second.hear("to both")


async def test_a_device_is_given_the_key_once_it_is_signed(sign_in: SignIn) -> None:
    ana = await sign_in("ana", signed_only=True)
    ben = await sign_in("ben", cross_signed=False)
    room = await ana.encrypted_room("Committee", invite=[ben.user])
    await ana.settled(room, ben.user)
    before, session = await typed(ana, room, "for signed devices")
    await ben.until(lambda: before in ben.unreadable)
    await ben.cross_sign()
    published = ana._encryption._published
    await ana.until(lambda: published.signed(ben.user, ben.device))
    _event, same = await typed(ana, room, "for this one too")
    assert same == session
    await ben.hear("for this one too")
    assert before in ben.unreadable


async def test_history_for_those_who_joined_is_not_for_the_invited(sign_in: SignIn) -> None:
    ana, ben = await sign_in("ana"), await sign_in("ben", accepts_invites=False)
    room = await ana.api.create_room("Committee", invite=(ben.user,), history="joined")
    await ana.settled(room)
    _event, session = await typed(ana, room, "before")
    await ben.api.join(room)
    await ana.settled(room, ben.user)
    _event, same = await typed(ana, room, "after")
    assert same == session
    await ben.hear("after")
    mine = ana._encryption._nio.olm.account.identity_keys["curve25519"]
    given = ben._encryption._nio.olm.inbound_group_store.get(room, mine, session)
    assert given.first_known_index == 1
