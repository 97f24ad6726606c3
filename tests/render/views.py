"""A mail's HTML as what it means: tags with sorted attributes, classes, styles and rules, so that two compilers can be compared."""

import re

_TOKEN = re.compile(r"<[^>]+>|[^<]+")
_NAME = re.compile(r"</?[\w:!-]+")
_ATTRIBUTE = re.compile(r'([\w:-]+)(?:="([^"]*)")?')


def meaning(html: str) -> list[str]:
    """Return each tag and text of one view, as plain strings in their order."""
    tokens: list[str] = []
    for found in _TOKEN.finditer(html):
        token = found[0]
        if name := _NAME.match(token):
            attributes = _ATTRIBUTE.findall(token[name.end() :].rstrip("/>"))
            told = [
                f'{key}="{shown}"' for key, value in sorted(attributes) if (shown := _value(key, value)) or key not in {"class", "style"}
            ]
            tokens.append(" ".join([name[0].lower(), *told]))
        elif text := " ".join(token.split()):
            tokens.append(_rules(text) if "{" in text else text)
    return tokens


def _value(key: str, value: str) -> str:
    if key == "style":
        return ";".join(sorted(_declaration(one) for one in value.split(";") if one.strip()))
    return " ".join(sorted(value.split())) if key == "class" else value.strip()


def _declaration(one: str) -> str:
    name, _, value = one.partition(":")
    # One compiler writes 28.57143 %, the other 28.57142857142857: less than a thousandth of a pixel.
    rounded = re.sub(r"\d+\.\d{3,}", lambda number: f"{float(number[0]):.3f}".rstrip("0").rstrip("."), value.strip())
    return f"{name.strip()}:{rounded}"


def _rules(css: str) -> str:
    """Rules of a style sheet in one order, without what is white."""
    css = re.sub(r"\s*([{}:;,])\s*", r"\1", css).replace(";}", "}")
    return "}".join(sorted(css.split("}")))
