#!/bin/sh
# Babel 2.18.0: extraction from Python loses a marked sentence when a call that is no keyword stands between
# it and an outer keyword's call.
#
# One would guess: _("nobody") is found wherever it stands, as it is inside print(), inside a list, and
# directly among the arguments of another keyword.
# What happens: line("Sent to {who}.", who=_("nobody")) gives both sentences; with str() or Strong() around
# the inner one, line("Sent to {who}.", who=str(_("nobody"))) gives the outer one alone, without a warning.
# The catalogue lacks the sentence, and nobody ever translates it. Seen when our function of a line became a
# keyword of its own; we read the syntax tree instead.
# Seen on 2026-11-30 with Babel 2.18.0 and Python 3.11:
#   direct:   ['Sent to {who}.', 'nobody']
#   between:  ['Sent to {who}.']
#   no outer: ['nobody']
set -eu
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT
python3 -m venv "$there/venv"
"$there/venv/bin/pip" install -q --disable-pip-version-check babel==2.18.0
"$there/venv/bin/python" - <<'END'
import io

from babel.messages.extract import extract


def found(source: str) -> list[str]:
    keywords = {"_": None, "line": None}
    return [each[1] for each in extract("python", io.BytesIO(source.encode()), keywords=keywords)]


direct = found('line("Sent to {who}.", who=_("nobody"))\n')
between = found('line("Sent to {who}.", who=str(_("nobody")))\n')
no_outer = found('print("Sent to {who}.", str(_("nobody")))\n')
print(direct, between, no_outer, sep="\n")
assert direct == ["Sent to {who}.", "nobody"]
assert between == ["Sent to {who}."]
assert no_outer == ["nobody"]
END
