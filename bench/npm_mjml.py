"""npm's mjml 4.18 as a reference: installed by its lock file into .cache, for the bench and for the fixtures of tests/render.

`.venv/bin/python -m bench.npm_mjml` writes tests/render/npm_mjml/ anew, after a template has changed: what both compilers make of
the same MJML is compared there without Node.
"""

import gzip
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from digest.render.email import render_edition
from digest.render.places import template_roots
from digest.render.press import open_press
from digest.render.specimen import corrected, specimen_newsletter, specimens

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "bench" / "npm"
PLACE = ROOT / ".cache" / "npm-mjml"
FIXTURES = ROOT / "tests" / "render" / "npm_mjml"


def installed() -> bool:
    """Install it where it is missing; False where there is no Node and npm (Debian: nodejs, npm)."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return False
    lock = (HERE / "package-lock.json").read_bytes()
    done = PLACE / "installed"
    if not done.is_file() or done.read_bytes() != lock:
        PLACE.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, PLACE)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=PLACE, check=True, stdout=sys.stderr)
        done.write_bytes(lock)
    return True


def rate(mjml: Path) -> float:
    """Return its compiles a second of a file, warm, in one process."""
    ran = subprocess.run(["node", str(HERE / "compile.js"), str(mjml)], cwd=PLACE, check=True, capture_output=True, text=True)
    return float(ran.stdout)


def compiled(mjml: str) -> str:
    """Return its HTML of an edition's MJML."""
    source, out = PLACE / "source.mjml", PLACE / "out.html"
    source.write_text(mjml, "utf-8")
    subprocess.run(["node", str(HERE / "compile.js"), str(source), str(out)], cwd=PLACE, check=True)
    return out.read_text("utf-8")


def main() -> None:
    """Write the fixtures of both themes."""
    if not installed():
        sys.exit("npm_mjml: there is no node or npm here; install them (Debian: apt-get install nodejs npm)")
    FIXTURES.mkdir(exist_ok=True)
    with open_press(template_roots(), "https://news.harbour.example") as press:
        for theme in ("review", "bulletin"):
            mjml = render_edition(press, corrected(specimens()["every block"]), replace(specimen_newsletter(), theme=theme)).mjml
            for name, body in ((f"{theme}.mjml.gz", mjml), (f"{theme}.html.gz", compiled(mjml))):
                (FIXTURES / name).write_bytes(gzip.compress(body.encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
