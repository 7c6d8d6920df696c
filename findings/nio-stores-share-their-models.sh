#!/bin/sh
# Two stores of matrix-nio, each in a folder of its own, disturb each other when two threads use them.
#
# One would guess that a DefaultStore that is opened in a thread, in its own folder, for its own account,
# and used in that thread alone has nothing to do with one in another thread.
#
# What happens: all stores of a process share the classes of their tables, and every call binds those
# to its own file for as long as the call takes. A call of the other thread in that time reaches for a
# file that this thread never opened, or finds another account in it: InterfaceError, OperationalError or
# AssertionError, from run to run another, and what was to be saved is not. In one thread, with any number of stores, nothing of it is seen.
#
# matrix-nio[e2e] 0.26.0 with peewee 3.19.0, Python 3.11, 30 November 2026. Output then:
#   in one thread: 0 of 400 calls failed
#   in two threads: some failed
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/python" -m pip install -q --disable-pip-version-check 'matrix-nio[e2e]==0.26.0' 'peewee==3.19.0'
"$place/venv/bin/python" - "$place" <<'PY'
import sys
import threading
from pathlib import Path

from nio.crypto import OlmAccount
from nio.store import DefaultStore

CALLS = 200
failed = []


def use(folder):
    """Open a store and read and write its token of the last sync, over and over."""
    folder.mkdir()
    store = DefaultStore("@ana:example.org", folder.name, str(folder), "a pickle key")
    store.save_account(OlmAccount())
    for number in range(CALLS):
        try:
            store.save_sync_token(f"s{number}")
            store.load_sync_token()
        except Exception as error:
            failed.append(error)


def opened(folder):
    """The same, where opening may be what fails."""
    try:
        use(folder)
    except Exception as error:
        failed.append(error)


place = Path(sys.argv[1])
use(place / "ONE")
use(place / "TWO")
alone = len(failed)
print(f"in one thread: {alone} of {2 * CALLS} calls failed")

sys.setswitchinterval(1e-5)
threads = [threading.Thread(target=opened, args=(place / name,)) for name in ("THREE", "FOUR")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("in two threads:", "some failed" if len(failed) > alone else "none failed")
sys.exit(0 if not alone and failed else 1)
PY
