"""The configuration: what is accepted, what is refused, and in which words."""

import re
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from bot.config import Config, ConfigProblems, Retention, Timeouts, checked, load
from bot.config.account import NONE, AccountTable
from bot.config.authority import AuthorityTable
from bot.config.limits import Limits, Metrics
from bot.config.polls import Polls
from bot.config.reading import ReadingSettings
from bot.process.exit_codes import ExitCode
from commands.roles.rules import AuthoritySettings, Newcomers
from storage.core.as_json import plain

ROOT = Path(__file__).parents[2]
GOOD = 'homeserver = "https://matrix.example.org"\nuser = "@steward:example.org"\n'


def written(directory: Path, text: str, dotenv: str | None = None) -> Path:
    path = directory / "config.toml"
    path.write_text(text, "utf-8")
    if dotenv is not None:
        (directory / ".env").write_text(dotenv, "utf-8")
    return path


def problems(path: Path, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigProblems) as refused:
        load(path, environment or {})
    assert refused.value.code is ExitCode.CONFIG
    return refused.value.message


def test_the_example_loads_and_explains_every_key() -> None:
    config = load(ROOT / "config.example.toml", {})
    assert config.may_invite("@ana:example.org")
    text = (ROOT / "config.example.toml").read_text("utf-8")
    for model in (
        Config,
        AccountTable,
        Timeouts,
        Retention,
        Limits,
        Metrics,
        Polls,
        ReadingSettings,
        AuthorityTable,
    ):
        for name in (each.name for each in fields(model)):
            shown = re.search(rf"^(# )?{name} = |^\[(authority\.)?{name}\]", text, re.MULTILINE)
            assert shown, f"{name} is not in config.example.toml"
            before = text[: shown.start()].rstrip("\n").splitlines()[-1]
            assert before.startswith("#") or shown[0].startswith("["), f"{name} has no comment"


def test_values_commented_out_in_the_example_are_the_defaults(tmp_path: Path) -> None:
    text = (ROOT / "config.example.toml").read_text("utf-8")
    examples = ("leads", "passphrase_file", "proxy", "ca_file", "textfile", "avatar")
    switched_on = "\n".join(
        line[2:] if re.match(r"# [a-z_]+ = ", line) and not line[2:].startswith(examples) else line
        for line in text.splitlines()
    )
    assert load(written(tmp_path, switched_on), {}) == load(written(tmp_path, text), {})


def test_the_example_with_everything_switched_on_loads(tmp_path: Path) -> None:
    text = (ROOT / "config.example.toml").read_text("utf-8")
    everything = re.sub(r"^# ([a-z_]+ = )", r"\1", text, flags=re.MULTILINE)
    config = load(written(tmp_path, everything), {})
    assert config.leads == ("@ana:example.org",)


def test_a_picture_lies_beside_the_configuration_unless_there_is_to_be_none(
    tmp_path: Path,
) -> None:
    config = load(written(tmp_path, GOOD + '[account]\navatar = "face.png"\n'), {})
    assert config.account.avatar == tmp_path / "face.png"
    config = load(written(tmp_path, GOOD + '[account]\navatar = "none"\n'), {})
    assert config.account.avatar == NONE


def test_leads_for_every_committee_and_for_one(tmp_path: Path) -> None:
    text = (
        'leads = ["@ana:example.org"]\n[authority]\nnewcomers = "confirmed"\n'
        '[authority.leads]\n"!abc" = ["@ben:example.org"]\n'
    )
    config = load(written(tmp_path, GOOD + text), {})
    assert config.leads == ("@ana:example.org",)
    assert config.authority.leads == {"!abc": ("@ben:example.org",)}
    assert config.authority.settings == AuthoritySettings(Newcomers.CONFIRMED, held_days=7)
    assert load(written(tmp_path, GOOD), {}).authority.settings == AuthoritySettings()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[authority]\nnewcomers = "welcome"', "must be 'named' or 'confirmed'"),
        ("[authority]\nheld_days = -1", "must be greater than or equal to 0"),
        ('[authority.leads]\n"#payments:x.org" = ["@ana:x.org"]', "which begins with !"),
        ('[authority.leads]\n"!abc" = ["ana"]', "must be a full Matrix user id"),
        ('[authority.leads]\n"!abc" = []', "at least 1 item"),
        ("[authority]\nlead = 3", "is not a setting"),
    ],
)
def test_what_is_wrong_about_authority_is_said(tmp_path: Path, text: str, words: str) -> None:
    assert words in problems(written(tmp_path, f"{GOOD}{text}\n"))


def test_dotenv_example_loads(tmp_path: Path) -> None:
    text = (ROOT / ".env.example").read_text("utf-8")
    everything = re.sub(r"^# (STEWARD_)", r"\1", text, flags=re.MULTILINE)
    config = load(written(tmp_path, GOOD, everything), {})
    assert config.passphrase_file == Path("/etc/steward/passphrase")
    assert config.proxy is not None


