"""Asks the running bot whether it is well, for health checks: once a minute, for ever.

    python3 -I -S bot/cli/health_check.py [--config PATH]

Ends like `steward status`: 0 well, 3 not running, 4 not well, and what else docs/admin.md names. It imports
nothing of the bot and next to nothing of Python, since it would else cost more than a bot that is idle does.
The running bot judges itself (``bot/health/status.py``); where its socket is, ``bot/process/control.py`` says.
"""

from __future__ import annotations

import os
import sys

WELL, USAGE, NOT_RUNNING, NOT_READY, NO_PERMISSION, CONFIG = 0, 2, 3, 4, 77, 78
"""As in bot/process/exit_codes.py."""
PATIENCE = 5.0
"""Seconds; the same that `status` has."""
SOCKET = 0o140000
"""What ``stat.S_ISSOCK`` looks for."""


def main() -> None:
    """Ask, print one line, end with the status."""
    code, words = checked(sys.argv[1:], os.environ)
    print(words)  # noqa: T201 (there is no log here)
    sys.exit(code)


def checked(words: list[str], environment: os._Environ[str] | dict[str, str]) -> tuple[int, str]:
    """Whether the bot of a configuration is well: exit status and one line."""
    if words and (len(words) != 2 or words[0] not in {"--config", "-c"}):
        return USAGE, "Type: health_check.py [--config PATH]"
    config = words[1] if words else "config.toml"
    try:
        data = data_directory(config, environment)
    except (OSError, ValueError):
        return CONFIG, f"{config} cannot be read. Type: steward status --config {config}"
    try:
        answer = asked(os.path.join(data, "control.sock"))  # noqa: PTH118 (pathlib takes longer)
    except (FileNotFoundError, ConnectionRefusedError):
        return NOT_RUNNING, f"Steward is not running. Start it: steward run --config {config}"
    except PermissionError:
        return NO_PERMISSION, f"{data}: this user may not ask. Ask as the bot's user."
    except OSError:
        answer = b""
    return judged(answer, config)


def judged(answer: bytes, config: str) -> tuple[int, str]:
    """What an answer says: exit status and one line. One line of JSON, of which one value counts."""
    if b'"well": true' in answer:
        return WELL, "Steward is well."
    if b'"well": false' in answer:
        return NOT_READY, f"Steward is not ready. Type: steward status --config {config}"
    return NOT_READY, "Steward is running but did not answer in time. Read its log."


def asked(path: str) -> bytes:
    """The running bot's answer. Raises OSError: FileNotFoundError where nobody listens."""
    # The module that `socket` wraps: that one brings `selectors` and `enum`, twice as much as Python itself.
    from _socket import AF_UNIX, SOCK_STREAM, socket  # noqa: PLC0415

    directory = os.path.dirname(path)  # noqa: PTH120
    pointer = path[: -len(".sock")] + ".where"
    if os.path.exists(pointer):  # noqa: PTH110
        with open(pointer, encoding="utf-8") as file:  # noqa: PTH123
            path = file.read().strip()
    node = os.lstat(path)
    if node.st_mode & 0o170000 != SOCKET or node.st_uid != os.stat(directory).st_uid:  # noqa: PTH116
        raise FileNotFoundError
    connection = socket(AF_UNIX, SOCK_STREAM)
    try:
        connection.settimeout(PATIENCE)
        connection.connect(path)
        connection.sendall(b'{"verb": "well"}\n')
        return connection.recv(4096)
    finally:
        connection.close()


def data_directory(config: str, environment: os._Environ[str] | dict[str, str]) -> str:
    """Where a bot keeps its data, as bot/config reads it. Raises OSError, ValueError."""
    directory = os.path.dirname(os.path.abspath(config))  # noqa: PTH100, PTH120
    with open(config, encoding="utf-8") as file:  # noqa: PTH123
        found = plainly_written(file.read())
    dotenv = os.path.join(directory, ".env")  # noqa: PTH118
    if os.path.exists(dotenv):  # noqa: PTH110
        with open(dotenv, encoding="utf-8") as file:  # noqa: PTH123
            found = named_in(file.read().splitlines()) or found
    named = {name.upper(): value for name, value in environment.items() if value}
    found = named.get("STEWARD_DATA_DIR") or found
    return os.path.abspath(os.path.join(directory, os.path.expanduser(found)))  # noqa: PTH100, PTH111, PTH118


def plainly_written(text: str) -> str:
    """The key ``data_dir`` of a TOML document; one as `init` writes it needs no reader of TOML."""
    lines = [line.strip() for line in text.splitlines()]
    named = [line for line in lines if "data_dir" in line.partition("#")[0]]
    if not named:
        return "data"
    key, _, value = named[0].partition("=")
    value = value.strip()
    plain = len(named) == 1 and key.strip() == "data_dir" and value.count('"') == 2
    if plain and value[0] == value[-1] == '"' and "\\" not in value and '"""' not in text:
        return value[1:-1]
    import tomllib  # noqa: PLC0415 (rarely)

    return str(tomllib.loads(text).get("data_dir", "data"))


def named_in(lines: list[str]) -> str:
    """The data directory that a .env names; empty where it names none."""
    found = ""
    for line in lines:
        key, _, value = line.strip().removeprefix("export ").partition("=")
        if key.strip().upper() == "STEWARD_DATA_DIR":
            found = value.strip().strip("'\"")
    return found


if __name__ == "__main__":
    main()
