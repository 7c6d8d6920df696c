#!/bin/sh
# Synapse 1.163.2: what another homeserver sent while it was away for long lies between no two tokens of sync.
#
# One would guess: a timeline that is `limited` is made whole by /messages from its `prev_batch` back `to` the
# token of the sync before (the specification: "the token to stop returning events at").
# What happens: after more than an hour a homeserver is told of the newest event of a room alone, asks for ten
# before it, and fetches the rest when somebody reads back. What is fetched then gets a place in its stream before
# everything it had, so that `to` cuts it off. Without `to` it is there. A client that fills gaps between tokens,
# as one does after having been away itself, never sees it, and is told of no error.
# Seen on 2026-11-30 with Synapse 1.163.2, between two of them on one machine (demo/federation.py of this
# repository, which is why this runs from a clone in which `make demo` or `make test` has installed Synapse):
#   typed on the other homeserver while the two were apart: 30
#   in answers of sync, one of which is limited: 11
#   from its prev_batch back to the token before: 0 more
#   from its prev_batch back without that: 19 more
set -eu
cd "$(dirname "$0")/.."
.venv/bin/python - <<'END'
import asyncio
import json

from demo.federation import AWAY_FOR_LONG, Federation
from demo.matrix_api import MatrixApi, quoted

TYPED = 30
ONLY = quoted(json.dumps({"room": {"timeline": {"limit": 100, "types": ["m.room.message"]}}}))


async def signed_in(api: MatrixApi, server, name: str) -> None:
    await api.login(await server.register(name, "secret"), "secret", name)


def typed(events: list) -> set[str]:
    bodies = {event.get("content", {}).get("body", "") for event in events}
    return {body for body in bodies if body.startswith("typed")}


async def main() -> None:
    async with Federation(settings=AWAY_FOR_LONG) as federation:
        berlin, milan = await federation.open("berlin", "milan")
        async with MatrixApi(berlin.url) as ana, MatrixApi(milan.url) as ben:
            await signed_in(ana, berlin, "ana")
            await signed_in(ben, milan, "ben")
            room = await ana.create_room(encrypted=False, invite=(ben.user,))
            await ben.join(room)
            await ben.send_clear(room, "m.room.message", {"body": "hello", "msgtype": "m.text"})
            await asyncio.sleep(3)
            since = (await ana.call("GET", f"/sync?filter={ONLY}"))["next_batch"]
            federation.cut("berlin", "milan")
            for number in range(TYPED):
                said = {"body": f"typed {number}", "msgtype": "m.text"}
                await ben.send_clear(room, "m.room.message", said)
            await federation.heal_after_long("berlin", "milan")
            came, gaps, last = set(), [], since
            while f"typed {TYPED - 1}" not in came:
                path = f"/sync?filter={ONLY}&timeout=10000&since={quoted(last)}"
                answer = await ana.call("GET", path)
                timeline = answer.get("rooms", {}).get("join", {}).get(room, {}).get("timeline", {})
                came |= typed(timeline.get("events", []))
                if timeline.get("limited"):
                    gaps.append((timeline["prev_batch"], last))
                last = answer["next_batch"]
            ((newest, oldest),) = gaps
            print(f"typed on the other homeserver while the two were apart: {TYPED}")
            print(f"in answers of sync, one of which is limited: {len(came)}")
            back = f"/rooms/{quoted(room)}/messages?dir=b&limit=100&from={quoted(newest)}"
            until = typed((await ana.call("GET", f"{back}&to={quoted(oldest)}"))["chunk"])
            whole = typed((await ana.call("GET", back))["chunk"])
            print(f"from its prev_batch back to the token before: {len(until - came)} more")
            print(f"from its prev_batch back without that: {len(whole - came)} more")
            assert len(came | until) < TYPED == len(came | whole)


asyncio.run(main())
END