def test_one_message_lists_every_problem_with_its_line(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        'homeserver = "http://matrix.example.org"\nlog_levle = "debug"\n\n'
        "[retention]\nhandled_days = 10\n[timeouts]\nrequest_secnds = 4\n",
    )
    message = problems(path)
    assert "5 problems" in message
    assert "line 1: `homeserver` must begin with https://" in message
    assert "line 2: `log_levle` is not a setting. Did you mean `log_level`?" in message
    assert "`user` is missing. Add a line such as: user = " in message
    assert "line 5: `retention.handled_days` must be greater than or equal to 45" in message
    assert (
        "line 7: `timeouts.request_secnds` is not a setting. Did you mean `request_seconds`?"
        in (message)
    )


def test_a_key_outside_its_table_is_sent_there(tmp_path: Path) -> None:
    message = problems(written(tmp_path, GOOD + "handled_days = 45\n"))
    assert "It belongs under a line that says [retention]" in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"homeserver = https://x\n", "not valid TOML"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (GOOD.encode() + b"log_level = 'loud'\n", "must be 'debug', 'info', 'warning' or 'error'"),
        (GOOD.encode() + b"leads = 'ana'\n", 'Write for example: leads = ["@ana:example.org"]'),
        (GOOD.encode() + b"timeouts = 3\n", "`timeouts` must be"),
        (GOOD.replace("@steward", "steward").encode(), "must be a full Matrix user id"),
    ],
)
def test_every_kind_of_mistake_is_said_plainly(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    assert words in problems(path)


def test_a_missing_file_names_the_command_that_makes_it(tmp_path: Path) -> None:
    assert "steward init --config" in problems(tmp_path / "config.toml")


@pytest.mark.parametrize(
    "url",
    [
        "https://matrix.example.org",
        "https://matrix.example.org:8448/",
        "http://127.0.0.1:8008",
        "http://localhost:8008",
        "http://[::1]:8008",
    ],
)
def test_homeservers_that_are_accepted(url: str) -> None:
    assert checked({"homeserver": url, "user": "@b:example.org"}).homeserver == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "matrix.example.org",
        "http://matrix.example.org",
        "http://127.0.0.1.example.org",
        "http://10.0.0.1",
        "https://user:pass@matrix.example.org",
        "https://matrix.example.org/_matrix?x=1",
        "ftp://matrix.example.org",
        "https://",
    ],
)
def test_homeservers_that_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="homeserver"):
        checked({"homeserver": url, "user": "@b:example.org"})


@pytest.mark.parametrize(
    ("patterns", "user", "accepted"),
    [
        (["@*:example.org"], "@ana:example.org", True),
        (["@*:example.org"], "@ana:EXAMPLE.org", True),
        (["@*:example.org"], "@ana:evil-example.org", False),
        (["@*:example.org"], "@ana:example.org.evil.net", False),
        (["@*:example.org"], "@ana:evil.net:example.org", False),
        (["@*:example.org"], "ana:example.org", False),
        (["@*:example.org"], "@ana:example.org\n", False),
        (["@*:*.example.org"], "@ana:x.example.org", True),
        (["@*:*.example.org"], "@ana:example.org", False),
        (["@ana:example.org"], "@ana:example.org", True),
        (["@ana:example.org"], "@anna:example.org", False),
        (["@an?:example.org"], "@ana:example.org", True),
        (["@ana:[::1]:8448"], "@ana:[::1]:8448", True),
        (["@ana:[::1]:8448"], "@ana:1", False),
        ([], "@ana:example.org", False),
    ],
)
def test_who_may_invite(*, patterns: list[str], user: str, accepted: bool) -> None:
    config = Config(
        homeserver="https://matrix.example.org",
        user="@steward:example.org",
        allow_inviters=tuple(patterns),
    )
    assert config.may_invite(user) is accepted


@pytest.mark.parametrize("pattern", ["*", "@*:*", "@*", "@*:**", "@*:?*", "ana", "@*:.*"])
def test_patterns_that_would_let_everybody_invite_are_refused(tmp_path: Path, pattern: str) -> None:
    assert "`allow_inviters`" in problems(
        written(tmp_path, GOOD + f'allow_inviters = ["{pattern}"]\n')
    )


def test_relative_paths_count_from_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD + 'data_dir = "kept"\npassphrase_file = "../secret"\n')
    config = load(path, {})
    assert config.data_dir == tmp_path / "kept"
    assert config.passphrase_file == tmp_path.parent / "secret"


