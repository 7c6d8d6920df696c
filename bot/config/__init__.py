"""What an operator decides: ``config.toml`` for what a colleague may read, ``.env`` for the rest.

Everything is checked before anything connects, and one message lists every problem.
"""

import fnmatch
import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from bot.config.account import NONE, AccountTable
from bot.config.authority import USER, AuthorityTable, UserIdText
from bot.config.checks import WRITTEN, Hidden
from bot.config.limits import Limits, Metrics
from bot.config.messages import DEMO_SWITCH, PREFIX, line_of, misplaced, near_misses, plain
from bot.config.polls import Polls
from bot.config.reading import ReadingSettings
from bot.config.variables import from_dotenv, from_environment
from bot.process import file_trouble
from bot.process.exit_codes import ExitCode, Stop
from storage.core.bounds import Within
from storage.core.lazy_dataclass import dataclass
from storage.core.shapes import Misfit

_PATTERN: Final = re.compile(r"@[!-9;-~]+:[A-Za-z0-9.:\[\]*?-]+")
_BASE_PATH: Final = re.compile(r"(/[A-Za-z0-9._~-]*[A-Za-z0-9_~-])*/?")
"""A homeserver may live under a path of its host: no dots alone, nothing that is escaped."""


class ConfigProblems(Stop):
    """The configuration cannot be used; the message lists every reason and its cure."""

    def __init__(self, where: Path, problems: list[str], code: ExitCode = ExitCode.CONFIG) -> None:
        count = "one problem" if len(problems) == 1 else f"{len(problems)} problems"
        lines = "\n".join(f"  - {problem}" for problem in problems)
        if all(problem.startswith(PREFIX) for problem in problems):
            # Nothing in the file has to be changed.
            super().__init__(
                code, f"The environment, or .env beside {where}, has {count}:\n{lines}"
            )
            self.problems = tuple(problems)
            return
        super().__init__(code, f"{where} has {count}:\n{lines}")
        self.problems = tuple(problems)


