"""What a program says it was made from: asked of git in a checkout, read where it was written down."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from bot.process import origin
from bot.process.origin import Origin


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, text in (("requirements/run.txt", "nio\n"), ("pyproject.toml", ""), ("a.py", "")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def git(tree: Path, *words: str) -> str:
    plainly = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(  # noqa: S603
        ["git", *plainly, *words],  # noqa: S607
        cwd=tree,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def committed(tree: Path) -> str:
    git(tree, "init", "-q")
    git(tree, "add", "-A")
    git(tree, "commit", "-qm", "one")
    return git(tree, "rev-parse", "--short=12", "HEAD")


LOCK = hashlib.sha256(b"nio\n").hexdigest()[:12]


def test_a_checkout_says_its_commit_and_its_lock(tree: Path) -> None:
    commit = committed(tree)
    assert origin.found(tree, tree / "none") == Origin(commit, LOCK)
    (tree / "a.py").write_text("changed")
    assert origin.found(tree, tree / "none") == Origin(f"{commit}-changed", LOCK)
    assert str(Origin("a", "b")) == "commit a, lock b"


def test_a_lock_that_was_renewed_has_another_digest(tree: Path) -> None:
    committed(tree)
    (tree / "requirements/run.txt").write_text("nio==2\n")
    assert origin.found(tree, tree / "none").lock != LOCK


def test_without_git_what_was_written_down_counts(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where git is there and cannot be asked: a clone whose .git is closed to the bot's user."""
    written = tree / "bot/process/origin.txt"
    written.parent.mkdir(parents=True)
    commit = committed(tree)
    origin.write_down(tree, commit)
    monkeypatch.setenv("PATH", str(tree))
    assert origin.found(tree, written) == Origin(commit, LOCK)


def test_beside_a_wheel_nothing_else_counts(tree: Path) -> None:
    (tree / "pyproject.toml").unlink()
    written = tree / "origin.txt"
    assert origin.found(tree, written) == Origin("unknown", "unknown")
    written.write_bytes(b"\xff")
    assert origin.found(tree, written) == Origin("unknown", "unknown")
    written.write_text(f"commit 0123456789ab\nlock {'f' * 64}\n")
    assert origin.found(tree, written) == Origin("0123456789ab", "f" * 12)


@pytest.mark.parametrize("packed", [False, True])
def test_what_an_image_is_built_from_is_read_without_git(tree: Path, *, packed: bool) -> None:
    """From the three files that the build is given: .dockerignore lets no other pass."""
    commit = committed(tree)
    git(tree, "branch", "other/one")
    git(tree, "checkout", "-qb", "other/two")
    if packed:
        git(tree, "pack-refs", "--all")
        assert not (tree / ".git/refs/heads/other/two").exists()
    assert origin.head(tree / ".git") == f"{commit}-unchecked"
    git(tree, "checkout", "-q", "--detach")
    assert origin.head(tree / ".git") == f"{commit}-unchecked"


@pytest.mark.parametrize(
    "said", ["", "ref: refs/heads/none", "ref: ../../etc", "zz", "\xe9", "0" * 39]
)
def test_what_names_no_commit_is_unknown(tmp_path: Path, said: str) -> None:
    (tmp_path / "HEAD").write_text(said, "utf-8")
    assert origin.head(tmp_path) is None
    assert origin.head(tmp_path / "none") is None
