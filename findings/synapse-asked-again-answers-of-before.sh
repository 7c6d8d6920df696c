#!/bin/sh
# Synapse 1.163.2: whoever asks /sync again from the same token is told what was true the first time.
#
# One would guess: `since` says where to begin, and what comes is everything from there until now. A client that
# was killed before it kept the next token asks again, and hears of whatever happened meanwhile.
# What happens: for two minutes Synapse gives the same question of the same device the answer it gave before, its
# `next_batch` included. Who was put out of a room in between is still a member in it, so that what is done before
# the next answer, such as sharing the key of a room, is done for somebody who left. Another `timeout` makes it a
# new question, which hears all, and a client that comes back mostly asks with the one it always has.
# Seen on 2026-12-01 with Synapse 1.163.2:
#   asked first: ['one']
#   asked again after a message and a ban: ['one'], the same next_batch
#   asked again with another timeout: ['one', 'two', 'ban']
set -eu
place=$(mktemp -d)
trap 'test -z "${server:-}" || kill "$server" 2>/dev/null || true; rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" --disable-pip-version-check -q install matrix-synapse==1.163.2
cd "$place"
port=$("$place/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat > log.yaml <<'END'
{"version": 1, "root": {"level": "ERROR"}, "disable_existing_loggers": false}
END
cat > homeserver.yaml <<END
server_name: chapter.test
pid_file: $place/pid
log_config: $place/log.yaml
media_store_path: $place/media
signing_key: "ed25519 a_1 $("$place/venv/bin/python" -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode().rstrip("="))')"
registration_shared_secret: here
macaroon_secret_key: here
form_secret: here
report_stats: false
trusted_key_servers: []
database: {name: sqlite3, args: {database: $place/homeserver.db}}
listeners: [{port: $port, type: http, bind_addresses: ["127.0.0.1"], resources: [{names: [client]}]}]
END
"$place/venv/bin/python" -m synapse.app.homeserver -c homeserver.yaml >output 2>&1 &
server=$!
PORT=$port "$place/venv/bin/python" - <<'END'
import hashlib
import hmac
import json
import os
import time
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

BASE = f"http://127.0.0.1:{os.environ['PORT']}"


def ask(method, path, body=None, token=""):
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(BASE + path, data, {"Authorization": f"Bearer {token}"}, method=method)) as answer:
        return json.load(answer)


def person(name):
    nonce = ask("GET", "/_synapse/admin/v1/register")["nonce"]
    told = f"{nonce}\0{name}\0secret\0notadmin".encode()
    account = {"nonce": nonce, "username": name, "password": "secret", "admin": False}
    account["mac"] = hmac.new(b"here", told, hashlib.sha1).hexdigest()
    return ask("POST", "/_synapse/admin/v1/register", account)["access_token"]


for _ in range(300):
    try:
        ask("GET", "/_matrix/client/versions")
        break
    except URLError:
        time.sleep(0.2)
CLIENT = "/_matrix/client/v3"
ana, ben = person("ana"), person("ben")
room = ask("POST", f"{CLIENT}/createRoom", {"invite": ["@ben:chapter.test"]}, ana)["room_id"]
ask("POST", f"{CLIENT}/join/{quote(room)}", {}, ben)
since = ask("GET", f"{CLIENT}/sync", token=ana)["next_batch"]


def say(word):
    path = f"{CLIENT}/rooms/{quote(room)}/send/m.room.message/{word}"
    ask("PUT", path, {"msgtype": "m.text", "body": word}, ana)


def sync(more=""):
    answer = ask("GET", f"{CLIENT}/sync?since={since}{more}", token=ana)
    came = answer["rooms"]["join"][room]["timeline"]["events"]
    return [e["content"].get("body") or e["content"]["membership"] for e in came], answer["next_batch"]


say("one")
first = sync()
say("two")
ask("POST", f"{CLIENT}/rooms/{quote(room)}/ban", {"user_id": "@ben:chapter.test"}, ana)
again, other = sync(), sync("&timeout=1")
print("asked first:", first[0])
same = ", the same next_batch" if again[1] == first[1] else ""
print(f"asked again after a message and a ban: {again[0]}{same}")
print("asked again with another timeout:", other[0])
assert first == again and first[0] == ["one"], (first, again)
assert other[0] == ["one", "two", "ban"], other
END
