"""How a contact is reached, as it is typed: which fields may be kept, and who has the same."""

from collections.abc import Mapping

from commands.contacts.detail_terms import TAKEN_OUT, EmailAddress, LanguageName, PhoneNumber
from commands.contacts.detail_views import field_name
from commands.contacts.lookup import among_own, care_of
from commands.framework import Role, impossible
from commands.framework.context import Context
from commands.framework.reply import Code
from commands.framework.spec import ParameterGroup
from storage.contacts.contacts import Contacts
from storage.contacts.details import ContactDetails, DetailChoices, DetailField
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Contact
from storage.turf.absences import Absences

Given = Mapping[DetailField, str | None]
"""Details as they are typed, by field; None takes one out."""


@dataclass(frozen=True, slots=True)
class Reach(ParameterGroup):
    """How somebody is reached, where a keeper lets that be kept.

    phone: their phone number, or - to delete it
    email: their e-mail address, or - to delete it
    language: the language they like to speak, or - to delete it
    """

    phone: PhoneNumber | None = None
    email: EmailAddress | None = None
    language: LanguageName | None = None

    @property
    def given(self) -> Given:
        """What was typed."""
        typed = {
            DetailField.PHONE: self.phone,
            DetailField.EMAIL: self.email,
            DetailField.LANGUAGE: self.language,
        }
        return {
            field: None if value == TAKEN_OUT else value
            for field, value in typed.items()
            if value is not None
        }


async def check_kept(reach: Reach, choices: DetailChoices) -> Given:
    """Return what was typed, if all of it may be kept. Raises Refusal."""
    given = reach.given
    kept = await choices.kept() if given else {}
    for field in given:
        if field not in kept:
            raise impossible(
                "I saved nothing: {field} of contacts is switched off here. A keeper of the "
                "data can switch it on: {on}",
                field=field_name(field),
                on=Code(f'!fields on {field.value} why="to call before the vote"'),
            )  # fmt: skip
    return given


async def who_has_it_too(
    ctx: Context,
    contact: Contact,
    given: Given,
    details: ContactDetails,
    contacts: Contacts,
    absences: Absences,
) -> dict[DetailField, list[Contact]]:
    """Whoever has the same phone number or address: among one's own people or, for leads, all."""
    found: dict[DetailField, list[Contact]] = {}
    for field, value in given.items():
        if value is None or field is DetailField.LANGUAGE:
            continue
        same = [one for one in await details.who_has(field, value) if one != contact.id]
        if ctx.role < Role.LEAD:
            mine = await among_own(contacts).among(await care_of(absences, ctx), same)
            same = [one for one in same if one in mine]
        if same:
            found[field] = await contacts.all(same)
    return found
