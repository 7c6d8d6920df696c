#!/bin/sh
# Verification by emoji (m.sas.v1) of matrix-nio 0.26.0 fits no client that follows the specification.
#
# One would guess that a library that implements m.sas.v1 can be verified from Element and the like,
# perhaps with the older message authentication code it offers (hkdf-hmac-sha256).
#
# What happens: whoever accepts commits to their key with sha256 in *unpadded base64* (specification,
# "Key verification framework", m.key.verification.accept: 43 characters). nio writes 64 hexadecimal
# digits, and compares with the like. So each side finds that the other's commitment does not match,
# and cancels (m.mismatched_commitment): nothing is trusted by mistake, but nobody is verified. Two nio
# clients do verify each other. Beside that, it offers "hkdf-hmac-sha256" alone and computes what
# newer clients call "hkdf-hmac-sha256.v2".
#
# matrix-nio[e2e] 0.26.0 with vodozemac 0.10, Python 3.11, 29 November 2026. Output then:
#   commitment of nio: 64 characters, hexadecimal; of the specification: 43
#   codes offered: hkdf-hmac-sha256
#   code computed under that name: as .v2
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/python" -m pip install -q --disable-pip-version-check 'matrix-nio[e2e]==0.26.0'
"$place/venv/bin/python" - <<'PY'
import base64
import hashlib
import re
import sys

import vodozemac
from nio import KeyVerificationStart
from nio.api import Api
from nio.crypto import OlmDevice
from nio.crypto.sas import Sas

theirs = vodozemac.Account()
keys = {
    "ed25519": theirs.ed25519_key.to_base64(),
    "curve25519": theirs.curve25519_key.to_base64(),
}
start = {
    "from_device": "PHONE",
    "method": "m.sas.v1",
    "transaction_id": "t1",
    "key_agreement_protocols": ["curve25519-hkdf-sha256"],
    "hashes": ["sha256"],
    "message_authentication_codes": ["hkdf-hmac-sha256.v2", "hkdf-hmac-sha256"],
    "short_authentication_string": ["decimal", "emoji"],
}
event = KeyVerificationStart.from_dict(
    {"sender": "@ana:example.org", "type": "m.key.verification.start", "content": start}
)
own = vodozemac.Account().ed25519_key.to_base64()
sas = Sas.from_key_verification_start(
    "@bot:example.org", "BOT", own, OlmDevice("@ana:example.org", "PHONE", keys), event
)
accept = sas.accept_verification().content
said = accept["commitment"]
right = base64.b64encode(
    hashlib.sha256((sas.pubkey + Api.to_canonical_json(start)).encode()).digest()
).decode().rstrip("=")
print(
    f"commitment of nio: {len(said)} characters,",
    "hexadecimal;" if re.fullmatch("[0-9a-f]+", said) else "something else;",
    f"of the specification: {len(right)}",
)
print("codes offered:", ", ".join(Sas._mac_v1))
other = vodozemac.Sas()
public = other.public_key
sas.establish_sas(public.to_base64())
sas.sas_accepted = True
mac = sas.get_mac().content["mac"]["ed25519:BOT"]
info = "MATRIX_KEY_VERIFICATION_MAC@bot:example.orgBOT@ana:example.orgPHONEt1ed25519:BOT"
mine = other.diffie_hellman(vodozemac.Curve25519PublicKey.from_base64(sas.pubkey))
as_v2 = mac == mine.calculate_mac(own, info)
as_old = mac == mine.calculate_mac_invalid_base64(own, info)
print("code computed under that name:", "as .v2" if as_v2 else "as the old one" if as_old else "?")
still = re.fullmatch("[0-9a-f]{64}", said) and said != right and as_v2 and not as_old
sys.exit(0 if still and Sas._mac_v1 == ["hkdf-hmac-sha256"] else 1)
PY
