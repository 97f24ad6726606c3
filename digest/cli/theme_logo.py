"""Whether a theme's logo can be read where it stands: measured on the grounds of light and dark, as findings."""

from collections.abc import Iterator
from typing import Final

from digest.errors import NotReadable
from digest.gather.darkroom import develop_apart
from digest.model.edition import Finding, Severity
from digest.render.pictures import logo_file, logo_wishes
from digest.render.press import Press
from digest.render.theme import Theme

# Beyond this share of its pixels below 3:1 a mark has lost its words; a few faint ones are its shadows.
_VANISHES: Final = 1 / 3
_HEAVY: Final = 30_000


def logo_findings(press: Press, name: str) -> Iterator[Finding]:
    """Yield what is wrong with the logo's files: not there, not readable, coarse, heavy, or lost on a ground. An address is not asked."""
    theme = press.theme(name)
    logo = theme.settings.get("logo", {})
    for key in ("url", "dark"):
        named = str(logo.get(key) or "")
        if named and "://" not in named and logo_file(theme, named) is None:
            where = ", ".join(str(folder) for folder in theme.folders)
            yield _finding(
                Severity.BLOCK, f"[logo] {key} names {named!r}, and no such file is in {where}", "Put it there, or correct the name."
            )
    for wish in logo_wishes(theme):
        grounds = _grounds(theme, dark=wish.place == "logo-dark")
        file = wish.file.name if wish.file else wish.url
        try:
            made = develop_apart(
                wish.file.read_bytes() if wish.file else b"", width=wish.width, logo=True, grounds=tuple(ground for _, ground in grounds)
            )
        except NotReadable as error:
            yield _finding(Severity.BLOCK, f"the logo {file} cannot be used: {error}", "Save it as PNG or JPEG.")
            continue
        for (said, ground), share in zip(grounds, made.faint, strict=True):
            if share > _VANISHES:
                message = f"the logo {file} vanishes {said}: {share:.0%} of it has less contrast than 3:1 with {ground}"
                yield _finding(Severity.WARN, message, _remedy(said))
        if made.found[0] < 2 * wish.width:
            message = f"the logo {file} is {made.found[0]} px wide and shown {wish.width} wide: it is blurred on most screens"
            yield _finding(Severity.NOTE, message, f"Save it {2 * wish.width} px wide.")
        if len(made.body) > _HEAVY:
            message = f"the logo {file} weighs {len(made.body) // 1000} KB in every mail"
            yield _finding(Severity.NOTE, message, "Fewer colours or no shadow make it a tenth of that.")


def _grounds(theme: Theme, *, dark: bool) -> list[tuple[str, str]]:
    """What a logo stands on, in words and as a colour: paper, or the band of a theme that has one.

    In the dark the first logo keeps a light plate, unless it has a twin; on a band there is no plate, and the twin stands in both.
    """
    light_colours, dark_colours = theme.settings["light"], theme.settings["dark"]
    if "band" in light_colours:
        bands = [("on the band", light_colours["band"]), ("on the band in the dark", dark_colours.get("band", light_colours["band"]))]
        return bands if dark or not theme.settings["logo"].get("dark") else []
    return [("on dark paper", dark_colours["paper"])] if dark else [("on light paper", light_colours["paper"])]


def _remedy(said: str) -> str:
    if said == "on light paper":
        return "Draw it in darker colours, or give it a ground of its own."
    if said == "on dark paper":
        return "Draw the twin in light colours, or leave `dark` empty: the first one then keeps a light plate."
    return 'Give it a twin in light colours: dark = "…" in [logo].'


def _finding(severity: Severity, message: str, remedy: str) -> Finding:
    return Finding(code="logo", severity=severity, message=message, remedy=remedy)
