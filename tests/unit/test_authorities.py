"""The usual certificate authorities are read with the first connection, and nobody is trusted without them."""

import subprocess
import sys
from pathlib import Path

import pytest

from demo.certificates import CertificateAuthority
from tests.support.small_homeserver import certified, small_homeserver

ROOT = Path(__file__).resolve().parents[2]

ASK = """
import asyncio, ssl, sys
from bot.matrix import authorities
assert "set_default_verify_paths" not in vars(ssl.SSLContext), "everybody else reads them as ever"
from bot.matrix.client import Client, NotNow
from aiohttp import connector
checks = connector._SSL_CONTEXT_VERIFIED
assert checks.get_ca_certs() == [] and checks.verify_mode.name == "CERT_REQUIRED" and checks.check_hostname
READ
async def ask():
    client = Client(sys.argv[1], "@steward:here", patience=5)
    try:
        return await client.request("GET", "/_matrix/client/versions")
    except NotNow as later:
        return later.outage.name
    finally:
        await client.close()
print(asyncio.run(ask()))
"""


@pytest.fixture
def authority(tmp_path: Path) -> CertificateAuthority:
    return CertificateAuthority(tmp_path)


def asked(url: str, usual: Path, *, ahead: bool = False) -> str:
    """What a new process hears there, whose usual authorities are those of a file."""
    done = subprocess.run(  # noqa: S603  (this interpreter)
        [sys.executable, "-c", ASK.replace("READ", "authorities.read()" if ahead else ""), url],
        cwd=ROOT,
        env={"SSL_CERT_FILE": str(usual), "SSL_CERT_DIR": str(usual.parent / "none")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("ahead", [False, True])
def test_who_is_certified_by_the_usual_authorities_is_trusted(
    authority: CertificateAuthority, *, ahead: bool
) -> None:
    with small_homeserver(tls=certified(authority)) as homeserver:
        assert "versions" in asked(homeserver.url, authority.file, ahead=ahead)


@pytest.mark.parametrize("ahead", [False, True])
def test_nobody_else_is(authority: CertificateAuthority, tmp_path: Path, *, ahead: bool) -> None:
    none = tmp_path / "none.pem"
    none.write_text("")
    with small_homeserver(tls=certified(authority)) as homeserver:
        assert asked(homeserver.url, none, ahead=ahead) == "CERTIFICATE"
    with small_homeserver(tls=certified(authority, host="localhost")) as homeserver:
        assert asked(homeserver.url, authority.file, ahead=ahead) == "CERTIFICATE"
