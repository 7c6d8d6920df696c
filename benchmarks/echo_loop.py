"""The bare matrix-nio echo loop that the benchmark compares with Steward.

Written as nio's documentation shows it: ``sync_forever``, a callback, ``room_send``, tokens in
nio's own store, keys for every device. Commands in, echoes out; no trust, no state.
"""

import asyncio
import sys
from pathlib import Path

from nio import AsyncClient, AsyncClientConfig, InviteMemberEvent, MatrixRoom, RoomMessageText


async def main(homeserver: str, user: str, password: str, directory: Path) -> None:
    """Run until killed."""
    config = AsyncClientConfig(store_sync_tokens=True, encryption_enabled=True)
    client = AsyncClient(homeserver, user, store_path=str(directory), config=config)
    saved = directory / "login"
    if saved.exists():
        device, token = saved.read_text().split()
        client.restore_login(user, device, token)
    else:
        await client.login(password)
        saved.write_text(f"{client.device_id} {client.access_token}")

    async def invited(room: MatrixRoom, _event: InviteMemberEvent) -> None:
        await client.join(room.room_id)

    async def heard(room: MatrixRoom, event: RoomMessageText) -> None:
        if event.sender != user and event.body.startswith("!"):
            await client.room_send(
                room.room_id,
                "m.room.message",
                {"msgtype": "m.notice", "body": f"echo {event.body}"},
                ignore_unverified_devices=True,
            )

    client.add_event_callback(invited, InviteMemberEvent)
    client.add_event_callback(heard, RoomMessageText)
    # Otherwise after the first sync: an invitation in it is followed before anybody can send keys.
    if client.should_upload_keys:
        await client.keys_upload()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await client.sync_forever(timeout=30_000, full_state=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4])))
