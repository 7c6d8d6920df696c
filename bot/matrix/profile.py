"""The account's public name and picture. Both are only for people's eyes: nobody is known by them."""

from typing import Final

from bot.matrix.client import Client, MatrixError, NotNow, quoted
from storage.chat.facts import Facts
from storage.core.database import Database
from storage.core.lazy_dataclass import dataclass

SECONDS: Final = 30.0
GIVEN_NAME, GIVEN_PICTURE, GIVEN_CONTENT = "given_name", "given_picture", "given_picture_digest"
"""Facts: the name and picture that we gave the account, and what the picture was."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file to show."""

    content: bytes
    kind: str
    """Its media type."""
    digest: str
    """Tells it from another."""


async def give(
    client: Client, database: Database, *, name: str | None, picture: Picture | None
) -> bool:
    """Give the account a name and a picture (None: leave it) where it has none, or ours from before.

    What somebody else put there since, or took away, stays. Returns whether all that was to be done is done.
    """
    given, digest = await _fact(database, GIVEN_NAME), await _fact(database, GIVEN_CONTENT)
    if name in {"", None, given} and (picture is None or picture.digest == digest):
        # Given before: whatever is there now stays, and nobody is asked.
        return True
    try:
        shown = await _shown(client)
        if name:
            await _give_name(client, database, shown.get("displayname"), name)
        if picture is not None:
            await _give_picture(client, database, shown.get("avatar_url"), picture)
    except (MatrixError, NotNow):
        return False
    return True


async def _shown(client: Client) -> dict[str, object]:
    try:
        return await client.request("GET", f"/profile/{quoted(client.user)}")
    except MatrixError as refused:
        # An account that never showed anything.
        if refused.status == 404:
            return {}
        raise


async def _give_name(client: Client, database: Database, shown: object, name: str) -> None:
    given = await _fact(database, GIVEN_NAME)
    # A homeserver gives a new account its address as a name.
    new = given is None and shown in {None, "", client.user[1:].partition(":")[0], client.user}
    if name != given and (new or shown == given):
        await client.request(
            "PUT", f"/profile/{quoted(client.user)}/displayname", {"displayname": name}
        )
        await _keep(database, {GIVEN_NAME: name})


async def _give_picture(
    client: Client, database: Database, shown: object, picture: Picture
) -> None:
    given = await _fact(database, GIVEN_PICTURE)
    new = given is None and shown in {None, ""}
    same = await _fact(database, GIVEN_CONTENT) == picture.digest
    if not same and (new or shown == given):
        where = await client.upload(picture.content, SECONDS, kind=picture.kind)
        await client.request(
            "PUT", f"/profile/{quoted(client.user)}/avatar_url", {"avatar_url": where}
        )
        await _keep(database, {GIVEN_PICTURE: where, GIVEN_CONTENT: picture.digest})


async def _fact(database: Database, name: str) -> str | None:
    async with database.transaction() as tx:
        return await Facts(tx).get(name)


async def _keep(database: Database, facts: dict[str, str]) -> None:
    async with database.transaction() as tx:
        for name, value in facts.items():
            await Facts(tx).put(name, value)
