#!/bin/sh
# Say why an environment does not fit the Python that is there or asked for; `make` calls this first.
#
#   fitting-python.sh VENV PYTHON [asked]     asked: somebody named the Python
set -eu
venv=$1 python=$2 asked=${3:-}

refuse() {
    printf '%s\n' "$@" >&2
    exit 1
}

short() { # the version of a Python as 3.11
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}

same() { # whether two folders are one, by whatever names
    [ "$(cd "$1" 2>/dev/null && pwd -P)" = "$(cd "$2" && pwd -P)" ]
}

if [ -z "$python" ]; then
    refuse "Steward needs Python 3.11 or newer; none was found." \
        "Install one, or name it: make PYTHON=/path/to/python3.12 install"
fi
if [ -n "$asked" ] || [ ! -e "$venv" ]; then
    version=$(short "$python") || refuse "$python is no Python that starts. Nothing was made."
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        refuse "$python is Python $version. Steward needs 3.11 or newer. Nothing was made." \
            "Name another: make PYTHON=/path/to/python3.12 install"
fi
[ -e "$venv/pyvenv.cfg" ] || exit 0

again="Make it anew: rm -r $venv, then type the same again. What the bot keeps is not in there."
made_for=$(sed -n 's/^version *= *\([0-9]*\.[0-9]*\).*/\1/p' "$venv/pyvenv.cfg")
now=$(short "$venv/bin/python") ||
    refuse "$venv was made with a Python that is not there any more ($made_for)." "$again"
[ "$now" = "$made_for" ] ||
    refuse "$venv was made with Python $made_for, and this machine has $now in its place now." "$again"
if [ -f "$venv/bin/steward" ]; then
    # Programs in there name its folder: moved or copied, they start another one or none.
    named=$(sed -n '1s/^#! *\(.*\)\/python.*/\1/p' "$venv/bin/steward")
    [ -z "$named" ] || same "$named" "$venv/bin" ||
        refuse "$venv was made in another folder ($named)." "$again"
fi
if [ -n "$asked" ]; then
    which='import sys; print(sys.base_prefix)'
    there=$("$venv/bin/python" -c "$which") wanted=$("$python" -c "$which")
    if [ "$now" != "$version" ] || ! same "$there" "$wanted"; then
        refuse "$venv has the Python of $there, and you asked for $python ($version)." "$again"
    fi
fi
