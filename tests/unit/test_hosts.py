"""What hosts of repositories read: they call make and nothing else, and say the same to everybody."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
GITHUB = ROOT / ".github/workflows/test.yml"
FORGEJO = ROOT / ".forgejo/workflows/test.yml"
GITLAB = ROOT / ".gitlab-ci.yml"
FETCHES = "git init -q . && git fetch"
"""How a commit comes into an empty container."""


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    found = yaml.safe_load(path.read_text("utf-8"))
    if path != GITLAB:
        return dict(found["jobs"])
    return {name: job for name, job in found.items() if isinstance(job, dict) and "script" in job}


def runs(job: dict[str, Any]) -> list[str]:
    """The commands of a job, without the one that fetches the commit."""
    steps = [step["run"] for step in job.get("steps", ()) if "run" in step]
    return [each for each in (*steps, *job.get("script", ())) if not each.startswith(FETCHES)]


def pythons(job: dict[str, Any]) -> list[str]:
    matrix = job["parallel"]["matrix"][0] if "parallel" in job else job["strategy"]["matrix"]
    return list(matrix.get("PYTHON_VERSION") or matrix["python"])


def claimed() -> list[str]:
    """The Pythons that ``make`` looks for and ``make pythons`` tries."""
    text = (ROOT / "Makefile").read_text("utf-8")
    return re.findall(r"python(3\.\d+)", re.findall(r"(?m)^PYTHONS \?= (.*)$", text)[0])


@pytest.mark.parametrize("path", [GITHUB, FORGEJO, GITLAB], ids=lambda path: str(path.name))
def test_every_host_runs_what_contributors_run(path: Path) -> None:
    ours = (ROOT / ".ci/run").read_text("utf-8")
    everything = re.findall(r"(?m)^exec (make .*)$", ours)
    found = jobs(path)
    assert everything
    assert runs(found["everything"]) == everything
    assert runs(found["coverage"]) == ["make coverage"]
    assert [re.match(r"make pythons ", each) is not None for each in runs(found["pythons"])] == [
        True
    ]
    assert pythons(found["pythons"]) == claimed()


def test_the_pythons_that_are_claimed_are_those_that_are_tried() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert re.findall(r"Python :: (3\.\d+)\"", project) == claimed()
    assert f'requires-python = ">={claimed()[0]}"' in project


def test_what_is_not_ours_in_a_workflow_is_held_to_a_commit() -> None:
    for path in (GITHUB, FORGEJO):
        for job in jobs(path).values():
            for step in job["steps"]:
                assert re.search(r"@[0-9a-f]{40}$", step.get("uses", "@" + "0" * 40)), step


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (".github/ISSUE_TEMPLATE/stumbled.md", ".gitlab/issue_templates/stumbled.md"),
        (".github/ISSUE_TEMPLATE/missing.md", ".gitlab/issue_templates/missing.md"),
        (".github/PULL_REQUEST_TEMPLATE.md", ".gitlab/merge_request_templates/Default.md"),
    ],
)
def test_forms_say_the_same_everywhere(one: str, other: str) -> None:
    text = (ROOT / one).read_text("utf-8")
    assert re.sub(r"\A---\n.*?---\n", "", text, flags=re.DOTALL) == (ROOT / other).read_text(
        "utf-8"
    )


def test_every_path_with_owners_is_there() -> None:
    lines = (ROOT / "CODEOWNERS").read_text("utf-8").splitlines()
    paths = [line.split()[0] for line in lines if line and not line.startswith("#")]
    assert "*" in paths
    assert [path for path in paths if path != "*" and not (ROOT / path.strip("/")).exists()] == []