# ------------------------------------------------------------------ what each value must be
def is_loopback(host: str) -> bool:
    """Whether a host name can only be this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _homeserver(value: str) -> str:
    url = urlsplit(value)
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise ValueError("must be a web address such as https://matrix.example.org")
    if url.username or url.password or url.query or url.fragment:
        raise ValueError("must be only the address: no user or question mark in it")
    if not _BASE_PATH.fullmatch(url.path) or "_matrix" in url.path:
        raise ValueError("must end before /_matrix, such as https://example.org/chat")
    if url.scheme == "http" and not is_loopback(url.hostname):
        raise ValueError("must begin with https:// (http:// is allowed only for this machine)")
    return value.rstrip("/")


def _inviter(value: str) -> str:
    if not _PATTERN.fullmatch(value):
        raise ValueError(
            "must be full user ids, or patterns with * such as @*:example.org; "
            f"{value!r} is neither"
        )
    if not re.search(r"[A-Za-z0-9]", value.partition(":")[2]):
        raise ValueError(f"{value!r} would let every server in the world invite the bot; name one")
    return value


def _proxy(value: Hidden) -> Hidden:
    # Never with the value: it may hold a password.
    url = urlsplit(value.get_secret_value())
    try:
        usable = url.scheme in {"http", "socks4", "socks5"} and url.hostname and url.port
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("must look like socks5://127.0.0.1:9050 or http://proxy.example.org:3128")
    return value


def _directory(value: Path) -> Path:
    return value.expanduser()


Inviter = Annotated[str, _inviter]


def _names(settings: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(settings))


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """How long to wait for what, in seconds."""

    request_seconds: Annotated[float, Within(1, 600)] = 30
    """One request to the homeserver."""
    long_poll_seconds: Annotated[float, Within(1, 120)] = 30
    """How long the homeserver may hold a sync open while there is no news."""
    unhealthy_after_seconds: Annotated[float, Within(10, 86_400)] = 180
    """Age of the last good sync at which ``steward status`` reports trouble."""
    stop_seconds: Annotated[float, Within(1, 60)] = 4
    """How long work in hand may take after SIGTERM."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long records are kept, in days."""

    handled_days: Annotated[int, Within(45, 3650)] = 45
    """Ids of messages already handled; fewer than 45 would let an old one be replayed."""
    uncontacted_days: Annotated[int, Within(1, 3650)] = 90
    """People from a list to whom nobody has talked, and those whose adding was taken back."""
    left_days: Annotated[int, Within(1, 3650)] = 30
    """People who have left the workplace."""
    notes_days: Annotated[int, Within(1, 3650)] = 180
    """Free words: notes, evidence, what came of follow-ups."""
    closed_tests_days: Annotated[int, Within(1, 3650)] = 180
    """Who did what in a structure test that is closed, where counts stay; who came to a meeting."""
    views_days: Annotated[int, Within(1, 3650)] = 365
    """Who looked at whom, and what was done with people's records."""

    @property
    def days(self) -> tuple[tuple[str, int], ...]:
        """What is kept and for how many days, as `!status` shows it."""
        return tuple(
            (name.removesuffix("_days"), getattr(self, name)) for name in _names(type(self))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The configuration. ``Config(...)`` checks nothing; :func:`load` reads the sources, and checks."""

    homeserver: Annotated[str, _homeserver]
    user: UserIdText
    data_dir: Annotated[Path, _directory] = Path("data")
    allow_inviters: tuple[Inviter, ...] = ()
    leads: tuple[UserIdText, ...] = ()
    """The leads of every committee they are in, and nobody else; empty: whoever has power there."""
    passphrase_file: Annotated[Path, _directory] | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["logfmt", "json"] = "logfmt"
    proxy: Annotated[Hidden, _proxy] | None = None
    ca_file: Annotated[Path, _directory] | None = None
    """Authorities that are trusted beside the usual ones, for the homeserver's certificate."""
    account: AccountTable = AccountTable()
    timeouts: Timeouts = Timeouts()
    retention: Retention = Retention()
    polls: Polls = Polls()
    limits: Limits = Limits()
    metrics: Metrics = Metrics()
    reading: ReadingSettings = ReadingSettings()
    authority: AuthorityTable = AuthorityTable()

    def may_invite(self, user: str) -> bool:
        """Whether this person's invitations are accepted. Local part and server match apart."""
        name, _, server = user.partition(":")
        return bool(USER.fullmatch(user)) and any(
            _matches(name, pattern.partition(":")[0])
            and _matches(server.lower(), pattern.partition(":")[2].lower())
            for pattern in self.allow_inviters
        )


def _matches(text: str, pattern: str) -> bool:
    # Square brackets are part of IPv6 server names, not of our patterns.
    return fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))


_KEYS: Final = {
    (): _names(Config),
    ("account",): _names(AccountTable),
    ("timeouts",): _names(Timeouts),
    ("retention",): _names(Retention),
    ("polls",): _names(Polls),
    ("limits",): _names(Limits),
    ("metrics",): _names(Metrics),
    ("reading",): _names(ReadingSettings),
    ("authority",): _names(AuthorityTable),
}


# ------------------------------------------------------------------ reading
def checked(values: Mapping[str, Any]) -> Config:
    """The configuration that values make. Raises ``Misfit`` with all that is wrong about them."""
    return WRITTEN.read(Config, values)


def load(path: Path, environment: Mapping[str, str] | None = None) -> Config:
    """Read ``config.toml`` and the ``.env`` beside it; environment variables win over both.

    Relative paths count from the directory of the file that is read. Raises ConfigProblems.
    """
    environment = os.environ if environment is None else environment
    text, written = _read_toml(path)
    problems: list[str] = []
    overrides = _overrides(path.parent / ".env", environment, problems)
    values: dict[str, Any] = _merged(written, overrides)
    problems += [misplaced(key, text) for key in ("passphrase", "password") if values.pop(key, 0)]
    if "proxy" in written and "@" in str(written["proxy"]):
        problems.append(
            f"{line_of(text, ('proxy',))}`proxy` holds a password here, where colleagues may read "
            f"it. Move the whole address to .env as {PREFIX}PROXY=..."
        )
    try:
        config = checked(values)
    except Misfit as misfit:
        problems += [plain(each, text, overrides, _KEYS) for each in misfit.flaws]
        raise ConfigProblems(path, problems) from None
    if problems:
        raise ConfigProblems(path, problems)
    return _anchored(config, path.parent)


