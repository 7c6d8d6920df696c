"""Files on the wire: which events carry one, where it lies, how it was encrypted; and what we send."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import field
from typing import Any

from nio.crypto.attachments import encrypt_attachment

from bot.matrix.client import (
    AFTER_NONSENSE,
    Client,
    MatrixError,
    NotNow,
    TooLarge,
    quoted,
)
from commands.shared.attached import LARGEST, LostFile, WordlessMessage
from storage.core.lazy_dataclass import dataclass

FILES = frozenset({"m.file"})
OTHERS = {
    "m.image": WordlessMessage.PHOTO,
    "m.audio": WordlessMessage.SOUND,
    "m.video": WordlessMessage.VIDEO,
}
VOICE = ("org.matrix.msc3245.voice", "m.voice")
"""Marks what was recorded in the app (MSC3245)."""
SECONDS = 120.0
"""For one file; the largest we take needs a line of 1.3 Mbit/s."""
QUIET = 25.0
"""Seconds in which nothing of it comes."""
PATIENCE_MS = 10_000
"""For a file that its sender's app is still uploading (specification: GET media/download)."""
LONGEST_NAME = 80

_MXC = re.compile(r"mxc://([A-Za-z0-9.\-:\[\]]{1,255})/([A-Za-z0-9_\-]{1,255})", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/_\-]{1,64}={0,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class FileLocation:
    """Where an encrypted file lies, and how to open it."""

    url: str
    key: str = field(repr=False)
    iv: str = field(repr=False)
    sha256: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as the event that carries the file describes it."""

    name: str
    caption: str
    """What was written with it; empty when nothing was."""
    size: int
    """As its sender has it; 0 when they do not say."""
    where: FileLocation | None
    lost: LostFile | None
    """Why there is no point in fetching it."""
    thing: WordlessMessage | None = None
    """What it is, if not a file."""


def attachment_in(content: Mapping[str, Any]) -> Attachment | None:
    """The file a message is about; None when it is about none."""
    kind, body = content.get("msgtype"), content.get("body")
    if not isinstance(kind, str) or kind not in {*FILES, *OTHERS} or not isinstance(body, str):
        return None
    if not isinstance(content.get("file"), dict) and not isinstance(content.get("url"), str):
        return None
    name = content.get("filename")
    # With a file name of its own, the body is what the person wrote.
    caption = body if isinstance(name, str) and name != body else ""
    info = content.get("info")
    size = info.get("size") if isinstance(info, dict) else None
    size = size if isinstance(size, int) and size > 0 else 0
    where = _where(content.get("file"))
    lost = None
    if kind in OTHERS:
        lost = LostFile.NOT_A_FILE
    elif "file" not in content:
        lost = LostFile.NOT_ENCRYPTED
    elif where is None:
        lost = LostFile.DAMAGED
    elif size > LARGEST:
        lost = LostFile.TOO_LARGE
    shown = name if isinstance(name, str) else body
    thing = WordlessMessage.VOICE if any(mark in content for mark in VOICE) else OTHERS.get(kind)
    return Attachment(_printable(shown), caption, size, None if lost else where, lost, thing)


def _where(file: object) -> FileLocation | None:
    """The parts of an EncryptedFile (specification: Sending encrypted attachments)."""
    if not isinstance(file, dict) or file.get("v") != "v2":
        return None
    key, hashes = file.get("key"), file.get("hashes")
    if not isinstance(key, dict) or not isinstance(hashes, dict) or key.get("alg") != "A256CTR":
        return None
    url, secret, iv, digest = file.get("url"), key.get("k"), file.get("iv"), hashes.get("sha256")
    if not isinstance(url, str) or not _MXC.fullmatch(url):
        return None
    for part in (secret, iv, digest):
        if not isinstance(part, str) or not _BASE64.fullmatch(part):
            return None
    return FileLocation(url, str(secret), str(iv), str(digest))


async def fetch(
    client: Client, where: FileLocation, into: Callable[[bytes], Awaitable[None]]
) -> LostFile | None:
    """Download an encrypted file into ``into``; return why it cannot be had, None if it came.

    Raises NotNow.
    """
    match = _MXC.fullmatch(where.url)
    if match is None:
        return LostFile.DAMAGED
    path = (
        f"/_matrix/client/v1/media/download/{quoted(match[1])}/{quoted(match[2])}"
        f"?timeout_ms={PATIENCE_MS}"
    )
    try:
        await client.download(path, LARGEST, into, seconds=SECONDS, quiet=QUIET)
    except TooLarge:
        return LostFile.TOO_LARGE
    except MatrixError:
        return LostFile.GONE
    return None


async def put(client: Client, content: bytes) -> dict[str, Any]:
    """Encrypt a file under its own key and upload it; return the EncryptedFile for an event.

    Raises NotNow, TokenRejected, MatrixError.
    """
    sealed, keys = await asyncio.to_thread(encrypt_attachment, content)
    where = await client.upload(sealed, SECONDS)
    if not _MXC.fullmatch(where):
        raise NotNow(AFTER_NONSENSE)
    return {**keys, "url": where}


def event_of(
    words: Mapping[str, Any], kind: str, name: str, file: Mapping[str, Any], info: Mapping[str, Any]
) -> dict[str, Any]:
    """The content of an event with a file of ours. Its body is its name, under which apps save it.

    Only what an earlier release left to send has words in the same event.
    """
    body = words["body"] if "formatted_body" in words else name
    return {**words, "msgtype": kind, "body": body, "filename": name, "file": file, "info": info}


def instead_of(words: Mapping[str, Any], said: str) -> dict[str, Any]:
    """The content sent where a file could not be made."""
    kept = {key: words[key] for key in ("m.mentions", "m.relates_to") if key in words}
    return {"msgtype": "m.notice", "body": said, "m.mentions": {}, **kept}


def _printable(name: str) -> str:
    shown = "".join(char if char.isprintable() else " " for char in name[: 4 * LONGEST_NAME])
    return " ".join(shown.split())[:LONGEST_NAME] or "?"
