#!/bin/sh
# babel 2.18.0: the names of months in one language come out in another, depending on which was used before.
#
# One would guess: what format_date says in a language depends on the date, the pattern and the language.
# What happens: languages share the data that they inherit from CLDR's root. Where root refers to another part
# of itself, Babel resolves that for the language that is asked first, and writes the result into the shared
# data. Whatever language is loaded later and inherits the same part gets the first one's names. After Chinese,
# French months that stand alone ("LLLL") are Chinese; after Japanese, Dutch ones are Japanese. Names within a
# date ("MMMM") are right. Nothing fails, and a process that uses one language never shows it.
# Seen on 2026-11-30 with Babel 2.18.0 and Python 3.11:
#   fr alone: février 2026
#   fr after zh_Hans: 二月 2026
#   nl alone: februari 2026
#   nl after ja: 2月 2026
set -eu
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT
python3 -m venv "$there/venv"
"$there/venv/bin/pip" install -q --disable-pip-version-check babel==2.18.0
cat > "$there/month.py" <<'END'
import sys
from datetime import date

from babel.dates import format_date

for locale in sys.argv[1:]:
    said = format_date(date(2026, 2, 5), "LLLL y", locale=locale)
print(said)
END
say() { "$there/venv/bin/python" "$there/month.py" "$@"; }
french=$(say fr) after_chinese=$(say zh_Hans fr) dutch=$(say nl) after_japanese=$(say ja nl)
printf '%s\n' "fr alone: $french" "fr after zh_Hans: $after_chinese" "nl alone: $dutch" "nl after ja: $after_japanese"
test "$french" = "février 2026" && test "$after_chinese" = "二月 2026" &&
    test "$dutch" = "februari 2026" && test "$after_japanese" = "2月 2026"
