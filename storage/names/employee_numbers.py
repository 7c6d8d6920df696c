"""Employers' numbers for people, normalised for comparison. Pure; the index of listings holds the result."""

KEY = (
    "CASE WHEN {row}.external_id GLOB '*[^0-9]*' THEN lower({row}.external_id) "
    "ELSE ltrim({row}.external_id, '0') END"
)
"""``number_key`` in SQL; ``{row}`` is the alias of a table that has numbers."""

_CAPITALS = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def number_key(number: str) -> str:
    """Return the number without leading zeros, because spreadsheets drop them: 00123 and 123 are one."""
    if not (number.isascii() and number.isdigit()):
        # ASCII alone, as SQLite's lower() has it.
        return number.translate(_CAPITALS)
    return number.lstrip("0")
