"""A message that is to have a picture becomes an image: drawn, encrypted, uploaded."""

from collections.abc import Mapping
from typing import Any

from bot.matrix.client import Client, MatrixError
from bot.matrix.media import event_of, instead_of, put
from bot.matrix.render import PICTURE
from bot.pictures.protocol import Drawn, Png
from bot.pictures.renderer import NotDrawn, PictureRenderer
from commands.framework.i18n import _

NAME = "chart.png"


class Pictures:
    """Makes the contents of ``m.image`` events."""

    def __init__(self, client: Client, easel: PictureRenderer) -> None:
        self._client = client
        self._easel = easel
        self._ready: tuple[str, Drawn] | None = None
        """What was drawn and could not be uploaded yet."""

    async def made(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """What to send instead of a message that holds a description.

        Its words were said before. Raises NotNow and TokenRejected.
        """
        words = {key: value for key, value in content.items() if key != PICTURE}
        try:
            drawn = await self._drawn(content[PICTURE])
            file = await put(self._client, drawn.full.content)
            small = await put(self._client, drawn.thumbnail.content)
        except (NotDrawn, MatrixError):
            # Too large for this homeserver, or no more room for us there.
            return _alone(words)
        self._ready = None
        return event_of(words, "m.image", NAME, file, _info(drawn, small))

    async def _drawn(self, description: str) -> Drawn:
        if self._ready is None or self._ready[0] != description:
            self._ready = (description, await self._easel.draw(description))
        return self._ready[1]


def _info(drawn: Drawn, small: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_about(drawn.full),
        "thumbnail_file": small,
        "thumbnail_info": _about(drawn.thumbnail),
    }


def _about(png: Png) -> dict[str, object]:
    return {"mimetype": "image/png", "w": png.width, "h": png.height, "size": len(png.content)}


def _alone(words: dict[str, Any]) -> dict[str, Any]:
    sorry = _("(I could not make the picture that goes with this.)")
    if "formatted_body" not in words:
        return instead_of(words, sorry)
    # An earlier release left it to send with its words.
    return {
        **words,
        "body": f"{words['body']}\n{sorry}",
        "formatted_body": f"{words['formatted_body']}<p>{sorry}</p>",
    }
