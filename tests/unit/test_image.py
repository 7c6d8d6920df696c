"""What the container image leaves out is nothing that the bot reads."""

import re
import runpy
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from babel.localedata import locale_identifiers

from commands.framework import i18n
from commands.framework.i18n import CATALOGUES, DOMAIN, compile_catalogue
from commands.zones import cldr

ROOT = Path(__file__).parents[2]
PRUNING = runpy.run_path(str(ROOT / "deploy/pruning.py"))
PACKAGES = Path(sysconfig.get_path("purelib"))
EVERYTHING = """
import pkgutil, sys
import bot, commands, storage
for floor in (bot, commands, storage):
    for module in pkgutil.walk_packages(floor.__path__, floor.__name__ + "."):
        if not module.name.endswith("__main__"):
            __import__(module.name)
import nio.crypto.async_attachments, nio.crypto.attachments, nio.crypto.key_export
print(*{m.__file__ for m in sys.modules.values() if getattr(m, "__file__", None)}, sep="\\n")
"""
"""Loads each module that a bot could load, and what nio loads for attachments and exports of keys."""


@pytest.fixture(scope="module")
def unneeded() -> list[Path]:
    return list(PRUNING["unneeded"](PACKAGES))


def test_the_image_keeps_what_babel_knows_of_every_language_we_read_or_speak() -> None:
    pattern = PRUNING["LANGUAGES"]
    spoken = {each.name for each in CATALOGUES.iterdir() if each.is_dir()}
    for language in {*cldr.LANGUAGES, *spoken}:
        assert pattern.fullmatch(f"{language}.dat"), language
    left = {name for name in locale_identifiers() if pattern.fullmatch(f"{name}.dat")}
    assert {"en_GB", "pt_BR", "zh_Hans_CN", "de_AT"} <= left
    # The control: most go, those with a like name too.
    assert not left & {"zu", "enm", "dsb", "ast", "plt", "frr"}


def test_the_image_speaks_every_language_from_its_compiled_catalogue_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "find locales -type f ! -name '*.mo' -delete" in (ROOT / "Dockerfile").read_text()
    languages = [each for each in i18n.available() if each != i18n.SOURCE_LANGUAGE]
    kept = {each: i18n.names_kept(each) for each in languages}
    said = {each: vars(i18n.catalogue_of(each))["_catalog"] for each in languages}
    for language in languages:
        where = Path(language, "LC_MESSAGES")
        (tmp_path / where).mkdir(parents=True)
        compiled = compile_catalogue(CATALOGUES / where / f"{DOMAIN}.po")
        (tmp_path / where / f"{DOMAIN}.mo").write_bytes(compiled)
    monkeypatch.setattr(i18n, "CATALOGUES", tmp_path)
    with fresh(i18n.available, i18n._catalogue):
        assert [*i18n.available()] == [i18n.SOURCE_LANGUAGE, *languages]
        assert {each: i18n.names_kept(each) for each in languages} == kept
        assert {each: vars(i18n.catalogue_of(each))["_catalog"] for each in languages} == said
    # The control: there is something to be said, and something to be typed.
    assert len(languages) > 5
    assert all(kept.values())
    assert all(len(each) > 1000 for each in said.values())


@contextmanager
def fresh(*kept: Any) -> Iterator[None]:
    """Have nothing remembered of before, and nothing afterwards."""
    for each in kept:
        each.cache_clear()
    try:
        yield
    finally:
        for each in kept:
            each.cache_clear()


def test_the_image_leaves_out_no_module_that_any_part_of_the_bot_loads(
    unneeded: list[Path],
) -> None:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", EVERYTHING], cwd=ROOT, check=True, capture_output=True, text=True
    )
    loaded = {Path(line) for line in done.stdout.splitlines()}
    left_out = set(unneeded)
    gone = {path for path in loaded if left_out & {path, *path.parents}}
    assert gone == set()
    # The control: the list is one of files that are there, and of many.
    assert {PACKAGES / "nio/__init__.py", PACKAGES / "babel/core.py"} <= loaded


def test_a_rule_that_finds_nothing_any_more_is_told(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match=re.escape(PRUNING["UNUSED"][0])):
        list(PRUNING["unneeded"](tmp_path))


def test_the_licences_of_all_that_stays_stay(unneeded: list[Path]) -> None:
    inside = [each for path in unneeded for each in (path, *path.rglob("*"))]
    licences = [
        each for each in inside if re.match(r"licen[cs]e|copying|notice", each.name, re.IGNORECASE)
    ]
    whole = {path for path in unneeded if path.parent == PACKAGES and path.suffix == ".dist-info"}
    assert [path for path in licences if not whole & {*path.parents}] == []
    assert whole


def test_two_builds_of_a_commit_are_the_same_bytes() -> None:
    """What would differ is left out: no time of installing, and bytecode that no time is in."""
    lines = (ROOT / "Dockerfile").read_text()
    build = lines[: lines.index("\nFROM ${BASE}\n")]
    for words in ("ARG SOURCE_DATE_EPOCH", "PIP_NO_COMPILE=1", "PYTHONDONTWRITEBYTECODE=1"):
        assert build.index(words) < build.index("pip install")
    *_, last = [line for line in build.splitlines() if line.startswith("RUN")]
    assert "--invalidation-mode unchecked-hash /venv /app" in last
    made = (ROOT / "Makefile").read_text()
    for name in ("COMMIT", "VERSION", "SOURCE_DATE_EPOCH"):
        assert f"--build-arg {name}=" in made
        assert re.search(rf"^ARG (?:\w+=? )*{name}=", lines, re.MULTILINE)


def test_the_build_is_given_of_git_what_names_the_commit_and_nothing_of_it_is_kept() -> None:
    lines = (ROOT / "Dockerfile").read_text()
    build, final = lines.split("\nFROM ${BASE}\n")
    given = (ROOT / ".dockerignore").read_text().splitlines()
    assert [each for each in given if ".git" in each] == [
        *("!.git/HEAD", "!.git/packed-refs", "!.git/refs/heads")
    ]
    assert build.count("/git/") == build.count(".git/") - 1 == 2
    assert "/git" not in final
