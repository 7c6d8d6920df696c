#!/bin/sh
# Install the command `steward` for everybody who may look after the bot: `make install PREFIX=/usr/local`.
#
#   install-command.sh VENV                   with PREFIX, and where they differ SERVICE_USER and SERVICE_HOME
#   install-command.sh --before PYTHON VENV   only look whether it would work, before anything is installed
#
# The bot's user has to be able to read and start the program, and nobody but its owner to change it. What
# can be opened for that is opened: never the folders above, and never .git, which may hold a password.
set -eu
umask 022
before=''
if [ "$1" = --before ]; then before=$2 && shift 2; fi
venv=$1 tree=$(cd "$(dirname "$0")/.." && pwd)
if [ "$(id -u)" = 0 ]; then user=${SERVICE_USER:-steward}; else user=${SERVICE_USER:-$(id -un)}; fi

refuse() {
    printf '%s\n' "$@" >&2
    exit 1
}

id "$user" >/dev/null 2>&1 || refuse "There is no user $user on this machine, whom the bot would belong to." \
    "Make one:  useradd --system --home-dir /var/lib/steward --shell /usr/sbin/nologin steward" \
    "or name another:  make install PREFIX=$PREFIX SERVICE_USER=NAME"
home=${SERVICE_HOME:-$(getent passwd "$user" | cut -d: -f6)}
[ -d "$home" ] || refuse "$home, the folder of the user $user, is not there." \
    "Make it:  install -d -m 0700 -o $user -g $user $home"

as_user() {
    if [ "$(id -un)" = "$user" ]; then "$@"; elif command -v runuser >/dev/null; then
        runuser -u "$user" -- "$@"
    else sudo -u "$user" "$@"; fi
}

closed_at() { # the first folder above a file that the bot's user may not enter
    above='' rest=${1#/}
    while [ -n "$rest" ]; do
        above=$above/${rest%%/*}
        case $rest in */*) rest=${rest#*/} ;; *) rest='' ;; esac
        as_user test -x "$above" || { printf '%s' "$above" && return; }
    done
}

closed_to_user() { # refuse a program that the bot's user cannot reach
    closed=$(closed_at "$1")
    [ -z "$closed" ] || refuse "The user $user cannot start $1: $closed is closed to them." \
        "Use a Python of the system, in a place that is open:  rm -rf $venv, then" \
        "make install PREFIX=$PREFIX PYTHON=/usr/bin/python3"
}

if [ -n "$before" ]; then
    [ ! -e "$venv/bin/python" ] || before=$venv/bin/python
    closed_to_user "$(readlink -f "$("$before" -c 'import sys; print(sys.executable)')")"
    exit 0
fi

cd "$tree"
"$venv/bin/python" -m bot.process.origin "$(git describe --always --exclude='*' --abbrev=12 \
    --dirty=-changed 2>/dev/null || :)" requirements/run.txt
# Compiled once, by whoever owns the files: the bot may not write there, and would do it at every start.
"$venv/bin/python" -m compileall -q -j 0 bot commands storage "$venv"/lib/python3.*/site-packages \
    >/dev/null 2>&1 || :
chmod -R go+rX,go-w bot commands storage locales requirements/run.txt pyproject.toml "$venv"
chmod go+rx "$tree" requirements

closed_to_user "$venv/bin/steward"
closed_to_user "$(readlink -f "$venv/bin/python")"
(cd / && as_user "$venv/bin/steward" --version >/dev/null) ||
    refuse "The user $user cannot start $venv/bin/steward."

mkdir -p "${DESTDIR:-}$PREFIX/bin"
sed -e "s|@PREFIX@|$PREFIX|" -e "s|@USER@|$user|" -e "s|@HOME@|$home|" \
    -e "s|@PROGRAM@|$venv/bin/steward|" deploy/steward.sh >"${DESTDIR:-}$PREFIX/bin/steward.new"
chmod 0755 "${DESTDIR:-}$PREFIX/bin/steward.new"
mv -f "${DESTDIR:-}$PREFIX/bin/steward.new" "${DESTDIR:-}$PREFIX/bin/steward"
echo "Ready: $PREFIX/bin/steward --help   (as the user $user, in $home)"
