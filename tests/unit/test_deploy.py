"""What lies in deploy/ can be read by what reads it, and says the same as the code.

``make deploy`` has the tools of each kind look at it too, at night.
"""

import json
import os
import re
import signal
import subprocess
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.config import Config
from bot.health import prometheus
from bot.health.metrics import MetricsReading, coarse
from bot.keys.passphrase import CREDENTIAL
from bot.process.exit_codes import ExitCode

ROOT: Final = Path(__file__).resolve().parents[2]
DEPLOY: Final = ROOT / "deploy"
USUAL: Final = Config(homeserver="https://matrix.example.org", user="@steward:example.org")
HOPELESS: Final = [int(code) for code in ExitCode if not code.retry and code >= 10]
FILES: Final = sorted(
    path for path in DEPLOY.rglob("*") if path.is_file() and "__pycache__" not in path.parts
)
STOP: Final = 10
"""Seconds that everything gives the bot to stop."""

Unit = dict[str, dict[str, list[str]]]


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def unit(name: str) -> Unit:
    """A unit of systemd or Quadlet: section, key, values in their order."""
    found: Unit = defaultdict(lambda: defaultdict(list))
    section = ""
    for line in read(name).splitlines():
        if not line.strip() or line.startswith(("#", ";")):
            continue
        if line.startswith("["):
            section = line.strip("[]")
            continue
        key, equals, value = line.partition("=")
        assert section, line
        assert equals, line
        assert key.isalnum(), line
        found[section][key].append(value.strip())
    return found


SERVICE: Final = unit("deploy/steward.service")["Service"]
COMPOSE: Final = yaml.safe_load(read("compose.yaml"))["services"]["steward"]
QUADLET: Final = unit("deploy/podman/steward.container")
OBJECTS: Final = {
    each["kind"]: each for each in yaml.safe_load_all(read("deploy/kubernetes/steward.yaml"))
}
POD: Final = OBJECTS["StatefulSet"]["spec"]["template"]["spec"]
CONTAINER: Final = POD["containers"][0]
DOCKERFILE: Final = read("Dockerfile")