def test_environment_wins_over_dotenv_and_both_over_the_file(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        GOOD + 'log_level = "error"\n[timeouts]\nrequest_seconds = 10\nstop_seconds = 3\n',
        "STEWARD_LOG_LEVEL=warning\nSTEWARD_LOG_FORMAT=json\n",
    )
    assert load(path, {}).log_level == "warning"
    config = load(path, {"STEWARD_LOG_LEVEL": "debug", "STEWARD_TIMEOUTS__REQUEST_SECONDS": "20"})
    assert (config.log_level, config.log_format) == ("debug", "json")
    assert (config.timeouts.request_seconds, config.timeouts.stop_seconds) == (20, 3)


def test_lists_and_tables_in_variables_are_json(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD, 'STEWARD_POLLS={"k": 7, "joined_hours": 1}\n')
    config = load(
        path,
        {
            "steward_leads": '["@ana:x"]',
            "STEWARD_AUTHORITY__LEADS": '{"!r": ["@ben:x"]}',
            "STEWARD_POLLS__K": "9",
            "STEWARD_ALLOW_INVITERS": "",
        },
    )
    assert config.leads == ("@ana:x",)
    assert config.authority.leads == {"!r": ("@ben:x",)}
    assert (config.polls.k, config.polls.joined_hours) == (9, 1)
    message = problems(path, {"STEWARD_LEADS": "@ana:x"})
    assert "Lists belong in config.toml" in message


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("STEWARD_POLLS__KK", "`polls.kk` is not a setting. Did you mean `k`?"),
        ("STEWARD_POLLS__K__MORE", "`polls.k` must be"),
        ("STEWARD_POLLS", "`polls` must be"),
    ],
)
def test_a_variable_that_does_not_fit_its_table_is_named(
    tmp_path: Path, name: str, said: str
) -> None:
    assert said in problems(written(tmp_path, GOOD), {name: "5"})


def test_a_misspelt_variable_is_not_silently_ignored(tmp_path: Path) -> None:
    message = problems(written(tmp_path, GOOD), {"STEWARD_LOG_LEVLE": "debug"})
    assert "STEWARD_LOG_LEVLE is not a setting. Did you mean STEWARD_LOG_LEVEL?" in message
    load(written(tmp_path, GOOD), {"STEWARD_SOMETHING_OF_THE_TESTS": "1"})


def test_a_misspelt_line_of_dotenv_is_named(tmp_path: Path) -> None:
    message = problems(written(tmp_path, GOOD, "STEWARD_PASSPHRASE_FIEL=x\n"))
    assert "Did you mean" in message
    assert "passphrase_file" in message


@pytest.mark.parametrize("place", ["environment", "dotenv"])
def test_a_passphrase_in_the_environment_is_refused_but_for_the_demo(
    tmp_path: Path, place: str
) -> None:
    line = "STEWARD_PASSPHRASE=canary words of mine"
    path = written(tmp_path, GOOD, line + "\n" if place == "dotenv" else None)
    environment = dict([line.split("=")]) if place == "environment" else {}
    message = problems(path, environment)
    assert "STEWARD_PASSPHRASE_FILE" in message
    assert "canary" not in message
    load(path, environment | {"STEWARD_DEMO": "1"})


@pytest.mark.parametrize("key", ["passphrase", "password"])
def test_a_secret_in_the_readable_file_is_refused_and_not_repeated(
    tmp_path: Path, key: str
) -> None:
    message = problems(written(tmp_path, GOOD + f'{key} = "canary"\n'))
    assert f"line 3: `{key}`" in message
    assert "canary" not in message


def test_a_proxy_with_a_password_belongs_in_dotenv(tmp_path: Path) -> None:
    line = "socks5://me:canary@127.0.0.1:9050"
    message = problems(written(tmp_path, GOOD + f'proxy = "{line}"\n'))
    assert "STEWARD_PROXY" in message
    assert "canary" not in message
    config = load(written(tmp_path, GOOD, f"STEWARD_PROXY={line}\n"), {})
    assert config.proxy is not None
    assert config.proxy.get_secret_value() == line
    assert "canary" not in f"{config!r} {config} {plain(config)}"
    assert "**" in repr(config)


def test_a_proxy_can_come_from_a_secret_file(tmp_path: Path) -> None:
    secret = tmp_path / "proxy"
    secret.write_text("socks5://me:canary@127.0.0.1:9050\n", "utf-8")
    config = load(written(tmp_path, GOOD), {"STEWARD_PROXY_FILE": str(secret)})
    assert config.proxy is not None
    secret.write_text("canary", "utf-8")
    message = problems(written(tmp_path, GOOD), {"STEWARD_PROXY_FILE": str(secret)})
    assert "must look like socks5://" in message
    assert "canary" not in message


def test_the_configuration_cannot_be_changed_and_reads_nothing_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STEWARD_LOG_LEVEL", "debug")
    config = Config(homeserver="https://matrix.example.org", user="@steward:example.org")
    assert config.log_level == "info"
    with pytest.raises(FrozenInstanceError):
        config.log_level = "debug"  # type: ignore[misc]
