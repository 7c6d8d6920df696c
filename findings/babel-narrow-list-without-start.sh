#!/bin/sh
# babel 2.18.0: format_list(style="standard-narrow") raises KeyError in several languages.
#
# One would guess: a style of lists that CLDR has for every language ("a, b, c" in English) works in each, as
# "standard" and "standard-short" do.
# What happens: where CLDR inherits parts of the narrow pattern from another style, Babel's data for the locale
# keeps only those parts that differ, and format_list looks for "start" without going to the style they are
# inherited from. French, Portuguese and Chinese raise KeyError: 'start'; German does with style="unit-narrow".
# A bot that joins words so is well in English and German, and fails whoever reads it in French.
# Seen on 2026-11-30 with Babel 2.18.0 and Python 3.11:
#   en standard-narrow: a, b, c
#   de standard-narrow: a, b und c
#   fr standard-narrow: KeyError 'start'
#   pt_BR standard-narrow: KeyError 'start'
#   zh_Hans standard-narrow: KeyError 'start'
#   de unit-narrow: KeyError 'start'
set -eu
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT
python3 -m venv "$there/venv"
"$there/venv/bin/pip" install -q --disable-pip-version-check babel==2.18.0
"$there/venv/bin/python" - <<'END'
from babel.lists import format_list

failed = []
for locale, style in [
    *((each, "standard-narrow") for each in ("en", "de", "fr", "pt_BR", "zh_Hans")),
    ("de", "unit-narrow"),
]:
    try:
        said = format_list(["a", "b", "c"], style=style, locale=locale)
    except KeyError as error:
        said = f"KeyError {error}"
        failed.append(locale)
    print(f"{locale} {style}: {said}")
raise SystemExit(0 if failed == ["fr", "pt_BR", "zh_Hans", "de"] else "no longer so")
END
