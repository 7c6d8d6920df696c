"""The command line: ``steward init | run | status | verify | doctor``, and what cli/backup.py adds."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console
from rich.text import Text
from typer.core import TyperGroup

from bot import __version__
from bot.cli import backup as safekeeping
from bot.cli import open_polls
from bot.cli.options import AccessTokenFile, ConfigPath, LoginTokenFile, plainly
from bot.cli.run import run as run_bot
from bot.cli.terminal import HERE, quiet_logs, say
from bot.config import Config, load
from bot.process import control
from bot.process.data_directory import DataDirectory
from bot.process.exit_codes import ExitCode, Stop

if TYPE_CHECKING:
    from bot.cli.finding import Finding

_ELSEWHERE: Final = {
    "logs": "Log lines go to stderr. As a service: journalctl -u steward. In a container: docker compose logs.",
    "start": "Type: steward run. As a service: sudo systemctl start steward.",
    "stop": "As a service: sudo systemctl stop steward. On a terminal: Ctrl-C. A stop loses open secret polls.",
    "restart": "As a service: sudo systemctl restart steward, which keeps the votes of open secret polls.",
    "update": 'Updating is described in docs/admin.md, "Updating".',
    "check": "Type: steward doctor, or steward config check, which needs no network.",
    "setup": "Type: steward init.",
    "invite": "Invite the bot's account with your Matrix app; allow_inviters in config.toml says who may.",
}
"""What people look for in this program and what does it, by their word."""
_SAME: Final = {
    "log": "logs",
    "journal": "logs",
    "upgrade": "update",
    "install": "setup",
    "health": "check",
}


class _Commands(TyperGroup):
    """The commands; for a word that is none, what does it instead."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is named; the library keeps the types to itself."""
        word = args[0] if args else ""
        hint = _ELSEWHERE.get(_SAME.get(word, word))
        if hint is not None and self.get_command(ctx, word) is None:
            ctx.fail(f"There is no command {word!r}. {hint}")
        return super().resolve_command(ctx, args)


