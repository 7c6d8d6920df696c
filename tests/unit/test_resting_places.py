"""A new passphrase, and the end of everything, name the other places where the old passphrase lies."""

from pathlib import Path

import pytest

from bot.config import load
from bot.keys.resting_places import ConfiguredBot, others
from tests.unit.test_cli import PASSPHRASE, place, secret, steward, with_keys

__all__ = ["place"]


def unit(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["[Service]", *lines, ""]))
    return path


def found(place: Path, *, usual: tuple[str, ...] = ()) -> list[str]:
    path = place / "config.toml"
    if not path.exists():
        with_keys(place)
    return others(ConfiguredBot(path, load(path)), units=[str(place / "units")], usual=usual)


@pytest.mark.parametrize(
    "line",
    [
        "LoadCredential=steward-passphrase:/etc/steward/passphrase",
        "LoadCredential= steward-passphrase:/etc/steward/passphrase",
        "LoadCredentialEncrypted=steward-passphrase:/etc/steward/passphrase",
    ],
)
@pytest.mark.parametrize(
    "name", ["steward.service", "steward.service.d/override.conf", "s.container"]
)
def test_a_file_that_a_service_hands_over_is_named(place: Path, line: str, name: str) -> None:
    unit(place / "units", name, line)
    assert found(place) == ["/etc/steward/passphrase"]


def test_a_service_that_holds_it_itself_is_named(place: Path) -> None:
    held = unit(place / "units", "steward.service", "SetCredential=steward-passphrase: words words")
    assert found(place) == [str(held)]


def test_what_holds_none_is_not_named(place: Path) -> None:
    """A socket asks a person; other credentials are none of ours."""
    unit(
        place / "units",
        "steward.service",
        "LoadCredential=",
        "LoadCredential=steward-passphrase:/run/steward-passphrase.sock",
        "LoadCredential=another:/etc/another",
        "# LoadCredential=steward-passphrase:/etc/once",
    )
    assert found(place, usual=(str(place / "nothing"),)) == []


def test_files_where_the_documents_put_it_are_named_once(place: Path) -> None:
    usual, compose = place / "etc", place / "secrets" / "passphrase"
    secret(usual, PASSPHRASE)
    compose.parent.mkdir()
    secret(compose, PASSPHRASE)
    unit(place / "units", "steward.service", f"LoadCredential=steward-passphrase:{usual}")
    # The configured one is told by itself.
    assert found(place, usual=(str(usual), str(place / "passphrase"))) == [str(usual), str(compose)]


def test_a_folder_that_is_closed_counts_as_holding_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = Path("/etc/steward/passphrase")
    plainly = Path.stat

    def stat(path: Path, **more: bool) -> object:
        if path == closed:
            raise PermissionError
        return plainly(path, **more)

    path = with_keys(place)
    bot = ConfiguredBot(path, load(path))
    monkeypatch.setattr(Path, "stat", stat)
    assert others(bot, units=(), usual=[str(closed)]) == [str(closed)]


def test_what_a_service_hands_to_another_bot_is_not_named(place: Path) -> None:
    """Whoever destroyed it would keep the first bot from starting."""
    usual = place / "etc"
    secret(usual, PASSPHRASE)
    handed = f"LoadCredential=steward-passphrase:{usual}"
    unit(place / "units", "steward.service", "ExecStart=/x run --config /srv/first.toml", handed)
    assert found(place, usual=(str(usual),)) == []
    # The control: it is handed to this one as well.
    ours = f"ExecStart=/x run --config {place / 'config.toml'}"
    unit(place / "units", "second.service", ours, handed)
    assert found(place, usual=(str(usual),)) == [str(usual)]


def test_what_adds_to_a_service_is_of_the_bot_that_it_starts(place: Path) -> None:
    unit(place / "units", "steward.service", "ExecStart=/x run --config /srv/first.toml")
    handed = "LoadCredential=steward-passphrase:/etc/steward/passphrase"
    unit(place / "units", "steward.service.d/override.conf", handed)
    assert found(place) == []


def test_beside_another_bot_it_is_asked_whose_it_is(place: Path) -> None:
    usual = place / "etc"
    secret(usual, PASSPHRASE)
    secret(place / "second.toml", 'homeserver = "https://example.org"')
    asked = f"{usual} (is it this bot's, or that of second.toml?)"
    assert found(place, usual=(str(usual),)) == [asked]


def test_a_new_passphrase_names_them(place: Path) -> None:
    config = with_keys(place)
    compose = place / "secrets" / "passphrase"
    compose.parent.mkdir()
    secret(compose, PASSPHRASE)
    secret(place / "new", "another long passphrase")
    new = ("--new-passphrase-file", place / "new", "--fast-kdf")
    done = steward("passphrase", "--config", config, *new)
    assert done.returncode == 0, done.stderr
    assert f"Put the new passphrase into {place / 'passphrase'}" in done.stderr
    assert f"or the service does not start again:\n  {compose}\n" in done.stderr
    assert "Is it written elsewhere (a password manager" in done.stdout


def test_panic_names_those_that_it_does_not_reach(place: Path) -> None:
    config = with_keys(place)
    compose = place / "secrets" / "passphrase"
    compose.parent.mkdir()
    secret(compose, PASSPHRASE)
    done = steward("panic", "--yes", "--config", config)
    assert done.returncode == 0, done.stderr
    assert not (place / "passphrase").exists()
    assert f"Destroy it there, as root (shred -u FILE):\n  {compose}\n" in done.stderr
    assert compose.exists()
