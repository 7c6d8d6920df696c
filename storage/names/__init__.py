"""Names of people: folding, search keys, and judging whether two names are one person's."""

from storage.names.folding import folded, full_key, words
from storage.names.identity import fits_a_number, fits_an_address
from storage.names.keys import alone_under, findable, keys, other_spellings, same_name
from storage.names.likeness import USUAL, Commonness, akin, alike, evidence, is_short, rarity
from storage.names.spelling import Spelling, spelled
from storage.names.vocabulary import beginnings, parted

__all__ = [
    "USUAL",
    "Commonness",
    "Spelling",
    "akin",
    "alike",
    "alone_under",
    "beginnings",
    "evidence",
    "findable",
    "fits_a_number",
    "fits_an_address",
    "folded",
    "full_key",
    "is_short",
    "keys",
    "other_spellings",
    "parted",
    "rarity",
    "same_name",
    "spelled",
    "words",
]
