"""What a section's block asks of its editor beyond the items: the fields that the newsletter's theme declares, in the form."""

from collections.abc import Mapping

from digest.compose.typed import checked_address
from digest.errors import RenderError
from digest.model.edition import Edition
from digest.render.fields import BlockField, fields_of
from digest.store import editions, newsletters
from digest.web.form import Field
from digest.web.house import House
from digest.web.values import OWN, section_of


def own_fields(house: House, edition: Edition, place: str) -> tuple[Field, ...]:
    """Return the fields of the section in hand; none for an item, and none where the theme is at fault, which the preview says."""
    return tuple(
        Field(
            name=f"{OWN}{field.name}",
            label=field.label,
            value="",
            kind="text" if field.kind == "text" else "address" if field.kind == "address" else "line",
            hint=field.hint,
        )
        for field in _declared(house, edition, place)
    )


def addresses_in_own(house: House, edition_id: int, place: str, typed: Mapping[str, str]) -> None:
    """Raise InputError where a field that takes an address was filled with something else."""
    given = {name.removeprefix(OWN): text for name, text in typed.items() if name.startswith(OWN) and text.strip()}
    if not given:
        return
    with house.database.reading() as session:
        edition = editions.content(session, edition_id, editions.get(session, edition_id).revision)
    for field in _declared(house, edition, place):
        if field.kind == "address" and field.name in given:
            checked_address(given[field.name])


def _declared(house: House, edition: Edition, place: str) -> tuple[BlockField, ...]:
    section = section_of(edition, place)
    if section is None:
        return ()
    with house.database.reading() as session:
        newsletter = newsletters.get(session, edition.newsletter_id)
    try:
        theme = house.press.theme(newsletter.theme)
        return fields_of(theme.settings, section.key) if section.key in theme.blocks else ()
    except RenderError:
        return ()
