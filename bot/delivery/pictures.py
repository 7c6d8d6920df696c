"""A message that is to have a picture becomes an image: drawn, encrypted, uploaded."""

from collections.abc import Mapping
from typing import Any

from bot.matrix.client import Client, MatrixError
from bot.matrix.media import event_of, instead_of, put
from bot.pictures.protocol import Drawn, Png
from bot.pictures.renderer import NotDrawn, PictureRenderer
from commands.framework.i18n import _
from storage.chat.outbox import ContentKind, Outgoing

NAME = "chart.png"


class PictureFiles:
    """Makes ``m.image`` events."""

    def __init__(self, client: Client, renderer: PictureRenderer) -> None:
        self._client = client
        self._renderer = renderer
        self._ready: tuple[str, Drawn] | None = None
        """What was drawn and could not be uploaded yet."""

    async def made(self, described: Outgoing) -> Outgoing:
        """The event with the picture that a message describes; its words were said before.

        Raises NotNow.
        """
        words = described.content
        try:
            drawn = await self._drawn(described.source)
            file = await put(self._client, drawn.full.content)
            small = await put(self._client, drawn.thumbnail.content)
        except (NotDrawn, MatrixError):
            # Too large for this homeserver, or no more room for us there.
            return Outgoing(_alone(words))
        self._ready = None
        event = event_of(words, "m.image", NAME, file, _info(drawn, small))
        return Outgoing(event, ContentKind.FILE)

    async def _drawn(self, description: str) -> Drawn:
        if self._ready is None or self._ready[0] != description:
            self._ready = (description, await self._renderer.draw(description))
        return self._ready[1]


def _info(drawn: Drawn, small: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_about(drawn.full),
        "thumbnail_file": small,
        "thumbnail_info": _about(drawn.thumbnail),
    }


def _about(png: Png) -> dict[str, object]:
    return {"mimetype": "image/png", "w": png.width, "h": png.height, "size": len(png.content)}


def _alone(words: Mapping[str, Any]) -> dict[str, Any]:
    sorry = _("(I could not make the picture that goes with this.)")
    if "formatted_body" not in words:
        return instead_of(words, sorry)
    # An earlier release left it to send with its words.
    return {
        **words,
        "body": f"{words['body']}\n{sorry}",
        "formatted_body": f"{words['formatted_body']}<p>{sorry}</p>",
    }
