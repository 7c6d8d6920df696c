"""Each file in deploy/ is read by the tool of its kind. What is not installed is skipped by its name."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest
import yaml

ROOT: Final = Path(__file__).resolve().parents[2]
DEPLOY: Final = ROOT / "deploy"

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(300)]


def run(
    tool: str, *words: str | Path, here: Path = ROOT, also: dict[str, str] | None = None
) -> str:
    """What a tool says; fails when the tool does, and skips when it is not installed."""
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    done = subprocess.run(  # noqa: S603
        [tool, *map(str, words)],
        cwd=here,
        env={**os.environ, "NO_COLOR": "1", **(also or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_compose_by_the_schema_of_its_specification() -> None:
    run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml")


def test_compose_as_podman_is_told(tmp_path: Path) -> None:
    """What podman-compose makes of it: rights, limits and mounts arrive. One it drops is in the README."""
    if shutil.which("podman") is None:
        pytest.skip("podman is not installed")
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    keys = next(
        each for each in compose["services"]["steward"]["volumes"] if isinstance(each, dict)
    )
    keys["source"] = str(tmp_path / "polls")
    Path(keys["source"]).mkdir(mode=0o700)
    (tmp_path / "compose.yaml").write_text(yaml.safe_dump(compose))
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/passphrase").touch()
    said = run("podman-compose", "--verbose", "--dry-run", "up", "-d", "--no-build", here=tmp_path)
    (made,) = [line for line in said.splitlines() if ":podman create " in line]
    for words in (
        "--read-only",
        "--cap-drop ALL",
        "--security-opt no-new-privileges:true",
        "--ulimit core=0",
        "-m 1g",
        "--pids-limit 128",
        "--log-driver=json-file",
        "/polls:/run/steward/polls:z",
        "/run/secrets/steward-passphrase:ro,rprivate,rbind,z",
        "--tmpfs /tmp:mode=1777,size=16m,noexec,nosuid,nodev",
    ):
        assert words in made
    assert "swap" not in made, (
        "podman-compose has learned memswap_limit: say so in deploy/README.md"
    )


def test_podman_takes_the_log_driver() -> None:
    if shutil.which("podman") is None:
        pytest.skip("podman is not installed")
    image = run("podman", "images", "-q", "steward").split()
    if not image:
        pytest.skip("there is no image `steward`: make image")
    options = ("--log-opt", "max-size=10m", "--log-opt", "max-file=3")
    made = run("podman", "create", "--log-driver", "json-file", *options, image[0]).split()[-1]
    run("podman", "rm", made)


def test_the_dockerfile() -> None:
    # DL3008: a version of Debian's that is pinned is gone with the next security update.
    # DL3003: a `cd` within one step says where it is needed.
    run("hadolint", "--ignore", "DL3008", "--ignore", "DL3003", "Dockerfile")


def test_yaml() -> None:
    rules = "{extends: default, rules: {line-length: {max: 140}, document-start: disable,"
    rules += " braces: {max-spaces-inside: 0}, comments: {min-spaces-from-content: 1}}}"
    run("yamllint", "--strict", "-d", rules, "compose.yaml", "deploy")


def test_shell() -> None:
    programs = [each for each in DEPLOY.iterdir() if each.is_file() and _begins(each, "#!/bin/sh")]
    assert len(programs) >= len(("steward-loop", "steward-backup", "steward.sh"))
    # SC3013: -ef is in every shell of Debian, Alpine and BusyBox. SC2015: refusing ends the script.
    run("shellcheck", "-e", "SC3013,SC2015", *programs)
    # What OpenRC reads is set and never used here.
    run("shellcheck", "-s", "sh", "-e", "SC2034", "deploy/openrc/steward")


def _begins(path: Path, words: str) -> bool:
    return path.read_text("utf-8").startswith(f"{words}\n")


def test_the_role(tmp_path: Path) -> None:
    also = {"ANSIBLE_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    place = DEPLOY / "ansible"
    run("ansible-lint", "--offline", "--profile", "production", ".", here=place, also=also)
    run("ansible-playbook", "--syntax-check", "-i", "host,", "playbook.yml", here=place, also=also)


@pytest.mark.parametrize("name", ["steward.yaml", "init.yaml"])
def test_kubernetes_by_its_own_schemas(name: str) -> None:
    said = run("kubernetes-validate", "--strict", DEPLOY / "kubernetes" / name)
    assert said.count("passed") == len(
        list(yaml.safe_load_all((DEPLOY / "kubernetes" / name).read_text()))
    )


def test_units(tmp_path: Path) -> None:
    """With the programs where the units say: what systemd does not know, it warns of."""
    for name in ("opt/steward/.venv/bin/python", "opt/steward/deploy/steward-backup"):
        program = tmp_path / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.touch(mode=0o755)
    kinds = {".service", ".socket", ".timer"}
    units = sorted(each for each in DEPLOY.iterdir() if each.suffix in kinds)
    copies = []
    for each in units:
        text = each.read_text().replace("/opt/steward", str(tmp_path / "opt/steward"))
        copies.append(tmp_path / each.name)
        copies[-1].write_text(text)
    assert {each.suffix for each in copies} == kinds
    said = run("systemd-analyze", "verify", "--man=no", *copies)
    assert [line for line in said.splitlines() if "steward" in line] == []


def test_the_quadlet(tmp_path: Path) -> None:
    """Podman's own generator, from 4.4 on."""
    homes = ("/usr/libexec/podman/quadlet", "/usr/lib/podman/quadlet")
    quadlet = next((each for each in homes if Path(each).exists()), "quadlet")
    also = {"QUADLET_UNIT_DIRS": str(DEPLOY / "podman")}
    said = run(quadlet, "-dryrun", "-user", also=also)
    assert "ExecStart=" in said
    assert "unsupported key" not in said


def test_alerts_and_when_they_come() -> None:
    run("promtool", "check", "rules", "steward.rules.yml", here=DEPLOY / "prometheus")
    run("promtool", "test", "rules", "steward.rules.test.yml", here=DEPLOY / "prometheus")


def test_the_dashboard_asks_what_prometheus_can_read(tmp_path: Path) -> None:
    board = json.loads((DEPLOY / "grafana/steward.json").read_text())
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    rules = [
        {"record": f"panel:{at}", "expr": each.replace("$instance", ".*")}
        for at, each in enumerate(asked)
    ]
    file = tmp_path / "panels.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    assert f"{len(asked)} rules found" in run("promtool", "check", "rules", file)