app = typer.Typer(
    name="steward",
    cls=_Commands,
    help="A Matrix bot for organizing committees. What it keeps is encrypted, on this machine.",
    no_args_is_help=True,
    add_completion=False,
    # A pretty traceback would show the values of local variables.
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:  # noqa: FBT001  (typer's callback)
    if wanted:
        from bot.process import origin  # noqa: PLC0415

        say(f"steward {__version__} ({origin.found()})")
        raise typer.Exit(ExitCode.OK)


# ------------------------------------------------------------------ the commands
@app.callback()
def steward(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """A Matrix bot for organizing committees. What it keeps is encrypted, on this machine."""


@app.command()
@plainly
def init(
    *,
    config: ConfigPath = HERE,
    homeserver: Annotated[
        str | None, typer.Option(metavar="URL", help="Address, https://matrix.example.org.")
    ] = None,
    user: Annotated[
        str | None, typer.Option(metavar="ID", help="The bot's account, @steward:example.org.")
    ] = None,
    password_file: Annotated[
        Path | None,
        typer.Option(readable=False, metavar="FILE", help="Its password; used once, kept nowhere."),
    ] = None,
    login_token_file: LoginTokenFile = None,
    access_token_file: AccessTokenFile = None,
    passphrase_file: Annotated[
        Path | None,
        typer.Option(readable=False, metavar="FILE", help="Unlocks at every start, unattended."),
    ] = None,
    allow_inviter: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="Who may invite: '@*:example.org'. Repeatable."),
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option(readable=False, metavar="DIR", help="Where everything is kept.")
    ] = None,
    ca_file: Annotated[
        Path | None,
        typer.Option(
            readable=False, metavar="FILE", help="Your own authority's certificate (PEM)."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask to confirm.")] = False,
    fast_kdf: Annotated[bool, typer.Option("--fast-kdf", hidden=True)] = False,
) -> None:
    """Set up the bot: its configuration, keys and Matrix identity. Safe to repeat."""
    quiet_logs()
    # Imported late, as in each command: the others start without it.
    from bot.setup.initialisation import initialise  # noqa: PLC0415
    from bot.setup.options import InitOptions  # noqa: PLC0415

    wanted = InitOptions(
        config,
        homeserver,
        user,
        password_file,
        login_token_file,
        access_token_file,
        passphrase_file,
        tuple(allow_inviter or ()),
        data_dir,
        yes,
        fast_kdf,
        ca_file,
    )
    initialise(wanted, say)


@app.command()
def run(
    *,
    config: ConfigPath = HERE,
    take_over: Annotated[
        bool,
        typer.Option("--take-over", help="Go on from here although a copy was started since."),
    ] = False,
) -> None:
    """Run the bot until SIGTERM or Ctrl-C."""
    raise typer.Exit(run_bot(config, take_over=take_over))


@app.command()
@plainly
def status(
    *,
    config: ConfigPath = HERE,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Ask the running bot how it is. The exit status is 0 only when it is well."""
    quiet_logs()
    settings = load(config)
    try:
        answer = control.ask(DataDirectory(settings.data_dir).control_socket, {"verb": "status"})
    except control.NotRunning:
        code, answer = ExitCode.NOT_RUNNING, {}
    except control.NoAnswer:
        code, answer = ExitCode.NOT_READY, {}
    else:
        code = ExitCode.OK if _well(answer, settings) else ExitCode.NOT_READY
    if as_json:
        running = code is not ExitCode.NOT_RUNNING
        typer.echo(json.dumps({"running": running, "healthy": code is ExitCode.OK, **answer}))
    else:
        _show_status(code, answer, config)
    raise typer.Exit(code)


@app.command()
@plainly
def verify(
    *,
    config: ConfigPath = HERE,
    minutes: Annotated[
        float, typer.Option(metavar="N", min=0.1, max=600, help="How long to wait for a request.")
    ] = 15,
) -> None:
    """Compare emoji with somebody who asks if this is the bot."""
    quiet_logs()
    from bot.cli.verify import verify as compare  # noqa: PLC0415

    compare(DataDirectory(load(config).data_dir).control_socket, say, minutes)


@app.command("dead-letters")
@plainly
def dead_letters(
    do: Annotated[str, typer.Argument(metavar="[list|retry|drop]")] = "list",
    which: Annotated[str, typer.Argument(metavar="[NUMBER|all]")] = "",
    *,
    config: ConfigPath = HERE,
) -> None:
    """List what was not delivered; send it again or drop it. Shows no content."""
    quiet_logs()
    from bot.cli import dead_letters as letters_words  # noqa: PLC0415

    if do not in {"list", "retry", "drop"} or (do != "list") is not (
        which == "all" or which.isdecimal()
    ):
        raise Stop(
            ExitCode.USAGE, "Type: steward dead-letters [list | retry N | drop N]. N or all."
        )
    request = {
        "verb": "dead-letters",
        "do": do,
        "letter": int(which) if which.isdecimal() else None,
    }
    socket = DataDirectory(load(config).data_dir).control_socket
    try:
        answer = control.ask(socket, request)
    except control.NotRunning:
        raise Stop(
            ExitCode.NOT_RUNNING, "Steward is not running; start it and ask again."
        ) from None
    except control.NoAnswer:
        raise Stop(ExitCode.NOT_READY, "Steward runs but gave no answer. Ask again.") from None
    say("\n".join(letters_words.listed(answer)) if do == "list" else letters_words.done(answer))


@app.command()
@plainly
def doctor(*, config: ConfigPath = HERE) -> None:
    """Check all that can be checked from here. Each line is ok or says what to do."""
    quiet_logs()
    from bot.cli.doctor import examine  # noqa: PLC0415
    from bot.cli.finding import Severity  # noqa: PLC0415

    worst = ExitCode.OK
    for finding in examine(config):
        _show_finding(finding)
        if finding.mark is Severity.WRONG:
            worst = ExitCode.DOCTOR
    raise typer.Exit(worst)


def _show_finding(finding: "Finding") -> None:
    colour = {"ok": "green", "note": "yellow"}.get(finding.mark.value, "red")
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    line = Text(f"{finding.mark.value:<6}", style=colour)
    console.print(line.append(f"{finding.subject}: {finding.words}", style="default"))
    if finding.cure:
        console.print(f"      -> {finding.cure}")


@app.command("config")
@plainly
def check_config(
    do: Annotated[str, typer.Argument(metavar="check")] = "check", *, config: ConfigPath = HERE
) -> None:
    """Explain each value of the configuration. Says what is wrong; needs no network."""
    quiet_logs()
    from bot.cli import config_check  # noqa: PLC0415

    if do != "check":
        raise Stop(ExitCode.USAGE, "Type: steward config check")
    found = []
    for each in config_check.check(config):
        if isinstance(each, str):
            say(each)
        else:
            found.append(each)
            _show_finding(each)
    raise typer.Exit(config_check.status(found))


safekeeping.register(app)


# ------------------------------------------------------------------ the words of `status`
def _well(answer: dict[str, Any], config: Config) -> bool:
    age = answer.get("last_sync_seconds")
    recent = isinstance(age, int | float) and age <= config.timeouts.unhealthy_after_seconds
    return answer.get("ready") is True and recent and not answer.get("disk_low")


def _show_status(code: ExitCode, answer: dict[str, Any], config: Path) -> None:
    if code is ExitCode.NOT_RUNNING:
        say(f"Steward is not running. Start it: steward run --config {config.absolute()}")
        return
    if not answer:
        say("Steward is running but did not answer in time. Ask again, then read its log.")
        return
    letters = answer.get("dead_letters")
    more = f"\n  dead letters   {letters}: steward dead-letters" if letters else ""
    if answer.get("disk_low"):
        more += "\n  disk           full: nothing new is taken until there is room"
    polls = open_polls.told(answer)
    if polls:
        more += f"\n  secret polls   {polls}: a restart keeps the votes, a stop loses them"
    more += _homeserver_words(answer.get("homeserver"))
    age = answer.get("last_sync_seconds")
    heard = "never" if age is None else f"{_duration(age)} ago"
    say(
        f"Steward {answer.get('version', '?')}: {_in_a_word(code, answer)}\n"
        f"  ready          {'yes' if answer.get('ready') else 'no'}\n"
        f"  last good sync {heard}\n"
        f"  rooms          {answer.get('rooms', '?')}\n"
        f"  queue          {answer.get('queue', '?')}\n"
        f"  running for    {_duration(answer.get('uptime_seconds', 0))}{more}"
    )


def _homeserver_words(told: object) -> str:
    """Lines on a homeserver that is away or limits the bot; empty when all is well."""
    if not isinstance(told, dict):
        return ""
    lines, limited = "", told.get("limited") or {}
    # Imported late: mostly all is well.
    if away := told.get("outage"):
        from bot.cli import outage_words  # noqa: PLC0415

        kind = outage_words.named(away.get("kind"))
        lines += (
            f"\n  homeserver     no answer for {_duration(away.get('seconds', 0))}: "
            f"{outage_words.what(kind)}\n                 -> {outage_words.cure(kind)}"
        )
    if limited.get("times"):
        from bot.cli import outage_words  # noqa: PLC0415

        lines += f"\n  limited        {outage_words.limited(limited)}\n                 -> {outage_words.LIMITS}"
    return lines


def _in_a_word(code: ExitCode, answer: dict[str, Any]) -> str:
    if code is ExitCode.OK:
        return "well"
    return "ready, but not well" if answer.get("ready") else "not ready"


def _duration(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"