def fault(key: str, value: object) -> str | None:
    """What is wrong with one value, as the message about a whole configuration says it; None: nothing."""
    given = {"homeserver": "https://example.org", "user": "@steward:example.org", key: value}
    try:
        checked(given)
    except Misfit as misfit:
        return "; ".join(plain(each, "", {}, _KEYS) for each in misfit.flaws)
    return None


def tables(path: Path) -> dict[str, Any]:
    """What config.toml says, table by table, before anything else has a say. Raises ConfigProblems."""
    return _read_toml(path)[1]


def _anchored(config: Config, directory: Path) -> Config:
    """Make paths absolute; a symbolic link is the operator's choice and stays one."""
    paths = {
        "data_dir": config.data_dir,
        "passphrase_file": config.passphrase_file,
        "ca_file": config.ca_file,
    }
    update: dict[str, Any] = {
        key: _absolute(directory, path) for key, path in paths.items() if path is not None
    }
    if (named := config.account.avatar) is not None and named != NONE:
        avatar = _absolute(directory, named)
        update["account"] = replace(config.account, avatar=avatar)
    if config.metrics.textfile is not None:
        textfile = _absolute(directory, config.metrics.textfile)
        update["metrics"] = replace(config.metrics, textfile=textfile)
    return replace(config, **update)


def _absolute(directory: Path, path: Path) -> Path:
    return Path(os.path.abspath(directory / path.expanduser()))  # noqa: PTH100


def _read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_text("utf-8")
        return text, tomllib.loads(text)
    except FileNotFoundError:
        problem = f"there is no such file. `steward init --config {path}` makes one"
    except PermissionError as error:
        problem = f"it cannot be read. {file_trouble.reason(error, path)}"
        raise ConfigProblems(path, [problem], ExitCode.NO_PERMISSION) from None
    except OSError as error:
        problem = f"it cannot be read. {file_trouble.reason(error, path)}"
    except UnicodeDecodeError:
        problem = "it is not text in UTF-8. Save it again with that encoding"
    except tomllib.TOMLDecodeError as error:
        problem = f"it is not valid TOML: {error}. Text needs quotes, lists need [ ]"
    raise ConfigProblems(path, [problem])


def _overrides(dotenv: Path, environment: Mapping[str, str], problems: list[str]) -> dict[str, Any]:
    """Values from ``.env`` and the environment, the latter winning; notes what is wrong."""
    found: dict[str, Any] = {}
    try:
        found = _merged(from_dotenv(dotenv, Config), from_environment(environment, Config))
    except OSError as error:
        problems.append(f"{dotenv} cannot be read. {file_trouble.reason(error, dotenv)}")
    except ValueError:  # not JSON, not UTF-8
        problems.append(
            f"a {PREFIX}... variable, or .env, cannot be read. Lists belong in config.toml"
        )
    in_file = found.pop("passphrase", None)
    if (in_file or environment.get(f"{PREFIX}PASSPHRASE")) and environment.get(DEMO_SWITCH) != "1":
        problems.append(
            f"{PREFIX}PASSPHRASE holds the passphrase itself, where every process of this user "
            f"and every backup of the environment can read it. Write it into a file with mode "
            f"0600 and set {PREFIX}PASSPHRASE_FILE to its path"
        )
    found.pop("demo", None)
    named = found.pop("proxy_file", environment.get(f"{PREFIX}PROXY_FILE"))
    if "proxy" not in found:
        found |= _proxy_from_file(named, problems)
    problems += near_misses(environment, _KEYS)
    return found


def _proxy_from_file(name: str | None, problems: list[str]) -> dict[str, str]:
    if not name:
        return {}
    path = Path(name).expanduser()
    try:
        return {"proxy": path.read_text("utf-8").strip()}
    except UnicodeDecodeError:
        problems.append(f"{PREFIX}PROXY_FILE: {path} is not text in UTF-8")
    except OSError as error:
        problems.append(f"{PREFIX}PROXY_FILE cannot be read. {file_trouble.reason(error, path)}")
    return {}


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        table = merged.get(key)
        merged[key] = (
            {**table, **value} if isinstance(table, dict) and isinstance(value, dict) else value
        )
    return merged
