"""Whom the words of a spoken line may name: among one's own people, or, for leads, among everybody's."""

from collections.abc import Sequence

from commands.contacts.lookup import bearers_in_care
from commands.framework.context import Context
from commands.one_on_ones.spoken.grammar import LONGEST_NAME, Names
from commands.one_on_ones.spoken.pieces import Piece
from commands.shared.look_ups import Looking
from storage.contacts.contacts import Contacts
from storage.core.database import Transaction
from storage.core.model import Contact

NEAR_THE_BEGINNING = 12
"""Pieces among which names are looked for; what stands farther back is a note."""
SHORTEST = 2
"""Letters of a word that may be a name."""


async def names_in(pieces: Sequence[Piece], ctx: Context, tx: Transaction) -> Names:
    """Find every run of words that names somebody whom the person may see anyway. Costs no look-up."""
    contacts = Contacts(tx, ctx.committee.id, ctx.today)
    looking = Looking(ctx, tx)
    care = None if looking.everybody else await looking.care()
    known: dict[str, tuple[Contact, ...]] = {}

    async def bearers(words: str) -> tuple[Contact, ...]:
        if words not in known:
            known[words] = tuple(await bearers_in_care(words, contacts, care))
        return known[words]

    found: dict[tuple[int, int], tuple[Contact, ...]] = {}
    for at, piece in enumerate(pieces[:NEAR_THE_BEGINNING]):
        if not _may_name(piece) or not (alone := await bearers(piece.text)):
            continue
        found[at, at + 1] = alone
        for end in range(at + 2, min(at + LONGEST_NAME, len(pieces)) + 1):
            last = pieces[end - 1]
            if pieces[end - 2].ends or not _may_name(last) or last.quoted:
                break
            several = await bearers(" ".join(each.text for each in pieces[at:end]))
            if several:
                found[at, end] = several
    return found


def _may_name(piece: Piece) -> bool:
    plain = piece.plain.replace(" ", "")
    letters = len(plain) >= SHORTEST or any(ord(char) > 0x2E7F for char in plain)
    return piece.key is None and letters and not any(char.isdigit() for char in plain)
