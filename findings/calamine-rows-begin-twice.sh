#!/bin/sh
# python-calamine 0.9.1: iter_rows() of a list that begins in C3 gives the empty rows above it and not the
# empty columns before it.
#
# One would guess: row n, cell m of iter_rows() is row n, column m of the sheet (as in to_python() with
# skip_empty_area=False), or both are counted from the first filled cell (as in to_python()). Sheets
# whose list begins in A1, as nearly all do, show no difference.
# What happens: rows are counted from 1, and cells from the first filled column. Whoever tells people
# "column C of line 3" by these numbers is right about the line and wrong about the column.
# Seen on 2026-11-29 with python-calamine 0.9.1 and Python 3.11:
#   iter_rows():                       [['', ''], ['', ''], ['Name', 'Team']]
#   to_python():                       [['Name', 'Team']]
#   to_python(skip_empty_area=False):  [['', '', '', ''], ['', '', '', ''], ['', '', 'Name', 'Team']]
set -eu
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT
python3 -m venv "$there/venv"
"$there/venv/bin/pip" install -q --disable-pip-version-check python-calamine==0.9.1 openpyxl==3.1.5
"$there/venv/bin/python" - "$there/list.xlsx" <<'END'
import sys

import openpyxl
from python_calamine import CalamineWorkbook

book = openpyxl.Workbook()
book.active["C3"], book.active["D3"] = "Name", "Team"
book.save(sys.argv[1])
sheet = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0)
rows, filled, whole = list(sheet.iter_rows()), sheet.to_python(), sheet.to_python(skip_empty_area=False)
print(rows, filled, whole, sep="\n")
assert rows == [["", ""], ["", ""], ["Name", "Team"]]
assert filled == [["Name", "Team"]]
assert whole == [["", "", "", ""], ["", "", "", ""], ["", "", "Name", "Team"]]
END
