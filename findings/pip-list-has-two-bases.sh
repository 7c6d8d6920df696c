#!/bin/sh
# pip 26.3 and uv: in one list of requirements, ./a.whl is looked for in the folder one types in, and
# `-r more.txt` in the folder of the list.
#
# One would guess: what stands in a file is relative to the file, as `-r` and `-c` in it are; so a folder
# with a wheel, its lock and a list of both can be installed from anywhere: pip install -r release/list.txt.
# What happens: `-r` is found, and the wheel beside it is not: "looks like a path. File './one' does not
# exist". Typed from the folder itself both are found. Whoever publishes such a list has to say: cd there.
# Seen on 2026-11-30 with pip 26.3, uv 0.9.18 and Python 3.11:
#   pip: a list beside found, a project beside missing, from its own folder found; uv: the same
set -eu
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT
python3 -m venv "$there/venv"
"$there/venv/bin/pip" install -q --disable-pip-version-check pip==26.3 uv==0.9.18 setuptools==80.9.0
mkdir -p "$there/release/one" "$there/elsewhere"
printf '[project]\nname = "one"\nversion = "1"\n[tool.setuptools]\npy-modules = []\n' \
    >"$there/release/one/pyproject.toml"
echo '# nothing more' >"$there/release/more.txt"
echo '-r more.txt' >"$there/release/list-beside.txt"
echo './one' >"$there/release/project-beside.txt"

installs() { # pip|uv, a folder to type in, a list
    cd "$there/$2"
    case $1 in
    pip) set -- "$there/venv/bin/python" -m pip install -q --dry-run --no-deps --no-build-isolation -r "$3" ;;
    uv) set -- "$there/venv/bin/uv" pip install -q --python "$there/venv" --dry-run --no-deps \
        --no-build-isolation -r "$3" ;;
    esac
    if "$@" >"$there/said" 2>&1; then echo found; else echo missing; fi
}

for tool in pip uv; do
    list=$(installs $tool elsewhere ../release/list-beside.txt)
    project=$(installs $tool elsewhere ../release/project-beside.txt)
    own=$(installs $tool release project-beside.txt)
    echo "$tool: a list beside $list, a project beside $project, from its own folder $own"
    test "$list $project $own" = "found missing found"
done
