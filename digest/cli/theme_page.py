"""A theme on one page: specimens at two widths, in light and dark and as text; a template's fault is shown where the mail would be."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from digest.demo.pictures import SCENES, draw_picture
from digest.errors import ProcessError, RenderError
from digest.render.email import render_edition
from digest.render.fill import fill_html, fill_text
from digest.render.pictures import logo_wishes
from digest.render.press import open_press
from digest.render.specimen import SITE, VALUES, specimen_newsletter, specimens

_PUBLIC_URL: Final = "https://news.harbour.example"
_PICTURES: Final = f"{SITE}/pictures/"
_STYLE: Final = """
body{margin:0;padding:20px 24px;font:14px/20px ui-sans-serif,Inter,system-ui,sans-serif;background:#f5f4f0;color:#191a1c}
h1{font:600 24px/28px "Source Serif 4",Georgia,serif;margin:0 0 12px} nav a{margin-right:16px;color:#1b4a8a}
main{display:flex;gap:24px;align-items:flex-start;margin-top:16px} figure{margin:0} figcaption{color:#4a4c50;margin-bottom:6px}
iframe{border:1px solid #c9c8c2;background:#fff;height:80vh}
pre{background:#fff;border:1px solid #c9c8c2;padding:16px;margin:0;font-size:13px}
.fault{max-width:760px;border-top:2px solid #a3261a;padding:16px 0;font-size:16px;overflow-wrap:anywhere}
"""


def pages(roots: Sequence[Path], theme: str) -> dict[str, str]:
    """Return each page by its file's name; index.html leads to the others. What does not render says why in its own place."""
    made: dict[str, str] = {}
    with open_press(roots, _PUBLIC_URL) as press:
        logos = {wish.file.as_uri(): f"logo/{wish.place}{wish.file.suffix}" for wish in logo_wishes(press.theme(theme)) if wish.file}
        for size, edition in specimens().items():
            stem = size.replace(" ", "-")
            try:
                rendered = render_edition(press, edition, specimen_newsletter(theme))
            except RenderError as error:
                made[f"{stem}.html"] = made[f"{stem}-dark.html"] = (
                    f'<!doctype html><meta charset="utf-8"><style>{_STYLE}</style>{_fault(error)}'
                )
                made[f"{stem}.txt"] = f"{error}\n"
                continue
            html = fill_html(rendered, VALUES).replace(_PICTURES, "pictures/")
            for address, name in logos.items():
                html = html.replace(address, name)
            made[f"{stem}.html"] = html
            made[f"{stem}-dark.html"] = html.replace("@media (prefers-color-scheme:dark)", "@media all")
            made[f"{stem}.txt"] = fill_text(rendered, VALUES)
    stems = [size.replace(" ", "-") for size in specimens()]
    for stem in stems:
        made[f"look-{stem}.html"] = _look(theme, stem, stems, made)
    made["index.html"] = made["look-normal.html"]
    return made


def _fault(error: RenderError) -> str:
    return f'<p class="fault"><b>This does not render.</b><br>{escape(str(error))}</p>'


def _look(theme: str, stem: str, stems: Sequence[str], made: dict[str, str]) -> str:
    links = " ".join(f'<a href="look-{one}.html">{one.replace("-", " ")}</a>' for one in stems)
    frames = "".join(
        f'<figure><figcaption>{said}</figcaption><iframe title="{said}" src="{stem}{dark}.html" width="{wide}"></iframe></figure>'
        for said, dark, wide in (("Desktop", "", 715), ("Phone", "", 390), ("Dark", "-dark", 390))
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(theme)}</title><style>{_STYLE}</style>'
        f"<h1>{escape(theme)}, {stem.replace('-', ' ')}</h1><nav>{links}</nav>"
        f"<main>{frames}<figure><figcaption>Text, HTML of {len(made[f'{stem}.html'].encode()) / 1000:.0f} KB</figcaption>"
        f"<pre>{escape(made[f'{stem}.txt'])}</pre></figure></main></html>"
    )


def picture(path: str) -> bytes | None:
    """Return the PNG that stands in for a specimen's picture, or None where the path names none."""
    stem = path.removeprefix("pictures/").removesuffix(".png")
    return (
        draw_picture(list(SCENES)[int(stem) % len(SCENES)]) if path.startswith("pictures/") and stem.isascii() and stem.isdigit() else None
    )


def logo(roots: Sequence[Path], theme: str, path: str) -> bytes | None:
    """Return the theme's logo that a page names, or None where it names none."""
    with open_press(roots, _PUBLIC_URL) as press:
        files = {f"logo/{wish.place}{wish.file.suffix}": wish.file for wish in logo_wishes(press.theme(theme)) if wish.file}
    return files[path].read_bytes() if path in files else None


def write_pages(roots: Sequence[Path], theme: str, folder: Path) -> None:
    """Write the pages and their pictures into `folder`; raises RenderError where nothing of the theme renders."""
    made = pages(roots, theme)
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    for name, body in made.items():
        (folder / name).write_text(body, encoding="utf-8")
    with open_press(roots, _PUBLIC_URL) as press:
        for wish in logo_wishes(press.theme(theme)):
            if wish.file:
                (folder / "logo").mkdir(exist_ok=True)
                (folder / "logo" / f"{wish.place}{wish.file.suffix}").write_bytes(wish.file.read_bytes())
    for number in range(13):
        (folder / "pictures" / f"{number}.png").write_bytes(picture(f"pictures/{number}.png") or b"")


@contextmanager
def serving(roots: Sequence[Path], theme: str, port: int) -> Iterator[ThreadingHTTPServer]:
    """Open a server on loopback that draws the theme anew at each look; raises ProcessError where the port is taken."""

    class Handler(BaseHTTPRequestHandler):
        """Shows the pages, and the pictures in them; knows nothing else."""

        def do_GET(self) -> None:
            path = self.path.partition("?")[0].lstrip("/") or "index.html"
            image = picture(path) or (logo(roots, theme, path) if path.startswith("logo/") else None)
            body = image if image is not None else pages(roots, theme).get(path, "").encode()
            kind = (
                ("image/jpeg" if path.endswith(("jpg", "jpeg")) else "image/png")
                if image is not None
                else f"text/{'plain' if path.endswith('.txt') else 'html'}; charset=utf-8"
            )
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store" if image is None else "max-age=3600")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name that http.server gives it
            """Say nothing: the browser shows what there is to see."""

    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except OSError as error:
        raise ProcessError(f"cannot listen on 127.0.0.1:{port}: {error.strerror}; name another with --port") from error
    try:
        yield server
    except KeyboardInterrupt:
        return
    finally:
        server.server_close()
