#!/bin/sh
# Install what a lock names into an environment, everything checked against its hashes; `make` calls this.
#
#   install-locked.sh VENV PYTHON WHICH     WHICH: run, demo or dev, as in requirements/WHICH.txt
#
# By uv what people try and build with: pip reads the whole index page of every package, which takes it
# longer than all the rest. By pip what operators run, and wherever pip was told of an index of its own
# (a mirror, or none), of which uv would not know. The locks are complete, so nothing is resolved again.
# Byte code is left to the first import, which compiles only what is used.
set -eu
venv=$1 python=$2 lock=requirements/$3.txt
into=$venv/bin/python

locked() { # a pip's options, then $words
    # shellcheck disable=SC2086
    "$@" --disable-pip-version-check install -q --no-compile --no-deps --require-hashes $words
}

# By the machine's pip, where there is one: Python's own would be unpacked in order to be replaced.
first() {
    words="--only-binary :all: -r $1"
    locked "$python" -m pip --python "$into" 2>/dev/null && return
    "$into" -m pip --version >/dev/null 2>&1 || "$into" -m ensurepip >/dev/null 2>&1 || {
        echo "Python's venv module is missing (Debian and Ubuntu: apt install python3-venv)." >&2
        exit 1
    }
    locked "$into" -m pip
}

# The few that are published as source only are built by the setuptools of build.txt, never by one that is
# fetched unchecked at that moment.
by_uv() {
    first requirements/uv.txt || return
    uv="$venv/bin/uv pip install -q --no-deps --require-hashes --no-build-isolation --python $into"
    $uv -r requirements/build.txt 2>/dev/null && $uv -r "$lock" 2>/dev/null
}

# Every second package goes to one of two processes.
by_pip() {
    first requirements/build.txt
    awk -v half="$venv/half" '/^[a-z0-9]/ { n++ } { print > (half n % 2) }' "$lock"
    words="--no-build-isolation -r $venv/half0"
    locked "$into" -m pip --require-virtualenv &
    other=$!
    words="--no-build-isolation -r $venv/half1"
    locked "$into" -m pip --require-virtualenv
    wait "$other"
    rm -f "$venv"/half?
}

told_of_an_index() {
    "$python" -m pip config list 2>/dev/null | grep -Eq '(^|\.)(index-url|no-index)='
}

if [ "$3" = run ] || told_of_an_index || ! by_uv; then
    by_pip
fi
