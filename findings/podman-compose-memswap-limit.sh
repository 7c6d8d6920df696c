#!/bin/sh
# podman-compose 1.6.0 leaves memswap_limit out, without a word.
#
# One would guess: memswap_limit of a compose file, which the specification has beside mem_limit, becomes
# Podman's --memory-swap, as mem_limit becomes --memory; or somebody is told that it does not.
# What happens: "podman create" gets -m alone. Podman then allows as much swap again (podman-run(1): "By
# default, it is set to double" the memory), so that a service that asked for no swap at all may be written
# to a disk. Seen when compose.yaml, which asks for no swap so that keys reach no disk, was tried with
# Podman; on a machine with swap the bot then holds no secret polls, and deploy/README.md says so.
# Seen on 2026-11-30 with podman-compose 1.6.0 and Python 3.11 (Podman itself is a stub here):
#   mem_limit: 64m, memswap_limit: 64m
#   ... -m 64m ...            (no --memory-swap)
set -eu
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT
python3 -m venv "$there/venv"
"$there/venv/bin/pip" install -q --disable-pip-version-check podman-compose==1.6.0 2>/dev/null
cat >"$there/podman" <<'END'
#!/bin/sh
case ${1:-} in
--version) echo "podman version 5.4.0" ;;
ps) echo "[]" ;;
esac
END
chmod +x "$there/podman"
cat >"$there/compose.yaml" <<'END'
services:
  one:
    image: localhost/one
    mem_limit: 64m
    memswap_limit: 64m
END
cd "$there"
compose="$there/venv/bin/podman-compose --podman-path $there/podman"
made=$($compose --verbose --dry-run up -d 2>&1 | grep -- " create --name=.*_one_1")
echo "$made" | grep -o -- "-m 64m"
if echo "$made" | grep -q -- swap; then
    echo "It hands memswap_limit on now." >&2
    exit 1
fi
