"""Where templates stand: inside the wheel, or at the top of the clone; an outlet's own folder is looked through first."""

from pathlib import Path
from typing import Final

from digest.errors import RenderError

_PACKAGE: Final = Path(__file__).resolve().parent.parent


def templates_root() -> Path:
    """Return the folder that holds `email/` and `web/`: `digest/_templates` in a wheel, `templates/` in a clone."""
    for folder in (_PACKAGE / "_templates", _PACKAGE.parent / "templates"):
        if (folder / "email").is_dir():
            return folder
    raise RenderError(
        f"the templates are missing: neither {_PACKAGE / '_templates'} nor {_PACKAGE.parent / 'templates'}; install the package anew"
    )


def template_roots(override: Path | None = None) -> tuple[Path, ...]:
    """Return the folders to search, in order: `override` first, where it is given, so that it replaces file by file."""
    if override is None:
        return (templates_root(),)
    if not override.is_dir():
        raise RenderError(f"the folder of own templates is missing: {override}; make it or take the setting out")
    return (override, templates_root())