# -- read by what reads it -----------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(DEPLOY)))
def test_everything_can_be_read(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.endswith("\n")
    match path.suffix:
        case ".yml" | ".yaml":
            assert list(yaml.safe_load_all(text))
        case ".json":
            json.loads(text)
        case ".service" | ".socket" | ".timer" | ".container" | ".volume":
            assert unit(str(path.relative_to(ROOT)))
        case _ if text.startswith("#!"):
            # What make calls with its shell ends with .sh; OpenRC's is installed with its rights.
            installed = path.suffix == ".sh" or path.parent.name == "openrc"
            assert os.access(path, os.X_OK) or installed
            subprocess.run(["sh", "-n", path], check=True)  # noqa: S603, S607


def test_the_readme_leads_to_everything() -> None:
    text = read("deploy/README.md")
    for path in FILES:
        name = str(path.relative_to(DEPLOY))
        known = name in text or any(f"({folder}/)" in text for folder in Path(name).parents)
        assert known or name == "README.md", name


def test_nothing_sets_a_variable_that_the_bot_would_take_for_a_setting() -> None:
    """An unknown STEWARD_ variable is refused, so that no slip goes unnoticed."""
    for path in FILES:
        assert not re.findall(r"\bSTEWARD_(?!COMMIT|LOG_LEVEL)[A-Z]+", path.read_text("utf-8")), (
            path
        )


# -- the same everywhere -------------------------------------------------------------------------


def test_everything_stops_the_bot_in_the_same_time_and_later_than_it_stops_itself() -> None:
    assert USUAL.timeouts.stop_seconds < STOP
    assert SERVICE["TimeoutStopSec"] == [str(STOP)]
    assert COMPOSE["stop_grace_period"] == f"{STOP}s"
    assert f"--stop-timeout={STOP}" in QUADLET["Container"]["PodmanArgs"][0]
    assert int(QUADLET["Service"]["TimeoutStopSec"][0]) > STOP
    assert POD["terminationGracePeriodSeconds"] == STOP
    assert f'retry="TERM/{STOP}/' in read("deploy/openrc/steward")


def test_nothing_starts_again_what_another_start_cannot_cure() -> None:
    for service in (SERVICE, QUADLET["Service"]):
        assert service["Restart"] == ["on-failure"]
        assert service["RestartPreventExitStatus"] == [" ".join(map(str, HOPELESS))]
    listed = re.findall(
        r"^    ([\d |]+)\) exit \"\$status\"", read("deploy/steward-loop"), re.MULTILINE
    )
    assert listed == [" | ".join(map(str, HOPELESS))]
    pause = re.findall(r"LOOP_WAIT:-(\d+)", read("deploy/steward-loop"))
    assert pause == SERVICE["RestartSec"] == QUADLET["Service"]["RestartSec"]


def test_one_user_of_the_container() -> None:
    (user,) = re.findall(r"^USER (\d+):\d+$", DOCKERFILE, re.MULTILINE)
    assert QUADLET["Container"]["User"] == [f"{user}:{user}"]
    assert QUADLET["Container"]["UserNS"] == [f"keep-id:uid={user},gid={user}"]
    of_the_pod = POD["securityContext"]
    for key in ("runAsUser", "runAsGroup", "fsGroup"):
        assert of_the_pod[key] == int(user)
    for page in ("compose.yaml", "docs/admin.md", "deploy/README.md"):
        owners = re.findall(r"chown (\d+)|-o (\d+) -g (\d+)", read(page))
        assert {one for each in owners for one in each if one} == {user}, page


def test_one_question_tells_how_the_container_is() -> None:
    (asked,) = re.findall(r"^HEALTHCHECK.*?CMD (\[.*?\])", DOCKERFILE, re.MULTILINE | re.DOTALL)
    question = json.loads(asked)
    assert COMPOSE["healthcheck"]["test"] == ["CMD", *question]
    assert json.loads(QUADLET["Container"]["HealthCmd"][0]) == question
    assert CONTAINER["readinessProbe"]["exec"]["command"] == question
    # Those end the container, and an absent homeserver is nothing that another one cures.
    assert not {"livenessProbe", "startupProbe"} & CONTAINER.keys()


def test_keys_of_polls_are_in_memory_where_the_bot_looks_for_them() -> None:
    keys = USUAL.polls.keys_dir
    assert Path("/run", SERVICE["RuntimeDirectory"][0]) == keys
    assert SERVICE["RuntimeDirectoryPreserve"] == ["restart"]
    bound = next(each for each in COMPOSE["volumes"] if isinstance(each, dict))
    assert (bound["target"], Path(bound["source"]).parent) == (str(keys), Path("/run"))
    (host, inside, _label) = QUADLET["Container"]["Volume"][1].split(":")
    assert (host.split("/")[0], inside) == ("%t", str(keys))
    mounts = {each["name"]: each["mountPath"] for each in CONTAINER["volumeMounts"]}
    volumes = {each["name"]: each for each in POD["volumes"]}
    # Not the directory itself, which would be root's: the bot makes it.
    assert mounts["poll-keys"] == str(keys.parent)
    assert volumes["poll-keys"]["emptyDir"]["medium"] == "Memory"
    assert volumes["tmp"]["emptyDir"]["medium"] == "Memory"
    assert f'checkpath -q -d -m 0700 -o "$command_user" {keys}\n' in read("deploy/openrc/steward")
    assert f"install -d -m 0700 -o steward -g steward {keys}\n" in read("deploy/cron/steward")


def test_no_container_may_do_anything_to_its_machine() -> None:
    assert COMPOSE["read_only"] is True
    assert COMPOSE["cap_drop"] == ["ALL"]
    assert COMPOSE["security_opt"] == ["no-new-privileges:true"]
    assert COMPOSE["mem_limit"] == COMPOSE["memswap_limit"]
    assert "ports" not in COMPOSE
    quadlet, more = QUADLET["Container"], QUADLET["Container"]["PodmanArgs"][0].split()
    assert (quadlet["ReadOnly"], quadlet["NoNewPrivileges"]) == (["true"], ["true"])
    assert quadlet["DropCapability"] == ["all"]
    limit = COMPOSE["mem_limit"]
    assert {f"--memory={limit}", f"--memory-swap={limit}", "--ulimit=core=0"} <= set(more)
    assert f"--pids-limit={COMPOSE['pids_limit']}" in more
    assert COMPOSE["ulimits"]["core"] == 0
    assert "PublishPort" not in quadlet
    assert "Service" not in OBJECTS
    assert OBJECTS["NetworkPolicy"]["spec"]["ingress"] == []
    rights = CONTAINER["securityContext"]
    assert rights["readOnlyRootFilesystem"]
    assert not rights["allowPrivilegeEscalation"]
    assert rights["capabilities"] == {"drop": ["ALL"]}
    assert POD["securityContext"]["runAsNonRoot"]
    assert POD["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert POD["automountServiceAccountToken"] is False
    assert "ports" not in CONTAINER


def test_the_passphrase_lies_where_the_bot_looks_for_it() -> None:
    assert SERVICE["LoadCredential"] == [f"{CREDENTIAL}:/etc/steward/passphrase"]
    assert COMPOSE["secrets"] == [CREDENTIAL]
    (_host, inside, label) = QUADLET["Container"]["Volume"][2].split(":")
    assert label == "ro,Z"
    places = (COMPOSE["environment"]["CREDENTIALS_DIRECTORY"], inside)
    assert places[0] == places[1]
    assert QUADLET["Container"]["Environment"] == [f"CREDENTIALS_DIRECTORY={places[0]}"]
    mounts = {each["name"]: each["mountPath"] for each in CONTAINER["volumeMounts"]}
    assert CONTAINER["env"] == [{"name": "CREDENTIALS_DIRECTORY", "value": mounts["passphrase"]}]
    secret = next(each["secret"] for each in POD["volumes"] if each["name"] == "passphrase")
    assert secret["items"] == [{"key": "passphrase", "path": CREDENTIAL}]


def test_one_program_one_configuration() -> None:
    program, config = SERVICE["ExecStart"][0].split(" run --config ")
    for script in ("deploy/steward-loop", "deploy/steward-backup"):
        assert f":-{program}}}" in read(script)
        assert f":-{config}}}" in read(script)
    backup = unit("deploy/steward-backup.service")["Service"]
    for key in ("User", "Group", "WorkingDirectory", "UMask"):
        assert backup[key] == SERVICE[key]
    assert SERVICE["Environment"][0] == backup["Environment"][0]
    home = str(Path(config).parent)
    assert f'directory="{home}"' in read("deploy/openrc/steward")
    role = yaml.safe_load(read("deploy/ansible/roles/steward/defaults/main.yml"))
    assert role["steward_home"] == home
    assert program.startswith(f"{role['steward_program']}/")
    assert role["steward_user"] == SERVICE["User"][0]


def test_backups_are_kept_no_longer_than_the_shortest_clock() -> None:
    # A hold or a basis lengthens them; ids of messages are nobody's record.
    shortest = min(days for name, days in USUAL.retention.days if name != "handled")
    stated = [
        int(days)
        for path in FILES
        for days in re.findall(
            r"BACKUP_DAYS[:=]-?(\d+)|steward_backup_days: (\d+)", path.read_text()
        )
        for days in days
        if days
    ]
    assert len(set(stated)) == 1
    assert len(stated) == 4
    assert stated[0] <= shortest


# -- figures -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def figures() -> set[str]:
    """Every name that the bot writes, with the labels that it has."""
    reading = MetricsReading(
        version="0.1.0", ready=True, heard_seconds=1.5, rooms=3, queue=2, syncs=7, answered=5,
        dead_letters=1, disk_free=1 << 30, disk_low=False, clock_steps=0,
        refused={"edit": 4}, expired={"handled": 9}, sizes={"app.db": 4096},
    )  # fmt: skip
    written = prometheus.text(coarse(reading)).decode()
    families = text_string_to_metric_families(written)
    return {sample.name for family in families for sample in family.samples}


def asked_for(expression: str) -> set[str]:
    return set(re.findall(r"\b(?:steward|node|process)_\w+", expression))


OF_THE_EXPORTER: Final = {"node_textfile_mtime_seconds"}


def test_every_alert_watches_a_figure_that_there_is(figures: set[str]) -> None:
    groups = yaml.safe_load(read("deploy/prometheus/steward.rules.yml"))["groups"]
    alerts = [rule for group in groups for rule in group["rules"]]
    for alert in alerts:
        wanted = asked_for(alert["expr"])
        assert wanted
        assert wanted <= figures | OF_THE_EXPORTER, alert["alert"]
        assert alert["labels"]["severity"] in {"page", "ticket"}
    # What docs/admin.md calls worth an alarm has one.
    named = set(re.findall(r"`(steward_\w+) [>=]", read("docs/admin.md")))
    assert named
    assert named <= {name for alert in alerts for name in asked_for(alert["expr"])}


def test_every_panel_shows_a_figure_that_there_is(figures: set[str]) -> None:
    board = json.loads(read("deploy/grafana/steward.json"))
    shown: set[str] = set()
    for panel in board["panels"]:
        for target in panel["targets"]:
            wanted = asked_for(target["expr"])
            assert wanted
            assert wanted <= figures | OF_THE_EXPORTER, panel["title"]
            shown |= wanted
    not_shown = {"steward_rooms", "steward_syncs_total"}
    plumbing = {name for name in figures if name.startswith("steward_process_")}
    assert figures - shown <= not_shown | plumbing
    places = [tuple(panel["gridPos"].values()) for panel in board["panels"]]
    assert len(set(places)) == len(places)
    assert len({panel["id"] for panel in board["panels"]}) == len(places)


# -- the scripts ---------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").touch()
    return tmp_path


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)
    return path


def loop(here: Path, bot: str, *words: Path) -> "subprocess.Popen[bytes]":
    command = script(here / "bot", bot)
    return subprocess.Popen(  # noqa: S603
        [DEPLOY / "steward-loop", *words],
        env={
            **os.environ,
            "LOOP_COMMAND": str(command),
            "LOOP_CONFIG": str(here / "config.toml"),
            "LOOP_WAIT": "0",
        },
    )


def test_the_loop_starts_again_what_another_start_may_cure_and_nothing_else(here: Path) -> None:
    ends = "echo x >> runs; test $(wc -l < runs) -lt 4 && exit {}; exit {}"
    for code in ExitCode:
        if code is ExitCode.OK or (not code.retry and code not in HOPELESS):
            continue
        (here / "runs").unlink(missing_ok=True)
        with loop(here, ends.format(int(code), 10)) as running:
            assert running.wait(20) == (10 if code.retry else int(code))
        assert len((here / "runs").read_text().split()) == (4 if code.retry else 1), code


def test_the_loop_hands_a_signal_on_and_waits_for_the_bot(here: Path) -> None:
    stops = "trap 'sleep 0.2; echo clean > ended; exit 0' TERM; echo $1 > runs; while :; do sleep 0.05; done"
    with loop(here, stops) as running:
        runs = here / "runs"
        # The file is there a moment before its line is.
        _until(lambda: runs.exists() and runs.read_text() == "run\n")
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0
    assert (here / "ended").read_text() == "clean\n"


def test_the_loop_writes_what_the_bot_says_to_a_log(here: Path) -> None:
    log = here / "log"
    log.write_text("before\n")
    with loop(here, "echo out; echo err >&2; exit 78", log) as running:
        assert running.wait(20) == ExitCode.CONFIG
    assert sorted(log.read_text().split()) == ["before", "err", "out"]


def _until(fact: Any) -> None:
    while not fact():
        time.sleep(0.01)


@pytest.fixture
def kept(here: Path) -> Path:
    """A directory with a backup that is old, one that is younger, and something else."""
    directory = here / "kept"
    directory.mkdir()
    for name, days in (("old", 16), ("young", 3)):
        file = directory / f"steward-{name}.backup"
        file.write_text(name)
        at = time.time() - days * 86_400
        os.utime(file, (at, at))
    other = directory / "letter.txt"
    other.touch()
    os.utime(other, (0, 0))
    return directory


def back_up(here: Path, kept: Path, bot: str, **more: str) -> "subprocess.CompletedProcess[bytes]":
    command = script(here / "bot", bot)
    return subprocess.run(  # noqa: S603
        [DEPLOY / "steward-backup", kept],
        env={
            **os.environ,
            "BACKUP_COMMAND": str(command),
            "BACKUP_CONFIG": str(here / "config.toml"),
            **more,
        },
        check=False,
    )


def names(directory: Path) -> set[str]:
    return {each.name for each in directory.iterdir()}


def test_a_new_backup_lets_old_ones_go(here: Path, kept: Path) -> None:
    assert back_up(here, kept, 'echo "$@"').returncode == 0
    (new,) = names(kept) - {"steward-young.backup", "letter.txt"}
    assert re.fullmatch(r"steward-\d{8}T\d{6}Z\.backup", new)
    assert (kept / new).read_text() == f"backup --config {here / 'config.toml'} -\n"
    assert (kept / new).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("bot", ["echo half; exit 15", "exit 0", "kill -KILL $$"])
def test_a_backup_that_fails_leaves_everything(here: Path, kept: Path, bot: str) -> None:
    before = names(kept)
    assert back_up(here, kept, bot).returncode != 0
    assert names(kept) == before


@pytest.mark.parametrize("days", ["", "x", "-1", "1;rm"])
def test_days_are_a_number(here: Path, kept: Path, days: str) -> None:
    before = names(kept)
    assert back_up(here, kept, "echo x", BACKUP_DAYS=days or "x").returncode == ExitCode.USAGE
    assert names(kept) == before
