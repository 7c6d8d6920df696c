"""config.toml as `steward init` writes it: beside its place first, and checked there."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.config import Config, ConfigProblems, load
from bot.process.data_directory import DataDirectory
from bot.process.exit_codes import ExitCode, Stop
from bot.process.file_trouble import naming
from bot.setup.options import InitOptions


def with_line(key: str, value: str | list[str], text: str) -> str:
    """The text of a configuration in which a key of its first part has a value."""
    said = f"{key} = {as_toml(value)}"
    found, times = re.subn(rf"(?m)^[ \t]*{key}[ \t]*=.*$", lambda _: said, text, count=1)
    # Keys of their own come before the first table.
    return found if times else f"{said}\n{text}"


@contextmanager
def drafted(wanted: InitOptions) -> Iterator[tuple[str, Config]]:
    """A draft of config.toml beside it, so that .env counts; gone after the block unless renamed."""
    path, text = wanted.config, _toml(wanted)
    draft = draft_of(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with naming(path), os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        yield text, _checked(draft)
    finally:
        draft.unlink(missing_ok=True)


def draft_of(path: Path) -> Path:
    """Where the draft of a configuration lies."""
    return path.with_name(f".{path.name}.new")


def _checked(draft: Path) -> Config:
    try:
        return load(draft)
    except ConfigProblems as problems:
        # The draft is gone when this is read: its line numbers would point nowhere.
        lines = [re.sub(r"^line \d+: ", "", one) for one in problems.problems]
        listed = "\n".join(f"  - {line}" for line in lines)
        raise Stop(
            ExitCode.CONFIG, f"That cannot be used, so nothing was written:\n{listed}"
        ) from None


def _toml(wanted: InitOptions) -> str:
    values: list[tuple[str, object]] = [
        ("homeserver", wanted.homeserver),
        ("user", wanted.user),
        ("data_dir", _beside(wanted.config, wanted.data_dir)),
        ("allow_inviters", list(wanted.allow_inviters)),
    ]
    if wanted.ca_file is not None:
        values.append(("ca_file", str(absolute(wanted.ca_file))))
    if wanted.passphrase_file is not None:
        values.append(("passphrase_file", str(absolute(wanted.passphrase_file))))
    lines = [f"{key} = {as_toml(value)}" for key, value in values]
    return "\n".join(
        ["# Written by `steward init`. config.example.toml explains every key.", *lines, ""]
    )


def as_toml(value: object) -> str:
    """Write a string or a list of strings as TOML, of which JSON without escapes is a part."""
    return json.dumps(value, ensure_ascii=False)


def absolute(path: Path) -> Path:
    """A path from the root, with links in it as they are."""
    # Not resolve(): a symbolic link is the operator's choice and stays one.
    return Path(os.path.abspath(path.expanduser()))  # noqa: PTH100


def _beside(config: Path, data_dir: Path | None) -> str:
    """The data directory as written: relative while it is beside the file, so both can move."""
    if data_dir is None:
        # Beside another bot's configuration `data` is that bot's already.
        taken = config.name != "config.toml" and DataDirectory(config.parent / "data").initialised
        return f"data-{config.stem}" if taken else "data"
    directory, home = absolute(data_dir), absolute(config).parent
    return str(directory.relative_to(home) if directory.is_relative_to(home) else directory)
